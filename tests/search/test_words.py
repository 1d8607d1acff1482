"""Nothing that a user types is executed: every word is a quoted phrase."""

import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fmatlas.library.words import folded_words, pieces
from fmatlas.search.words import match_phrases, rank_by_words

OPERATORS = [
    "AND",
    "OR",
    "NOT",
    "NEAR(",
    "written:",
    "folded",
    ":",
    "*",
    "^",
    "(",
    ")",
    "{a",
    "b}:",
    "-",
    "+",
    ";--",
    "gamma",
    "alpha",
    '"',
]


@pytest.fixture(scope="module")
def words() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    tokenizer = "porter unicode61 remove_diacritics 2"
    db.execute(f'CREATE VIRTUAL TABLE word USING fts5 (written, folded, tokenize = "{tokenizer}")')
    db.execute("CREATE TABLE passage (id INTEGER PRIMARY KEY, report TEXT)")
    db.execute("CREATE TABLE report (sha256 TEXT, study TEXT)")
    texts = ["alpha NEAR beta", "gamma AND delta", "The segmentation of MIMIC-CXR", "beta then alpha"]
    for number, text in enumerate(texts, 1):
        db.execute(
            "INSERT INTO word (rowid, written, folded) VALUES (?, ?, ?)", (number, text, folded_words(text))
        )
        db.execute("INSERT INTO passage VALUES (?, ?)", (number, f"r{number}"))
        db.execute("INSERT INTO report VALUES (?, ?)", (f"r{number}", f"s{number}"))
    return db


@given(st.lists(st.one_of(st.sampled_from(OPERATORS), st.text(max_size=8)), max_size=8).map(" ".join))
@example('"alpha" OR "')
@example("alpha\x00beta")
@example("written : alpha NOT beta*")
def test_whatever_is_typed_is_a_query_that_runs_and_finds_its_words(
    words: sqlite3.Connection, query: str
) -> None:
    found = {number for number, _ in rank_by_words(words, query, 10)}
    if '"' not in query:
        asked = {piece for word in query.split() for piece in [" ".join(pieces(word))]}
        assert {2 if word == "gamma" else 1 for word in asked & {"gamma", "alpha"}} <= found


def test_operators_are_words_like_any_other(words: sqlite3.Connection) -> None:
    assert [number for number, _ in rank_by_words(words, "NEAR", 10)] == [1]
    assert [number for number, _ in rank_by_words(words, "gamma NOT delta", 10)] == [2]


def test_a_phrase_in_double_quotes_stands_as_written(words: sqlite3.Connection) -> None:
    assert [number for number, _ in rank_by_words(words, '"beta then alpha"', 10)] == [4]
    assert rank_by_words(words, '"then beta"', 10) == []


def test_inflections_and_spellings_meet(words: sqlite3.Connection) -> None:
    for query in ("segmentations", "MIMIC CXR", "mimiccxr", "mimic-cxr"):
        assert [number for number, _ in rank_by_words(words, query, 10)] == [3]


def test_only_passages_of_the_given_studies_are_ranked(words: sqlite3.Connection) -> None:
    assert [number for number, _ in rank_by_words(words, "alpha beta", 10, ["s4"])] == [4]
    assert rank_by_words(words, "alpha", 10, []) == []


def test_a_name_with_capitals_inside_is_not_its_own_past_tense() -> None:
    assert match_phrases("SAMed") != match_phrases("SAM")
    assert 'folded : "sam"' not in match_phrases("SAMed")


def test_a_question_to_a_large_library_keeps_its_rarest_words(
    words: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "alpha gamma segmentation"
    assert {number for number, _ in rank_by_words(words, question, 10)} == {1, 2, 3, 4}
    # `gamma` and `segmentation` stand in one passage each, `alpha` in two.
    monkeypatch.setattr("fmatlas.search.words._MOST_SCORED", 3)
    assert {number for number, _ in rank_by_words(words, question, 10)} == {2, 3}
