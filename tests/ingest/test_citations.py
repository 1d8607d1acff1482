"""Reference lists that name studies of the library."""

import pytest

from fmatlas.ingest.citations import Entry, match_entries
from fmatlas.ingest.identity import known_by

TITLE = "Masked Volumes: Pretraining Three-Dimensional Encoders on 12 Organs"
REPORTS = [
    (known_by("a", {"title": TITLE, "arxiv_id": "2301.00001v2"}), "arxiv:2301.00001"),
    (known_by("b", {"title": "Another Study of Retinal Images", "doi": "10.1/xyz"}), "doi:10.1/xyz"),
]


def cited(report: str, **values: str) -> list[str]:
    entry = Entry(report, 3, known_by("", values))
    return [citation.study for citation in match_entries([entry], REPORTS)]


@pytest.mark.parametrize(
    "values",
    [
        {"arxiv_id": "2301.00001"},
        {"title": TITLE.lower()},
        {"title": TITLE.replace("Pretraining", "Pre-training")},
        {"title": TITLE.replace("Encoders", "Encodrs")},
    ],
)
def test_an_entry_is_found_by_identifier_or_title(values: dict[str, str]) -> None:
    assert cited("b", **values) == ["arxiv:2301.00001"]


def test_a_doi_is_found_whatever_its_case_and_address() -> None:
    assert cited("a", doi="https://doi.org/10.1/XYZ") == ["doi:10.1/xyz"]


@pytest.mark.parametrize(
    "values", [{"title": TITLE.replace("12", "14")}, {"title": "Masked Volumes"}, {"title": ""}]
)
def test_another_number_or_a_short_title_is_no_match(values: dict[str, str]) -> None:
    assert cited("b", **values) == []


def test_a_study_does_not_cite_itself() -> None:
    assert cited("a", title=TITLE) == []
