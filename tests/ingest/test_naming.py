"""One entity for all spellings of a thing, and never two things in one."""

import random

from fmatlas.ingest.naming import Seen, name_all
from fmatlas.schema.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def test_a_new_name_is_one_thing_in_all_reports() -> None:
    seen = [
        Seen("a", "dataset", "quorset7", "QuorSet-7", ""),
        Seen("b", "dataset", "quorset7", "Quorset 7", ""),
    ]
    named = name_all(seen, VOCABULARY)
    assert len(named.entities) == 1
    assert set(named.origins.values()) == {"found"}


def test_a_dataset_and_a_model_of_one_name_are_two_things() -> None:
    seen = [
        Seen("a", "dataset", "chexpert", "CheXpert", ""),
        Seen("a", "base_model", "chexpert", "CheXpert", ""),
    ]
    assert len(name_all(seen, VOCABULARY).entities) == 2


def test_a_model_and_a_base_model_of_one_name_are_one_thing() -> None:
    seen = [Seen("a", "model", "quor", "Quor", ""), Seen("b", "base_model", "quor", "Quor", "")]
    named = name_all(seen, VOCABULARY)
    assert named.of["a", "model", "quor"] == named.of["b", "base_model", "quor"]


def test_the_order_of_reports_is_irrelevant() -> None:
    seen = [
        Seen(r, "dataset", s, s.upper(), "", n)
        for n, (r, s) in enumerate((r, s) for r in "abc" for s in ("x1", "y2"))
    ]
    shuffled = list(seen)
    random.Random(3).shuffle(shuffled)
    assert name_all(seen, VOCABULARY) == name_all(shuffled, VOCABULARY)


def test_a_merge_of_a_person_makes_two_one() -> None:
    seen = [Seen("a", "dataset", "quor", "Quor", ""), Seen("b", "dataset", "plume", "Plume", "")]
    named = name_all(seen, VOCABULARY, merges={"dataset:plume": "dataset:quor"})
    assert set(named.of.values()) == {"dataset:quor"}


def test_a_split_of_a_person_makes_a_thing_of_its_own_with_the_given_name() -> None:
    seen = [Seen("a", "dataset", "coco", "COCO", "dataset:coco")]
    named = name_all(seen, VOCABULARY, splits={("dataset", "coco"): "COCO Hospital"})
    assert list(named.entities.values()) == ["COCO Hospital"]
    assert list(named.origins.values()) == ["user"]


def test_a_surface_with_two_meanings_is_an_alias_only_where_it_is_meant() -> None:
    seen = [Seen("a", "dataset", "x", "X", "dataset:coco"), Seen("b", "dataset", "x", "X", "")]
    named = name_all(seen, VOCABULARY)
    assert {scope for _, _, scope in named.aliases} == {"a", "b"}
