"""A question finds the passages that answer it, within the studies it is about."""

import pytest

from fmatlas.library import Library
from fmatlas.schema.errors import UsageError
from fmatlas.search import Filters, parse_filters, search, state
from tests.search.papers import PAPERS, SHARED, sha_of, study_of


def test_a_question_in_other_words_finds_the_passage_by_its_meaning(library: Library) -> None:
    first, *_ = search(library, "x-ray images matched with clinical text")
    assert (first.study, first.page) == (study_of("chest"), 1)
    assert first.parts["vector"] == 1.0


def test_a_hit_says_where_it_stands_and_marks_the_sentence_that_answers(library: Library) -> None:
    hit = search(library, "parameter-efficient fine-tuning of SAM for prostate MRI", 1)[0]
    assert (hit.file, hit.page, hit.section, hit.section_type) == ("prostate.pdf", 1, "Our Method", "method")
    assert (hit.title, hit.year) == ("Adapting SAM to the Prostate", "2023")
    assert hit.sentence == "The target is the prostate in MRI."
    text = library.text(hit.report)
    assert text[hit.start : hit.end] == hit.text
    assert text[hit.sentence_start : hit.sentence_end] == hit.sentence
    assert set(hit.as_row()) >= {"study", "file", "page", "section", "text", "score", "parts"}


@pytest.mark.parametrize("spelling", ["nnU-Net", "nnUNet", "nn U-Net", "nnunet"])
def test_a_name_is_found_in_any_spelling_by_words_alone(library: Library, spelling: str) -> None:
    hits = search(library, spelling, mode="words")
    assert [hit.study for hit in hits] == [study_of("prostate")]


def test_filters_hold_before_anything_is_ranked(library: Library) -> None:
    everywhere = search(library, "prostate MRI", 1)
    within = search(library, "prostate MRI", 10, parse_filters(["category=other"]))
    assert everywhere[0].study == study_of("prostate")
    # The best of the other study's passages, though none would be among the first of all.
    assert {hit.study for hit in within} == {study_of("protein")}
    assert len(within) == len(PAPERS["protein"][4])


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["year=2022-"], {"prostate", "protein"}),
        (["year=2021"], {"chest"}),
        (["dataset=MIMIC CXR"], {"chest"}),
        (["dataset:eval=MIMIC-CXR"], set()),
        (["dataset=PDB", "category=other"], {"protein"}),
        ([f"study={study_of('chest')}"], {"chest"}),
        (["category=VFM", "category=VLFM"], {"prostate", "chest"}),
    ],
)
def test_studies_are_filtered_by_what_the_library_states(
    library: Library, texts: list[str], names: set[str]
) -> None:
    hits = search(library, "training on images and sequences", 20, parse_filters(texts))
    assert {hit.study for hit in hits} == {study_of(name) for name in names}


@pytest.mark.parametrize("text", ["year", "year=soon", "colour=red", "category=LLM", "dataset:front=x"])
def test_a_filter_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_filters([text])


def test_a_filter_by_a_name_nobody_knows_offers_the_closest(library: Library) -> None:
    with pytest.raises(UsageError, match="PROMISE12"):
        search(library, "prostate", 5, Filters(facts=(("dataset", "", "PROMISE13"),)))
    with pytest.raises(UsageError, match="No study"):
        search(library, "prostate", 5, Filters(studies=("doi:10.1/none",)))


def test_a_text_that_stands_in_two_studies_is_one_hit_that_names_both(library: Library) -> None:
    hits = [hit for hit in search(library, SHARED, 20) if hit.text == SHARED]
    assert len(hits) == 1
    assert {hits[0].study, *hits[0].also_in} == {study_of("prostate"), study_of("chest")}


def test_no_study_has_more_hits_than_asked_for(library: Library) -> None:
    hits = search(library, "prostate MRI segmentation", 20, per_study=1)
    assert len(hits) == len({hit.study for hit in hits}) == len(PAPERS)


def test_a_removed_report_is_in_no_result_and_leaves_no_vector(library: Library) -> None:
    assert search(library, "prostate MRI", 1)[0].study == study_of("prostate")
    library.remove(sha_of("prostate"))
    for mode in ("both", "vectors"):
        assert study_of("prostate") not in {
            hit.study for hit in search(library, "prostate MRI", 20, mode=mode)
        }
    assert state(library).note == ""


def test_without_vectors_words_are_searched_and_a_note_says_so(plain_library: Library) -> None:
    hits = search(plain_library, "amino acids")
    assert hits[0].study == study_of("protein")
    assert set(hits[0].parts) == {"bm25", "bm25_score"}
    assert "passages have no vector" in state(plain_library).note
    assert "fmatlas refresh" in state(plain_library).note


@pytest.mark.parametrize("query", ["", "  ", '""', "?!", "\x00", "\ud800"])
def test_a_question_without_a_word_is_refused(library: Library, query: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        search(library, query)


def test_a_question_of_empty_words_alone_is_searched_all_the_same(library: Library) -> None:
    assert search(library, "of the")
