"""From a person's words to decisions."""

import pytest

from fmatlas.library import Library
from fmatlas.review.deciding import decisions, make_decisions
from fmatlas.schema.errors import UsageError
from tests.small_library import study_of


def test_a_rejection_without_a_role_is_of_every_stated_role(library: Library) -> None:
    library.connection.execute("UPDATE fact SET p = 0.8 WHERE entity = 'dataset:chexpert'")
    made = make_decisions(library.connection, "reject", "chestnet", "dataset", "CheXpert", person="ada")
    assert [(item.role, item.entity, item.surface) for item in made] == [
        ("eval", "dataset:chexpert", "chexpert"),
        ("train", "dataset:chexpert", "chexpert"),
    ]


def test_the_only_role_need_not_be_said(library: Library) -> None:
    (made,) = make_decisions(library.connection, "add", "plain", "model", "PlainNet", person="ada")
    assert (made.role, made.value, made.study_key) == ("introduced", "PlainNet", study_of("c/plain.pdf"))


def test_a_metadata_value_is_decided_as_a_field(library: Library) -> None:
    (made,) = make_decisions(library.connection, "correct", "plain", "year", "", to="2020", person="ada")
    assert (made.kind, made.verdict, made.value) == ("field", "accept", "2020")
    (gone,) = make_decisions(library.connection, "reject", "plain", "arxiv_id", "", person="ada")
    assert (gone.kind, gone.verdict) == ("field", "not reported")


@pytest.mark.parametrize(
    ("verdict", "field", "name", "more"),
    [
        ("praise", "task", "segmentation", {}),
        ("correct", "dataset", "CheXpert", {"role": "eval"}),
        ("correct", "dataset", "CheXpert", {"role": "eval", "to": "X", "to_role": "train"}),
        ("correct", "dataset", "CheXpert", {"role": "eval", "to_role": "testing"}),
        ("accept", "dataset", "No Such Set", {"role": "eval"}),
        ("accept", "year", "", {}),
        ("add", "dataset", "New", {}),
        ("add", "dataset", "", {"role": "eval"}),
    ],
)
def test_words_that_say_too_little_or_nonsense_are_refused(
    library: Library, verdict: str, field: str, name: str, more: dict[str, str]
) -> None:
    with pytest.raises(UsageError):
        make_decisions(library.connection, verdict, "chestnet", field, name, person="ada", **more)


def test_the_list_tells_what_was_taken_back_and_by_which(library: Library) -> None:
    (made,) = make_decisions(library.connection, "reject", "chestnet", "task", "classification", person="ada")
    first = library.decide(made)
    library.decide(type(made)(person="bob", kind="fact", verdict="", undoes=first))
    listed = decisions(library.connection).records()
    assert [(row["person"], row["undoes"], row["undone"]) for row in listed] == [("ada", 0, 2), ("bob", 1, 0)]
