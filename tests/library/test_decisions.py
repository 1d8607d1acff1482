"""What persons said survives merges, new names and new readings, and is never rewritten."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

import pytest

from fmatlas.library import Library
from fmatlas.library.decisions import check_decision, entity_merges, entity_splits, in_force, study_pairs
from fmatlas.library.rulings import Resolved, resolve
from fmatlas.schema.errors import UsageError
from fmatlas.schema.facts import Decision, Evidence
from tests.library.conftest import FIRST, SECOND, claims, complaints, make_reading, seen

STUDY, OTHER = "doi:10.1/a", "arxiv:2301.00001"
NAMES = {"dataset:mimic-cxr": "dataset", "dataset:coco": "dataset", "model:clip": "model"}
SURFACES = {("dataset", "mimiccxr"): "dataset:mimic-cxr", ("dataset", "coco"): "dataset:coco"}
KEYS = {STUDY: STUDY, OTHER: OTHER}


def number(decisions: Iterable[Decision]) -> list[Decision]:
    return [replace(decision, seq=seq) for seq, decision in enumerate(decisions, 1)]


def settle(decisions: list[Decision], keys: dict[str, str] = KEYS, quotes: tuple[str, ...] = ()) -> Resolved:
    def locate(study: str, quote: str) -> Evidence | None:
        return Evidence(FIRST, 5, 5 + len(quote), 3, quote) if quote in quotes else None

    return resolve(decisions, keys, lambda kind, surface, _: SURFACES.get((kind, surface)), NAMES, locate)


def about(verdict: str, surface: str = "mimiccxr", study: str = STUDY, **more: str) -> Decision:
    return Decision("ada", "fact", verdict, study, "dataset", surface, role=more.pop("role", "train"), **more)


def verdicts(resolved: Resolved) -> list[tuple[str, str, str]]:
    return [(ruling.entity, ruling.role, ruling.verdict) for ruling in resolved.rulings]


def test_the_latest_word_on_a_thing_counts() -> None:
    assert verdicts(settle(number([about("reject"), about("accept")]))) == [
        ("dataset:mimic-cxr", "train", "accept")
    ]


def test_the_order_in_which_decisions_are_given_does_not_matter() -> None:
    decisions = number(
        [about("reject"), about("accept"), about("reject", "coco"), about("add", value="New Set")]
    )
    outcomes = {settle(list(order)) for order in permutations(decisions)}
    assert len(outcomes) == 1


def test_an_undone_decision_rules_nothing_and_an_undone_undo_restores_it() -> None:
    said = [about("reject"), Decision("ada", "fact", "", undoes=1), Decision("ada", "fact", "", undoes=2)]
    assert verdicts(settle(number(said[:2]))) == []
    assert verdicts(settle(number(said))) == [("dataset:mimic-cxr", "train", "reject")]
    assert [d.seq for d in in_force(number(said))] == [1]


def test_an_added_name_that_nothing_has_becomes_an_entity() -> None:
    resolved = settle(
        number([Decision("ada", "fact", "add", STUDY, "dataset", role="eval", value="Our Cohort")])
    )
    assert resolved.new_entities == (("dataset:ourcohort", "dataset", "Our Cohort"),)
    assert verdicts(resolved) == [("dataset:ourcohort", "eval", "accept")]


def test_an_added_name_that_is_known_is_the_known_entity() -> None:
    resolved = settle(
        number([Decision("ada", "fact", "add", STUDY, "dataset", role="eval", value="MIMIC CXR")])
    )
    assert resolved.new_entities == ()
    assert verdicts(resolved) == [("dataset:mimic-cxr", "eval", "accept")]


def test_a_corrected_name_rejects_the_wrong_and_accepts_the_right() -> None:
    resolved = settle(number([about("correct", value="COCO")]))
    assert verdicts(resolved) == [
        ("dataset:coco", "train", "accept"),
        ("dataset:mimic-cxr", "train", "reject"),
    ]


def test_a_corrected_role_moves_the_fact() -> None:
    resolved = settle(number([about("correct", value="role=eval")]))
    assert verdicts(resolved) == [
        ("dataset:mimic-cxr", "eval", "accept"),
        ("dataset:mimic-cxr", "train", "reject"),
    ]


def test_agreeing_decisions_of_merged_studies_are_no_conflict() -> None:
    resolved = settle(number([about("accept"), about("accept", study=OTHER)]), {STUDY: STUDY, OTHER: STUDY})
    assert [(r.study, r.conflict) for r in resolved.rulings] == [(STUDY, False)]


def test_decisions_that_a_merge_brings_into_conflict_state_nothing() -> None:
    said = number([about("accept"), about("reject", study=OTHER)])
    assert [r.conflict for r in settle(said).rulings] == [False, False]
    (ruling,) = settle(said, {STUDY: STUDY, OTHER: STUDY}).rulings
    assert (ruling.conflict, ruling.sides) == (True, (1, 2))


def test_a_merge_of_entities_carries_their_decisions_along() -> None:
    merge = Decision("ada", "merge", "accept", entity="dataset:coco", value="dataset:mimic-cxr")
    resolved = settle(number([about("reject", "coco"), merge]))
    assert verdicts(resolved) == [("dataset:mimic-cxr", "train", "reject")]


def test_merges_follow_chains_and_never_close_a_circle() -> None:
    def merge(a: str, b: str) -> Decision:
        return Decision("ada", "merge", "accept", entity=a, value=b)

    said = number([merge("a", "b"), merge("b", "c"), merge("c", "a")])
    assert entity_merges(said) == {"a": "c", "b": "c"}


def test_a_split_gives_a_surface_its_own_name() -> None:
    said = number([Decision("ada", "split", "accept", field="model", surface="clipvil", value="CLIP-ViL")])
    assert entity_splits(said) == {("model", "clipvil"): "CLIP-ViL"}


def test_the_latest_word_on_a_pair_of_studies_counts() -> None:
    pair = Decision("ada", "study", "merge", STUDY, value=OTHER)
    back = Decision("bob", "study", "split", OTHER, value=STUDY)
    assert study_pairs(number([pair])) == ([(OTHER, STUDY)], [])
    merged, parted = study_pairs(number([pair, back]))
    assert (merged, parted) == ([], [(OTHER, STUDY)])


def test_a_quote_that_is_gone_marks_the_decision_for_recheck() -> None:
    said = number([about("accept", quote="We train on it.")])
    (here,) = settle(said, quotes=("We train on it.",)).rulings
    (gone,) = settle(said).rulings
    assert (here.recheck, here.page, here.evidence) == (False, 3, "text")
    assert (gone.recheck, gone.page, gone.verdict) == (True, 0, "accept")


def test_a_fact_from_a_figure_needs_no_quote_in_the_text() -> None:
    (ruling,) = settle(number([about("accept", quote="bar of Figure 2", evidence="figure")])).rulings
    assert (ruling.recheck, ruling.evidence) == (False, "figure")


def test_a_coding_round_rules_nothing_until_it_is_reconciled() -> None:
    assert verdicts(settle(number([about("reject", round="blind A")]))) == []
    assert verdicts(settle(number([about("reject", round="reconciled")]))) != []


def test_decisions_about_unknown_studies_or_names_wait() -> None:
    said = number([about("reject", study="doi:10.9/unknown"), about("reject", "nosuchname"), about("accept")])
    resolved = settle(said)
    assert resolved.homeless == (1, 2)
    assert len(resolved.rulings) == 1


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (replace(about("accept"), person=" "), "name of the person"),
        (replace(about("accept"), kind="opinion"), "no decision of kind"),
        (about("perhaps"), "says one of"),
        (replace(about("accept"), field="colour"), "no field"),
        (replace(about("accept"), field="title"), "holds no entities"),
        (about("accept", role="fine-tune"), "roles"),
        (about("correct", value="role=fine-tune"), "roles"),
        (about("correct"), "what is right"),
        (about("accept", ""), "needs the name"),
        (about("accept", study=""), "key of a study"),
        (about("accept", evidence="rumour"), "Evidence is one of"),
        (Decision("ada", "merge", "accept", value="x"), "id of the entity"),
    ],
)
def test_a_decision_that_could_never_count_is_refused(wrong: Decision, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        check_decision(wrong)


# in a library ----------------------------------------------------------------------------------------


def reject(library: Library, **more: str) -> Decision:
    return Decision(
        "ada", "fact", "reject", library.studies()[0], "dataset", "mimiccxr", role="pretrain", **more
    )


def test_a_rejected_fact_is_not_stated_until_the_decision_is_undone(filled: Library) -> None:
    facts = filled.facts()
    seq = filled.decide(reject(filled))
    assert filled.facts() == []
    filled.decide(Decision("bob", "fact", "", undoes=seq))
    assert filled.facts() == facts


def test_an_added_fact_has_its_quote_and_page(filled: Library) -> None:
    study = filled.studies()[0]
    filled.decide(
        Decision(
            "ada",
            "fact",
            "add",
            study,
            "model",
            role="introduced",
            value="FooNet",
            quote="compare  with\nnnU-Net",
        )
    )
    (fact,) = filled.facts("model")
    assert (fact.name, fact.origin, fact.p, fact.page, fact.quote) == (
        "FooNet",
        "person",
        1.0,
        1,
        "compare with nnU-Net",
    )
    assert complaints(filled) == []


def test_a_decision_survives_rereading_and_marks_itself_when_its_sentence_is_gone(filled: Library) -> None:
    filled.decide(reject(filled, quote="We pretrain on MIMIC-CXR"))
    filled.write_report(FIRST, make_reading(sentence="Now we use MIMIC-CXR."), files=[seen()])
    filled.replace_claims(claims(filled))
    assert filled.facts() == []
    assert [tuple(row) for row in filled.connection.execute("SELECT verdict, recheck FROM ruling")] == [
        ("reject", 1)
    ]


def test_a_decision_in_conflict_is_settled_by_the_next_word(library: Library) -> None:
    for sha256, path in ((FIRST, "/papers/a.pdf"), (SECOND, "/papers/b.pdf")):
        library.write_report(sha256, make_reading(), files=[seen(path)])
    library.replace_claims(claims(library))
    one, two = library.studies()
    base = Decision("ada", "fact", "accept", field="dataset", surface="mimiccxr", role="pretrain")
    library.decide(replace(base, study_key=one))
    library.decide(replace(base, study_key=two, verdict="reject"))
    with library.transaction() as db:
        db.execute("UPDATE study_key SET study = ? WHERE study = ?", (one, two))
    library.decide(replace(base, study_key=one, field="dataset", surface="coco", value="COCO"))
    assert library.connection.execute(
        "SELECT conflict FROM ruling WHERE entity = 'dataset:mimic-cxr'"
    ).fetchone()[0]
    library.decide(replace(base, study_key=one, verdict="reject"))
    assert [
        tuple(row)
        for row in library.connection.execute(
            "SELECT verdict, conflict FROM ruling WHERE entity = 'dataset:mimic-cxr'"
        )
    ] == [("reject", 0)]


def test_what_a_person_added_survives_new_claims(filled: Library) -> None:
    study = filled.studies()[0]
    filled.decide(Decision("ada", "fact", "add", study, "dataset", role="eval", value="Our Cohort"))
    facts = filled.facts()
    assert len(facts) == 2
    assert not filled.replace_claims(claims(filled))
    assert filled.facts() == facts


def test_the_ledger_is_never_rewritten(filled: Library) -> None:
    filled.decide(reject(filled))
    for statement in ("UPDATE decision SET verdict = 'accept'", "DELETE FROM decision"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            filled.connection.execute(statement)


def test_a_decision_bumps_the_facts_and_not_the_text(filled: Library) -> None:
    text, facts = filled.revision("text"), filled.revision("facts")
    filled.decide(reject(filled))
    assert (filled.revision("text"), filled.revision("facts")) == (text, facts + 1)


def test_what_does_not_exist_cannot_be_decided_or_undone(filled: Library) -> None:
    with pytest.raises(UsageError, match="no study"):
        filled.decide(replace(reject(filled), study_key="doi:10.9/none"))
    with pytest.raises(UsageError, match="no decision 7"):
        filled.decide(Decision("ada", "fact", "", undoes=7))
    assert filled.decisions() == []
