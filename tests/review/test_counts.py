"""Counts over studies."""

import pytest

from fmatlas.library import Library
from fmatlas.review.counts import counts
from fmatlas.schema.errors import UsageError


def test_a_study_counts_once_for_each_value_and_role(library: Library) -> None:
    found = counts(library.connection, "dataset")
    assert found.columns == ("dataset", "role", "studies", "n", "share")
    assert found.rows == (
        ("MIMIC-CXR", "pretrain", 1, 3, 0.3333),
        ("MIMIC-CXR-JPG", "train", 1, 3, 0.3333),
        ("CheXpert", "eval", 1, 3, 0.3333),
    )


def test_a_level_counts_under_the_ancestor(library: Library) -> None:
    exact = {row[0]: row[2] for row in counts(library.connection, "backbone").rows}
    family = {row[0]: row[2] for row in counts(library.connection, "backbone", level=0).rows}
    assert (exact, family) == ({"ViT": 1, "ViT-B/16": 1}, {"ViT": 2})
    assert {row[0] for row in counts(library.connection, "dataset", level=0).rows} == {
        "MIMIC-CXR",
        "CheXpert",
    }
    assert {row[0] for row in counts(library.connection, "backbone", level=1).rows} == {"ViT", "ViT-B/16"}


def test_a_split_by_year_is_of_the_studies_of_that_year(library: Library) -> None:
    found = counts(library.connection, "task", by=("year",))
    assert found.columns == ("task", "year", "studies", "n", "share")
    assert found.rows == (("classification", "2023", 1, 1, 1.0), ("segmentation", "2024", 1, 2, 0.5))


def test_years_stand_in_order_and_categories_by_number(library: Library) -> None:
    assert [row[:2] for row in counts(library.connection, "year").rows] == [("2023", 1), ("2024", 2)]
    assert [row[:2] for row in counts(library.connection, "category").rows] == [("VFM", 2), ("VLFM", 1)]


@pytest.mark.parametrize(
    ("name", "options"), [("title", {}), ("nothing", {}), ("task", {"by": ("dataset",)})]
)
def test_what_is_not_counted_is_refused(library: Library, name: str, options: dict) -> None:
    with pytest.raises(UsageError):
        counts(library.connection, name, **options)


def test_counts_equal_those_of_the_facts(library: Library) -> None:
    stated = {
        (row["name"], row["role"]) for row in map(dict, library.connection.execute("SELECT * FROM fact_now"))
    }
    for field in ("model", "dataset", "backbone"):
        for row in counts(library.connection, field).rows:
            assert (row[0], row[1]) in stated


def test_a_circle_in_a_vocabulary_ends(library: Library) -> None:
    library.connection.execute(
        "INSERT INTO entity_link VALUES ('backbone:vit', 'backbone:vit-b-16', 'kind_of')"
    )
    assert counts(library.connection, "backbone", level=0).rows
