"""What users mean by a name."""

import pytest

from fmatlas.library import Library
from fmatlas.review.lookup import find_entity, find_field, find_paths, find_role, find_study, need_entity
from fmatlas.schema.errors import UsageError
from fmatlas.schema.fields import FIELD
from tests.small_library import sha_of, study_of

CHESTNET = study_of("a/chestnet.pdf")


@pytest.mark.parametrize(
    "name",
    [
        CHESTNET,
        sha_of("a/chestnet.pdf"),
        "a/chestnet.pdf",
        "chestnet.pdf",
        "chestnet",
        "radiographs and their",
        "ChestNet:",
    ],
)
def test_a_study_is_found_by_id_hash_file_or_part_of_its_title(library: Library, name: str) -> None:
    assert find_study(library.connection, name) == CHESTNET


def test_a_study_is_found_by_any_key_it_ever_had(library: Library) -> None:
    library.connection.execute("INSERT INTO study_key VALUES ('arxiv:2301.00001', ?)", (CHESTNET,))
    assert find_study(library.connection, "2301.00001") == CHESTNET


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
        assert find_entity(library.connection, FIELD["dataset"], name) == "dataset:mimic-cxr"
    assert find_entity(library.connection, FIELD["task"], "MIMIC-CXR") is None


def test_what_a_study_defines_itself_comes_first(library: Library) -> None:
    library.connection.execute(
        "INSERT INTO alias (type, surface, entity, scope) "
        "VALUES ('dataset', 'mimiccxr', 'dataset:chexpert', ?)",
        (sha_of("c/plain.pdf"),),
    )
    field = FIELD["dataset"]
    assert find_entity(library.connection, field, "MIMIC-CXR") == "dataset:mimic-cxr"
    assert find_entity(library.connection, field, "MIMIC-CXR", study_of("c/plain.pdf")) == "dataset:chexpert"


def test_an_unknown_entity_is_answered_with_the_nearest(library: Library) -> None:
    with pytest.raises(UsageError, match="Did you mean CheXpert"):
        need_entity(library.connection, FIELD["dataset"], "CheXprt")


def test_fields_and_roles_are_found_in_any_spelling_and_refused_with_the_choices() -> None:
    assert [find_field(name).name for name in ("Losses", "base-model", "modalities")] == [
        "loss",
        "base_model",
        "modality",
    ]
    with pytest.raises(UsageError, match="backbone"):
        find_field("spine")
    with pytest.raises(UsageError, match="pretrain, train, eval"):
        find_role(FIELD["dataset"], "testing")


def test_a_file_that_failed_can_be_named_too(library: Library) -> None:
    assert [path.rsplit("/", 1)[-1] for path in find_paths(library.connection, "broken.pdf")] == [
        "broken.pdf"
    ]
