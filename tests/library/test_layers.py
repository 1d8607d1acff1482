"""Readings and candidates come back from the library equal to the last bit."""

import string

from hypothesis import given
from hypothesis import strategies as st

from fmatlas.library import Library
from fmatlas.library.layers import (
    candidate_row,
    pack_layers,
    pack_rows,
    pack_words,
    read_candidate,
    unpack_layers,
    unpack_rows,
    unpack_words,
)
from fmatlas.schema.facts import Candidate
from fmatlas.schema.reading import Box, Reading, Word
from tests.library.conftest import FIRST, candidate, make_reading, seen

numbers = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(string.printable + "äß–\u2028\ufffe漢\U0001f600", max_size=20)
words = st.builds(
    Word,
    st.integers(0, 9999),
    st.integers(0, 9999),
    st.builds(Box, st.integers(1, 99), numbers, numbers, numbers, numbers),
)


def test_a_reading_with_every_layer_survives(library: Library) -> None:
    reading = make_reading()
    library.write_report(FIRST, reading, files=[seen()])
    assert library.reading(FIRST) == reading


def test_a_reading_without_words_has_all_its_other_layers(library: Library) -> None:
    reading = make_reading()
    library.write_report(FIRST, reading, files=[seen()])
    bare = library.reading(FIRST, words=False)
    assert bare.words == ()
    assert pack_layers(bare) == pack_layers(reading)


def test_an_empty_reading_survives() -> None:
    reading = Reading("", 0, 0, (), (), (), (), (), ())
    assert unpack_layers("", pack_layers(reading), unpack_words(pack_words(()))) == reading


@given(st.lists(words, max_size=5))
def test_boxes_keep_every_bit(layer: list[Word]) -> None:
    assert unpack_words(pack_words(layer)) == tuple(layer)


@given(
    st.lists(
        st.builds(
            Candidate,
            names,
            names,
            names,
            names,
            st.lists(st.tuples(st.integers(0), st.integers(0)), max_size=3).map(tuple),
            st.dictionaries(names, numbers, max_size=3),
        ),
        max_size=3,
    )
)
def test_candidates_keep_every_bit(candidates: list[Candidate]) -> None:
    rows = unpack_rows(pack_rows(map(candidate_row, candidates)))
    assert list(map(read_candidate, rows)) == candidates


def test_stored_candidates_come_back(library: Library) -> None:
    library.write_report(FIRST, make_reading(), [candidate()], files=[seen()])
    assert library.candidates(FIRST) == [candidate()]
