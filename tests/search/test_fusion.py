"""Fusion rewards what several rankings agree on, and the sentence marked is the one that answers."""

import pytest

from fmatlas.search.fusion import fuse
from fmatlas.search.sentence import best_sentence


def test_what_both_rankings_have_comes_before_what_one_has() -> None:
    fused = fuse({"words": [1, 2, 3], "vectors": [4, 3, 5]})
    assert fused[0].passage == 3
    assert fused[0].ranks == {"vectors": 2, "words": 3}
    assert fused[0].score == pytest.approx(1 / 62 + 1 / 63)


def test_ties_are_broken_by_the_passages_id() -> None:
    assert [hit.passage for hit in fuse({"words": [9, 1], "vectors": [1, 9]})] == [1, 9]


def test_a_weight_of_nought_leaves_a_ranking_without_a_say() -> None:
    fused = fuse({"words": [1, 2], "vectors": [2, 1]}, {"words": 0.0})
    assert [hit.passage for hit in fused] == [2, 1]


def test_a_name_counts_more_than_a_common_word() -> None:
    text = "Training of models is slow. MedSAM is fast."
    assert best_sentence(text, [(0, 27), (28, 43)], "training MedSAM") == (28, 43)


def test_a_passage_without_sentences_is_marked_whole() -> None:
    assert best_sentence("one two", [], "two") == (0, 7)
