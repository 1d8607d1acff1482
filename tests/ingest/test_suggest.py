"""Suggestions are made from what is stored, once for each report, and go with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fmatlas.ingest import suggest as room
from fmatlas.ingest.suggest import suggest
from fmatlas.library import Library
from fmatlas.library.reports import FileSeen
from tests.ingest.written import written

SHA = "c" * 64
READING = written(
    ("abstract", "Our code is available at https://github.com/us/ours."),
    ("experiments", "We train on eight NVIDIA A100 GPUs for two days."),
    title="ChestNet: A Transformer Foundation Model",
)


def rows(library: Library) -> list[tuple[object, ...]]:
    return [tuple(row) for row in library.connection.execute("SELECT * FROM suggestion ORDER BY 1, 2, 3")]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library of one report."""
    with Library.create(tmp_path / "library") as library:
        library.write_report(SHA, READING, files=[FileSeen("/papers/a.pdf", "/papers", 1, 1)])
        yield library


def test_a_suggestion_is_kept_with_its_whole_sentence_and_page(library: Library) -> None:
    assert suggest(library)
    found = {row[1]: (row[3], row[7], row[8]) for row in rows(library)}
    assert found["compute"] == ("8 A100", 3, "We train on eight NVIDIA A100 GPUs for two days.")
    assert found["code_url"][0] == "https://github.com/us/ours"
    for _, _, _, _, _, start, end, _, quote in rows(library):
        assert READING.text[start:end] == quote  # type: ignore[misc]


def test_the_page_of_a_footer_is_the_one_that_it_stands_on(tmp_path: Path) -> None:
    reading = written(
        ("method", "A method."), ("results", "Results."), footer="1. https://github.com/us/ours"
    )
    with Library.create(tmp_path / "other") as library:
        library.write_report(SHA, reading)
        suggest(library)
        assert {row[1]: row[7] for row in rows(library)}["code_url"] == 1


def test_what_is_up_to_date_is_not_read_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    suggest(library)
    before, revision = rows(library), library.revision("facts")
    monkeypatch.setattr(Library, "reading", None)
    assert not suggest(library)
    assert (rows(library), library.revision("facts")) == (before, revision)


def test_suggestions_made_by_another_version_are_made_anew(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggest(library)
    library.connection.execute("UPDATE suggestion SET value = 'old' WHERE field = 'compute'")
    monkeypatch.setattr(room, "suggested_by", lambda: "newer")
    assert suggest(library)
    assert "old" not in [row[3] for row in rows(library)]


def test_a_report_that_is_read_again_is_suggested_for_again(library: Library) -> None:
    suggest(library)
    library.write_report(SHA, written(("experiments", "We train on 4 V100 GPUs.")))
    assert suggest(library)
    assert {row[1]: row[3] for row in rows(library)}["compute"] == "4 V100"


def test_suggestions_go_with_their_report(library: Library) -> None:
    suggest(library)
    library.remove(SHA)
    assert rows(library) == []


def test_an_ingest_suggests_while_it_reads(example_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(example_library) as library:
        before = rows(library)
        monkeypatch.setattr(Library, "reading", None)
        assert not suggest(library)
        monkeypatch.undo()
        assert not suggest(library, force=True)
        assert rows(library) == before
    assert {"study_type", "metric"} <= {row[1] for row in before}
