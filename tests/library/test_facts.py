"""Claims are written as differences; `fact_now` and `study_metadata` say what is stated."""

import sqlite3
from dataclasses import replace

import pytest

from fmatlas.library import Library
from fmatlas.library.facts import Claims, Entity, EntityLink, StudyValue
from fmatlas.schema.facts import Decision
from tests.library.conftest import FIRST, SECOND, claims, complaints, dump, make_reading, seen


def test_the_same_claims_again_change_nothing(filled: Library) -> None:
    before = dump(filled)
    assert not filled.replace_claims(claims(filled))
    assert dump(filled) == before


def test_claims_leave_the_revision_of_the_text_alone(filled: Library) -> None:
    text, facts = filled.revision("text"), filled.revision("facts")
    assert filled.replace_claims(claims(filled, p=0.8))
    assert (filled.revision("text"), filled.revision("facts")) == (text, facts + 1)


def test_a_renamed_entity_keeps_its_facts(filled: Library) -> None:
    filled.replace_claims(claims(filled, name="MIMIC CXR"))
    assert [fact.name for fact in filled.facts()] == ["MIMIC CXR"]


def test_claims_grown_step_by_step_equal_claims_made_at_once(library: Library, filled: Library) -> None:
    library.write_report(SECOND, make_reading("Another"), files=[seen("/papers/b.pdf")])
    both = claims(library)
    link = EntityLink("dataset:mimic-cxr", "dataset:x", "version_of")
    both = replace(
        both, entities=(*both.entities, Entity("dataset:x", "dataset", "X", "found")), links=(link,)
    )
    library.replace_claims(both)
    grown = dump(library)
    library.replace_claims(Claims())
    library.replace_claims(both)
    once = dump(library)
    del grown["revision"], once["revision"]
    assert once == grown
    assert complaints(library) == []


def test_a_claim_about_nothing_is_refused_whole(filled: Library) -> None:
    before = dump(filled)
    wrong = claims(filled)
    with pytest.raises(sqlite3.IntegrityError):
        filled.replace_claims(replace(wrong, entities=()))
    assert dump(filled) == before


def test_a_fact_below_its_cut_is_not_stated(filled: Library) -> None:
    filled.replace_claims(claims(filled, p=0.4))
    assert filled.facts() == []


def test_the_surest_value_of_a_field_is_shown(filled: Library) -> None:
    study = filled.studies()[0]
    filled.connection.execute(
        "INSERT INTO metadata VALUES (?, 'title', 'A surer title', 'x', 0.95, 1)", (FIRST,)
    )
    assert filled.metadata(study) == {"title": "A surer title"}


def test_a_persons_value_wins_and_can_be_undone(filled: Library) -> None:
    study = filled.studies()[0]
    seq = filled.decide(Decision("ada", "field", "accept", study, "title", value="The true title"))
    assert filled.metadata(study) == {"title": "The true title"}
    filled.decide(Decision("ada", "field", "", undoes=seq))
    assert filled.metadata(study) == {"title": "A title"}


def test_a_persons_value_wins_over_a_judged_category(filled: Library) -> None:
    study = filled.studies()[0]
    judged = replace(claims(filled), values=(StudyValue(study, "category", "VFM", 0.9, 0.5),))
    filled.replace_claims(judged)
    assert filled.metadata(study)["category"] == "VFM"
    filled.decide(Decision("ada", "field", "accept", study, "category", value="VLFM"))
    assert filled.metadata(study)["category"] == "VLFM"


def test_a_persons_status_takes_the_programs_value_away(filled: Library) -> None:
    study = filled.studies()[0]
    filled.decide(Decision("ada", "field", "not reported", study, "title"))
    assert filled.metadata(study) == {}


def test_facts_are_given_by_field_and_study(filled: Library) -> None:
    study = filled.studies()[0]
    assert len(filled.facts("dataset", study)) == 1
    assert filled.facts("model") == filled.facts(study="doi:10.1/none") == []


def test_a_study_is_found_by_any_key_or_the_start_of_a_hash(filled: Library) -> None:
    assert filled.find_study("aaaaaaaa") == filled.find_study(f"sha256:{FIRST}") == filled.studies()[0]
