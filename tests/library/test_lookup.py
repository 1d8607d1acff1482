"""What users mean by a name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fmatlas.library import Library
from fmatlas.library.lookup import (
    entities_below,
    find_entities,
    find_entity,
    find_paths,
    find_study,
    need_entities,
)
from fmatlas.schema.errors import UsageError
from tests.small_library import make_library, sha_of, study_of

CHESTNET = study_of("a/chestnet.pdf")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library of three studies and a file that failed."""
    with make_library(tmp_path / "library") as library:
        yield library


@pytest.mark.parametrize(
    "name",
    [
        CHESTNET,
        sha_of("a/chestnet.pdf"),
        sha_of("a/chestnet.pdf")[:8],
        "a/chestnet.pdf",
        "chestnet.pdf",
        "chestnet",
        "radiographs and their",
        "ChestNet:",
    ],
)
def test_a_study_is_found_by_id_hash_file_or_part_of_its_title(library: Library, name: str) -> None:
    assert find_study(library.connection, name) == CHESTNET


@pytest.mark.parametrize(
    "name",
    [
        "2305.00009",
        "arXiv:2305.00009v3",
        "https://arxiv.org/pdf/2305.00009.pdf",
        "10.48550/arXiv.2305.00009",
        "10.1000/AB",
        "https://doi.org/10.1000/ab",
    ],
)
def test_a_study_is_found_by_any_key_it_ever_had_however_written(library: Library, name: str) -> None:
    for key in ("arxiv:2305.00009", "doi:10.1000/ab"):
        library.connection.execute("INSERT INTO study_key VALUES (?, ?)", (key, CHESTNET))
    assert find_study(library.connection, name) == CHESTNET


def test_a_wildcard_is_no_start_of_a_hash(library: Library) -> None:
    with pytest.raises(UsageError, match="No study is called"):
        find_study(library.connection, "%%%%%%%%")


def test_a_part_of_several_titles_is_not_guessed(library: Library) -> None:
    library.connection.execute(
        "UPDATE metadata SET value = 'A Plain Study of Segmenting' WHERE value LIKE 'A Plain%'"
    )
    with pytest.raises(UsageError, match="could be 2 studies"):
        find_study(library.connection, "segmenting")


def test_an_unknown_study_is_answered_with_the_nearest(library: Library) -> None:
    with pytest.raises(UsageError, match=r"chestnet\.pdf"):
        find_study(library.connection, "chesstnet.pdf")


def test_an_entity_is_found_by_alias_and_any_spelling(library: Library) -> None:
    for name in ("MIMIC CXR", "mimic-cxr", "mimic chest x ray", "dataset:mimic-cxr"):
        assert find_entity(library.connection, "dataset", name) == "dataset:mimic-cxr"
    assert find_entity(library.connection, "task", "MIMIC-CXR") is None


def test_what_a_study_defines_itself_comes_first(library: Library) -> None:
    library.connection.execute(
        "INSERT INTO alias (type, surface, entity, scope) "
        "VALUES ('dataset', 'mimiccxr', 'dataset:chexpert', ?)",
        (sha_of("c/plain.pdf"),),
    )
    assert find_entity(library.connection, "dataset", "MIMIC-CXR") == "dataset:mimic-cxr"
    own = find_entity(library.connection, "dataset", "MIMIC-CXR", study_of("c/plain.pdf"))
    assert own == "dataset:chexpert"


def test_all_entities_that_are_written_alike_are_meant(library: Library) -> None:
    library.connection.execute("INSERT INTO entity VALUES ('model:vit', 'model', 'ViT', 'found')")
    assert find_entities(library.connection, "backbone", "vit") == ["backbone:vit"]
    assert find_entities(library.connection, "", "vit") == ["backbone:vit", "model:vit"]


def test_what_lies_below_an_entity_belongs_to_it(library: Library) -> None:
    assert entities_below(library.connection, ["backbone:vit"]) == ["backbone:vit", "backbone:vit-b-16"]


def test_an_unknown_entity_is_answered_with_the_nearest(library: Library) -> None:
    with pytest.raises(UsageError, match="Did you mean CheXpert"):
        need_entities(library.connection, "dataset", "CheXprt")


def test_a_file_that_failed_can_be_named_too(library: Library) -> None:
    assert [path.rsplit("/", 1)[-1] for path in find_paths(library.connection, "broken.pdf")] == [
        "broken.pdf"
    ]
