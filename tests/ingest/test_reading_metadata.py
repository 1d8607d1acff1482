"""Title, authors, year, venue and identifiers, each with its source."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fmatlas.ingest.reading import read_report
from fmatlas.schema.reading import Reading
from tests.ingest.reading_made import Paper, check, first

Write = Callable[[Paper], None]


def read(path: Path, before: Write, title: str = "") -> Reading:
    made = Paper(path / "p.pdf")
    if title:
        made.canvas.setTitle(title)
    before(made)
    made.text(90, 150, "Scans and Words: a Model of Both", 18)
    made.text(90, 180, "Ann B. Author, Ben Builder and Cem Coder", 11)
    made.text(90, 196, "Department of Scans, University of Somewhere", 10)
    made.text(90, 230, "Abstract", 11, "Times-Bold")
    made.prose(90, 250, 430, 8)
    made.text(90, 380, "1 Introduction", 12, "Times-Bold")
    made.prose(90, 400, 430, 20)
    reading = read_report(made.save())
    check(reading)
    return reading


def source(reading: Reading, field: str) -> str:
    return next(value.source for value in reading.metadata if value.field == field)


def nothing(made: Paper) -> None:
    pass


def test_the_title_is_the_largest_block_at_the_top(tmp_path: Path) -> None:
    reading = read(tmp_path, lambda made: made.text(90, 60, "Journal of Scans", 12) and None)
    assert first(reading, "title") == "Scans and Words: a Model of Both"


def test_a_title_that_the_file_stores_too_is_surer(tmp_path: Path) -> None:
    alone = read(tmp_path, nothing)
    both = read(tmp_path, nothing, "Scans and Words: A Model of Both")
    assert first(both, "title") == "Scans and Words: a Model of Both"
    assert both.metadata[0].p > alone.metadata[0].p


@pytest.mark.parametrize("stored", ["Microsoft Word - draft7.docx", "untitled", "paper.dvi"])
def test_what_programs_store_as_a_title_is_none(tmp_path: Path, stored: str) -> None:
    reading = read(tmp_path, nothing, stored)
    assert [v.value for v in reading.metadata if v.field == "title"] == ["Scans and Words: a Model of Both"]


def test_authors_are_the_names_between_title_and_abstract(tmp_path: Path) -> None:
    assert first(read(tmp_path, nothing), "authors") == "Ann B. Author; Ben Builder; Cem Coder"


def stamp(made: Paper) -> None:
    made.canvas.saveState()
    made.canvas.translate(30, 250)
    made.canvas.rotate(90)
    made.canvas.setFont("Times-Roman", 20)
    made.canvas.drawString(0, 0, "arXiv:2012.01234v3 [cs.CV] 7 Mar 2021")
    made.canvas.restoreState()


def test_the_stamp_gives_the_id_and_the_year_of_its_version(tmp_path: Path) -> None:
    reading = read(tmp_path, stamp)
    assert first(reading, "arxiv_id") == "2012.01234"
    assert first(reading, "year") == "2021"
    assert source(reading, "year") == "arXiv stamp"


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("Proceedings of Machine Learning Research 172:1–17, 2022", "2022"),
        ("Published as a conference paper at ICLR 2021", "2021"),
        ("Medical Image Analysis 82 (2022) 102594", "2022"),
        ("IEEE TRANSACTIONS ON MEDICAL IMAGING, VOL. 39, NO. 6, JUNE 2020", "2020"),
        ("35th Conference on Neural Information Processing Systems (NeurIPS 2021).", "2021"),
    ],
)
def test_the_venue_line_gives_the_year(tmp_path: Path, line: str, year: str) -> None:
    reading = read(tmp_path, lambda made: made.text(90, 60, line, 9) and None)
    assert first(reading, "year") == year
    assert source(reading, "year") == "venue line"
    assert first(reading, "title") == "Scans and Words: a Model of Both"


def test_a_copyright_at_the_foot_gives_the_year(tmp_path: Path) -> None:
    reading = read(tmp_path, lambda made: made.text(90, 750, "© 2019 A. Author and others.", 8) and None)
    assert first(reading, "year") == "2019"
    assert source(reading, "year") == "copyright"


def test_the_files_date_is_the_last_resort(tmp_path: Path) -> None:
    reading = read(tmp_path, nothing)
    assert source(reading, "year") == "PDF creation date"
    assert next(v.p for v in reading.metadata if v.field == "year") < 0.5


def test_a_doi_at_the_foot_is_found(tmp_path: Path) -> None:
    reading = read(
        tmp_path, lambda made: made.text(90, 750, "https://doi.org/10.1016/j.media.2022.102594", 8) and None
    )
    assert first(reading, "doi") == "10.1016/j.media.2022.102594"


def test_the_abstract_is_the_text_under_its_heading(tmp_path: Path) -> None:
    abstract = first(read(tmp_path, nothing), "abstract")
    assert abstract.startswith("the encoder maps") and abstract.endswith(".")
    assert "\n" not in abstract
