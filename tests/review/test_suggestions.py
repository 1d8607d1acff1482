"""Suggestions of further fields: shown and decided beside the facts, never among them."""

from pathlib import Path

import pytest

from fmatlas.library import Library
from fmatlas.library.suggestions import SuggestedValue, write_suggestions
from fmatlas.review import Review
from fmatlas.review.deciding import make_decisions
from fmatlas.review.score import score
from fmatlas.review.suggestions import suggestions
from fmatlas.review.why import Why, why
from fmatlas.schema.errors import UsageError
from tests.small_library import sha_of, study_of

FILE = "a/chestnet.pdf"
STUDY = study_of(FILE)


def suggested(field: str, value: str, role: str = "") -> SuggestedValue:
    return SuggestedValue(field, value, role, 0, 8, 2, f"{value} is used.")


@pytest.fixture
def filled(library: Library) -> Library:
    """The small library, with suggestions for one of its studies."""
    values = [
        suggested("metric", "Dice"),
        suggested("metric", "AUROC"),
        suggested("data_size", "5000 CT scans", "train"),
        suggested("code_url", "https://github.com/us/ours"),
    ]
    write_suggestions(library.connection, sha_of(FILE), values, "today")
    return library


def decide(library: Library, verdict: str, field: str, name: str = "", to: str = "") -> None:
    for decision in make_decisions(library.connection, verdict, STUDY, field, name, person="ada", to=to):
        library.decide(decision)


def values(library: Library, field: str) -> list[tuple[str, str]]:
    return [(item.value, item.origin) for item in suggestions(library.connection, STUDY, field)]


def told(library: Library, field: str, name: str) -> Why:
    return why(library, lambda *_: None, STUDY, field, name)


def test_a_further_field_is_listed_with_its_sentence_and_no_probability(filled: Library) -> None:
    rows = Review(filled.connection).facts(field="metric").records()
    assert [(row["name"], row["p"], row["status"], row["page"]) for row in rows] == [
        ("Dice", None, "suggested", 2),
        ("AUROC", None, "suggested", 2),
    ]
    assert rows[0]["quote"] == "Dice is used."
    assert rows[0]["file"] == FILE


def test_doctor_sees_a_suggestion_that_is_not_in_its_report(filled: Library) -> None:
    assert any("suggestion" in line for line in filled.check())


def test_a_suggestion_is_stated_nowhere(filled: Library) -> None:
    review = Review(filled.connection)
    assert {row["field"] for row in review.facts(min_confidence=0.0).records()}.isdisjoint(
        {"metric", "code_url"}
    )
    assert {row["field"] for row in review.export_facts(0.0).records()}.isdisjoint({"metric", "code_url"})
    assert "metric" not in review.studies().columns
    assert "code_url" not in filled.metadata(STUDY)


def test_the_study_table_takes_columns_of_suggestions_where_asked(filled: Library) -> None:
    rows = {row["study"]: row for row in Review(filled.connection).studies(suggested=True).records()}
    assert (rows[STUDY]["metric"], rows[STUDY]["data_size train"]) == ("Dice; AUROC", "5000 CT scans")
    assert rows[study_of("c/plain.pdf")]["metric"] == ""


def test_an_accepted_value_is_a_persons_and_the_others_stay_suggested(filled: Library) -> None:
    decide(filled, "accept", "metric", "AUROC")
    assert values(filled, "metric") == [("AUROC", "person"), ("Dice", "machine")]
    (first, *_) = Review(filled.connection).facts(field="metric").records()
    assert (first["p"], first["status"], first["quote"]) == (1.0, "reported", "AUROC is used.")


def test_accepting_one_value_after_another_keeps_both(filled: Library) -> None:
    decide(filled, "accept", "metric", "AUROC")
    decide(filled, "accept", "metric", "Dice")
    decide(filled, "add", "metric", "HD95")
    assert values(filled, "metric") == [("AUROC", "person"), ("Dice", "person"), ("HD95", "person")]


