"""Why a name is, or is not, a fact."""

from fmatlas.library import Library
from fmatlas.review.deciding import make_decisions
from fmatlas.review.why import Opinion, Why, why
from tests.small_library import sha_of


def explain(library: Library, study: str, field: str, name: str) -> Why:
    return why(library, lambda sha256, candidate: Opinion(0.9, 0.4, {"in body": 1.5}), study, field, name)


def test_a_stated_fact_has_its_places_features_probability_and_cut(library: Library) -> None:
    answer = explain(library, "chestnet.pdf", "dataset", "MIMIC Chest X-Ray")
    assert (answer.folded, answer.entity_name) == ("mimicchestxray", "MIMIC-CXR")
    (seen,) = answer.seen
    assert (seen.written, seen.file, seen.features) == ("MIMIC-CXR", "a/chestnet.pdf", {"in body": 1.0})
    assert seen.places[0].sentence == "It is pretrained on MIMIC-CXR." and seen.places[0].page == 2
    assert seen.opinion == Opinion(0.9, 0.4, {"in body": 1.5})
    (judged,) = answer.judged
    assert (judged.role, judged.p, judged.cut, judged.decision) == ("pretrain", 0.95, 0.5, "stated")


def test_roles_are_judged_apart_and_the_verdict_says_each(library: Library) -> None:
    answer = explain(library, "chestnet.pdf", "dataset", "CheXpert")
    assert [(item.role, item.decision) for item in answer.judged] == [
        ("eval", "stated"),
        ("train", "below the cut"),
    ]
    assert "as train: below the cut (probability 0.200, cut 0.500)" in answer.verdict


def test_a_persons_word_stands_beside_the_machines_probability(library: Library) -> None:
    for decision in make_decisions(
        library.connection, "reject", "chestnet.pdf", "dataset", "CheXpert", person="ada", role="eval"
    ):
        library.decide(decision)
    rejected = explain(library, "chestnet.pdf", "dataset", "CheXpert").judged[0]
    assert (rejected.decision, rejected.p) == ("rejected by ada", 0.9)


def test_a_persons_own_fact_is_judged_by_them_alone(library: Library) -> None:
    (decision,) = make_decisions(
        library.connection, "add", "plain.pdf", "dataset", "Our Cohort", person="ada", role="train"
    )
    library.decide(decision)
    answer = explain(library, "plain.pdf", "dataset", "our cohort")
    assert [(item.decision, item.p) for item in answer.judged] == [("accepted by ada", 1.0)]
    assert answer.seen == ()


def test_a_record_is_plain_data(library: Library) -> None:
    record = explain(library, "chestnet.pdf", "model", "ChestNet").record()
    assert record["seen"][0]["places"][0]["section"] == "Method"


def test_a_metadata_value_is_told_with_all_that_it_could_have_been(library: Library) -> None:
    library.connection.execute(
        "INSERT INTO metadata (report, field, value, source, p, page) "
        "VALUES (?, 'year', '2019', 'footer', 0.4, 3)",
        (sha_of("a/chestnet.pdf"),),
    )
    answer = explain(library, "chestnet.pdf", "year", "2019")
    assert answer.verdict == "the year is 2023"
    assert [(value.value, value.source, value.chosen) for value in answer.values] == [
        ("2023", "stamp", True),
        ("2019", "footer", False),
    ]
    assert "not among the values" in explain(library, "chestnet.pdf", "year", "1999").verdict
    assert explain(library, "plain.pdf", "doi", "10.1/x").verdict.startswith("no doi is stated")


def test_a_candidate_too_unlikely_to_be_kept_is_told_with_its_probability(library: Library) -> None:
    library.connection.execute("DELETE FROM fact WHERE entity = 'task:segmentation'")
    answer = explain(library, "segmenter.pdf", "task", "segmentation")
    assert answer.verdict == "found, but judged as hardly used (probability 0.900, cut 0.400)"
