"""What all the words of a paper say for the labels of closed fields."""

from pathlib import Path

import numpy as np
import pytest

from fmatlas.ingest.bag import Bag, count_words, load_bag, with_bag
from fmatlas.ingest.candidates import find_candidates, find_unread
from fmatlas.ingest.learning_bag import Worded, fit_bag, save_bag
from fmatlas.ingest.scene import lay_out
from fmatlas.schema.fields import CATEGORIES
from fmatlas.schema.vocabulary import load_vocabulary
from tests.ingest.written import written

PROBING, TUNING = ("strategy", "linearprobing"), ("strategy", "fullfinetuning")


# They say `frozen` where they probe and `updated` where they tune.
PAPERS = [
    Worded({word: 3, f"w{i % 2}": 1}, {label}, {"strategy"}, 1.0)
    for word, label in (("frozen", PROBING), ("updated", TUNING))
    for i in range(15)
]


@pytest.fixture(scope="module")
def bag() -> Bag:
    return fit_bag(PAPERS)


def test_words_of_a_label_speak_for_it_and_those_of_another_against_it(bag: Bag) -> None:
    said = bag.odds({"frozen": 1, "unheard": 5})
    assert said[PROBING] > 0 > said[TUNING]
    assert bag.odds({"frozen": 9, "updated": 1})[PROBING] > bag.odds({"frozen": 1, "updated": 9})[PROBING]


def test_a_paper_without_any_known_word_is_as_likely_as_the_rest(bag: Bag) -> None:
    assert list(bag.odds({}).values()) == list(bag.odds({"unheard": 5}).values()) == bag.shift.tolist()


def test_papers_that_are_not_coded_for_a_field_say_nothing_of_it(bag: Bag) -> None:
    uncoded = [Worded({"frozen": 1, "updated": 1}, (), {"task"}, 1.0) for _ in range(5)]
    assert fit_bag([*PAPERS, *uncoded]).weights.tolist() == bag.weights.tolist()


def test_a_bag_that_is_written_says_the_same_when_it_is_loaded(bag: Bag, tmp_path: Path) -> None:
    save_bag(bag, tmp_path / "bag.csv")
    loaded = load_bag(tmp_path / "bag.csv")
    assert loaded.odds({"frozen": 2, "w1": 1}) == bag.odds({"frozen": 2, "w1": 1})
    save_bag(loaded, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "bag.csv").read_bytes()


def test_related_work_and_references_are_what_others_say() -> None:
    reading = written(
        ("method", "We freeze the encoder."),
        ("related work", "Others distil it."),
        ("references", "Distilling."),
        table=("Table 1: Encoder sizes", (("Model", "Dice"), ("Ours", "0.9"))),
    )
    counts = count_words(lay_out(reading))
    assert counts["freeze"] == 1 and counts["encoder"] == 2 and counts["dice"] == 1
    assert not {"others", "distil", "distilling"} & set(counts)


def test_labels_and_the_category_carry_what_the_words_say_and_names_do_not() -> None:
    text = "We pretrain with a contrastive loss on reports. We evaluate on CheXpert by linear probing."
    reading = written(("experiments", text))
    unread, found = (
        find_unread(lay_out(reading), load_vocabulary()),
        find_candidates(reading, load_vocabulary()),
    )
    for before, after in zip(unread, found, strict=True):
        added = {name for name in set(after.features) - set(before.features) if not name.startswith("said ")}
        if after.field == "category":
            assert added == {f"bag {value}" for value in CATEGORIES}
        else:
            assert added <= {"bag"}
            assert not added or after.field in ("task", "loss", "modality", "strategy")
    assert any("bag" in c.features for c in found)


def test_a_bag_without_words_changes_no_odds() -> None:
    empty = Bag({}, (PROBING,), np.zeros((0, 1)), np.array([-1.0]))
    reading = written(("method", "We use linear probing on frozen features."))
    scene = lay_out(reading)
    found = with_bag(find_unread(scene, load_vocabulary()), count_words(scene), empty)
    assert {c.features["bag"] for c in found if "bag" in c.features} == {-1.0}