def test_an_accepted_amount_keeps_its_stage(filled: Library) -> None:
    decide(filled, "accept", "data_size", "5000 CT scans")
    (item,) = suggestions(filled.connection, STUDY, "data_size")
    assert (item.role, item.status) == ("train", "reported")


def test_a_correction_replaces_the_value_of_a_field_that_has_one(filled: Library) -> None:
    decide(filled, "correct", "code_url", to="https://github.com/us/other;v=2")
    assert values(filled, "code_url") == [("https://github.com/us/other;v=2", "person")]


def test_a_correction_replaces_one_of_several_values(filled: Library) -> None:
    decide(filled, "accept", "metric", "Dice; AUROC")
    decide(filled, "correct", "metric", "Dice", to="mean Dice")
    assert values(filled, "metric")[:2] == [("AUROC", "person"), ("mean Dice", "person")]


def test_a_person_can_take_one_value_back(filled: Library) -> None:
    decide(filled, "accept", "metric", "Dice; AUROC")
    decide(filled, "reject", "metric", "Dice")
    assert values(filled, "metric") == [("AUROC", "person"), ("Dice", "machine")]


def test_a_field_that_is_not_reported_has_no_suggestions(filled: Library) -> None:
    decide(filled, "reject", "metric")
    assert values(filled, "metric") == []


def test_a_suggestion_alone_is_not_rejected_as_if_it_were_said(filled: Library) -> None:
    with pytest.raises(UsageError, match="a suggestion states nothing"):
        decide(filled, "reject", "metric", "Dice")


def test_a_decision_about_a_suggestion_can_be_undone(filled: Library) -> None:
    (decision,) = make_decisions(filled.connection, "reject", STUDY, "metric", "", person="ada")
    number = filled.decide(decision)
    filled.decide(type(decision)(person="ada", kind="field", verdict="", undoes=number))
    assert values(filled, "metric") == [("Dice", "machine"), ("AUROC", "machine")]


def test_why_tells_a_suggestion_with_its_sentence(filled: Library) -> None:
    answer = told(filled, "metric", "Dice")
    assert answer.verdict == "no metric is stated"
    first = answer.values[0]
    assert (first.value, first.source, first.p, first.page, first.quote) == (
        *("Dice", "a suggestion", None, 2),
        "Dice is used.",
    )
    decide(filled, "accept", "metric", "Dice")
    assert told(filled, "metric", "Dice").verdict == "the metric is Dice"


def test_suggestions_are_scored_apart_from_facts(filled: Library, tmp_path: Path) -> None:
    sheet = tmp_path / "more.csv"
    sheet.write_text(
        "file,field,value,role\nchestnet.pdf,metric,dice,\nchestnet.pdf,metric,BLEU,\n"
        "chestnet.pdf,code_url,github.com/us/ours,\n"
    )
    found = score(filled.connection, sheet)
    assert {name: (s.hits, s.false_finds, s.misses) for name, s in found.suggested.items()} == {
        "metric": (1, 1, 1),
        "code_url": (1, 0, 0),
    }
    assert (found.fields, found.micro.false_finds, found.papers) == ({}, 0, 1)


def test_further_fields_in_a_sheet_change_no_other_score(filled: Library, tmp_path: Path) -> None:
    core = "file,field,value,role\nchestnet.pdf,dataset,CheXpert,eval\n"
    (tmp_path / "core.csv").write_text(core)
    (tmp_path / "both.csv").write_text(core + "chestnet.pdf,metric,Dice,\n")
    alone, both = (
        score(filled.connection, tmp_path / "core.csv"),
        score(filled.connection, tmp_path / "both.csv"),
    )
    assert (both.micro, both.fields, both.bins) == (alone.micro, alone.fields, alone.bins)
    assert both.suggested["metric"].hits == 1


def test_every_field_of_the_sheet_of_further_fields_is_scored(filled: Library, corpus: Path) -> None:
    found = score(filled.connection, corpus / "coding_more.csv")
    assert set(found.suggested) == {
        *("study_type", "dimension", "anatomy", "metric", "data_size"),
        *("parameters", "compute", "code_url", "in_house"),
    }
    assert all(s.hits == 0 and s.misses > 0 for s in found.suggested.values())
