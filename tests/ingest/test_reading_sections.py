"""Headings, sections as a tree with types, the abstract."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fmatlas.ingest.headings import split_number
from fmatlas.ingest.reading import read_report
from fmatlas.ingest.sections import type_of
from fmatlas.schema.reading import Reading
from tests.ingest.reading_made import Paper, check, first, kinds

Write = Callable[[Paper], None]


def read(path: Path, write: Write) -> Reading:
    made = Paper(path / "p.pdf")
    write(made)
    reading = read_report(made.save())
    check(reading)
    return reading


def tree(reading: Reading) -> list[tuple[int, str, str, str]]:
    return [(s.level, s.number, s.title, s.type) for s in reading.sections]


def numbered(made: Paper) -> None:
    made.text(120, 80, "A Paper with Numbered Headings in It", 18)
    made.text(250, 110, "Ann Author, Ben Builder", 11)
    made.text(285, 150, "Abstract", 11, "Times-Bold")
    made.prose(72, 170, 460, 8)
    made.text(72, 290, "1 Introduction", 13, "Times-Bold")
    made.prose(72, 312, 460, 10)
    made.text(72, 460, "2 Training on Unlabelled Scans", 13, "Times-Bold")
    made.text(72, 484, "2.1 Dataset", 11, "Times-Bold")
    made.prose(72, 502, 460, 10)
    made.page()
    made.text(72, 80, "2.2 The encoder", 11, "Times-Bold")
    made.prose(72, 98, 460, 8)
    made.text(72, 220, "3 Experiments", 13, "Times-Bold")
    made.text(72, 244, "3.1 Baseline Models", 11, "Times-Bold")
    made.prose(72, 262, 460, 8)
    made.text(72, 380, "References", 13, "Times-Bold")
    made.lines(
        72, 400, [f"[{n}] A. Author. A title of work {n}. In Proc. Conf., 20{n:02}." for n in range(10, 22)]
    )
    made.text(72, 570, "A More Results", 13, "Times-Bold")
    made.prose(72, 592, 460, 8)


def test_sections_are_a_tree_with_numbers_and_types(tmp_path: Path) -> None:
    assert tree(read(tmp_path, numbered)) == [
        (1, "", "", "front"),
        (1, "", "Abstract", "abstract"),
        (1, "1", "Introduction", "introduction"),
        (1, "2", "Training on Unlabelled Scans", "method"),
        (2, "2.1", "Dataset", "data"),
        (2, "2.2", "The encoder", "method"),
        (1, "3", "Experiments", "experiments"),
        (2, "3.1", "Baseline Models", "experiments"),
        (1, "", "References", "references"),
        (1, "A", "More Results", "appendix"),
    ]


def test_a_plain_numbered_heading_is_found_by_its_place_in_the_count(tmp_path: Path) -> None:
    def write(made: Paper) -> None:
        made.text(72, 80, "1. Introduction", 12, "Times-Bold")
        made.prose(72, 100, 460, 10)
        made.text(72, 240, "1.1. Earlier work on scans")
        made.prose(72, 262, 460, 10)
        made.text(72, 400, "1.2. What is new in this work")
        made.prose(72, 422, 460, 10)
        made.text(72, 560, "1.7. Out of turn")
        made.prose(72, 580, 460, 4)

    titles = [s.number for s in read(tmp_path, write).sections]
    assert titles == ["1", "1.1", "1.2"]


def test_items_of_a_list_are_no_headings(tmp_path: Path) -> None:
    def write(made: Paper) -> None:
        made.text(72, 80, "1 Introduction", 13, "Times-Bold")
        made.prose(72, 100, 460, 10)
        for item in range(1, 4):
            made.text(
                92, 230 + 30 * item, f"{item}. We propose a new thing of the kind number {item} that has"
            )
            made.text(104, 242 + 30 * item, "a second line to it.")
        made.text(72, 400, "2 Method", 13, "Times-Bold")
        made.prose(72, 422, 460, 10)

    assert [s.title for s in read(tmp_path, write).sections] == ["Introduction", "Method"]


def test_a_heading_of_two_lines_is_one(tmp_path: Path) -> None:
    def write(made: Paper) -> None:
        made.text(72, 80, "1 Introduction", 13, "Times-Bold")
        made.prose(72, 100, 460, 10)
        made.text(
            72,
            260,
            "2 A Heading that is so Long that it does not Fit on One Line of the Whole",
            13,
            "Times-Bold",
        )
        made.text(86, 276, "Page", 13, "Times-Bold")
        made.prose(72, 300, 460, 10)

    assert read(tmp_path, write).sections[-1].title.endswith("of the Whole Page")


def test_capitals_and_roman_numbers_head_sections(tmp_path: Path) -> None:
    def write(made: Paper) -> None:
        made.text(130, 80, "I. INTRODUCTION")
        made.prose(54, 102, 240, 12)
        made.text(54, 270, "A. The data of this work", 10, "Times-Italic")
        made.prose(54, 290, 240, 12)
        made.text(130, 460, "II. METHODS")
        made.prose(54, 482, 240, 12)
        made.text(140, 650, "REFERENCES")
        made.lines(54, 670, [f"[{n}] A. Author, “A title of work,” 2011." for n in range(1, 8)], 8, 10)

    reading = read(tmp_path, write)
    assert [(s.number, s.type) for s in reading.sections] == [
        ("I", "introduction"),
        ("A", "data"),
        ("II", "method"),
        ("", "references"),
    ]


def test_bold_words_that_open_a_paragraph_are_no_heading(tmp_path: Path) -> None:
    def write(made: Paper) -> None:
        made.text(72, 80, "1 Introduction", 13, "Times-Bold")
        made.prose(72, 100, 460, 6)
        made.text(72, 200, "Data and Code Availability", 10, "Times-Bold").text(
            200, 200, "We use open data of many"
        )
        made.prose(72, 212, 460, 6)

    assert len(read(tmp_path, write).sections) == 1


def test_the_outline_names_headings_that_look_like_text(tmp_path: Path) -> None:
    def write(made: Paper) -> None:
        made.text(72, 80, "A Paper with an Outline of its Own", 18)
        y = 120.0
        for title in ("Setting the scene", "Of scans and words", "What came out", "What it means"):
            made.canvas.bookmarkPage(title)
            made.canvas.addOutlineEntry(title, title, 0)
            made.text(72, y, title)
            y = made.prose(72, y + 12, 460, 8)

    titles = [s.title for s in read(tmp_path, write).sections if s.title]
    assert titles == ["Setting the scene", "Of scans and words", "What came out", "What it means"]


def test_an_abstract_named_in_its_first_line_is_found(tmp_path: Path) -> None:
    def write(made: Paper) -> None:
        made.text(120, 80, "A Paper in the Style of Lecture Notes", 18)
        made.text(250, 110, "Ann Author, Ben Builder", 11)
        made.text(110, 160, "Abstract. We show that it works very well on many kinds of scans of", 9)
        made.prose(110, 171, 390, 7, size=9)
        made.text(110, 260, "Keywords: Scans, Learning", 9)
        made.text(72, 300, "1 Introduction", 13, "Times-Bold")
        made.prose(72, 322, 460, 20)

    reading = read(tmp_path, write)
    abstract = first(reading, "abstract")
    assert abstract.startswith("Abstract. We show that it works")
    assert "Keywords" not in abstract
    assert "abstract" in [s.type for s in reading.sections]


def test_an_abstract_without_a_name_is_the_first_paragraph(tmp_path: Path) -> None:
    def write(made: Paper) -> None:
        made.text(72, 80, "A Paper in the Style of a Journal", 20)
        made.text(72, 110, "Ann Author, Ben Builder and Cem Coder", 11)
        made.prose(72, 150, 460, 9, size=11)
        made.text(72, 290, "Introduction", 13, "Times-Bold")
        made.prose(72, 312, 460, 20)

    reading = read(tmp_path, write)
    assert first(reading, "abstract").startswith("the encoder maps")
    assert [s.type for s in reading.sections] == ["front", "abstract", "introduction"]


def test_a_paper_without_headings_is_one_section(tmp_path: Path) -> None:
    reading = read(tmp_path, lambda made: made.prose(72, 80, 460, 30) and None)
    assert len(reading.sections) == 1
    assert not kinds(reading, "heading")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Related Work", "related work"),
        ("Materials and Methods", "method"),
        ("Proposed Framework", "method"),
        ("Datasets", "data"),
        ("Experimental Setup", "experiments"),
        ("Implementation Details", "experiments"),
        ("Ablation Study", "results"),
        ("Results and Discussion", "discussion"),
        ("Summary and Outlook", "conclusion"),
        ("Acknowledgements", "acknowledgements"),
        ("Data availability", "acknowledgements"),
        ("Supplementary Material", "appendix"),
        ("Foxes", ""),
    ],
)
def test_a_title_says_its_type(title: str, kind: str) -> None:
    assert type_of(title) == kind


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3.2. Training data", ("3.2", "Training data")),
        ("IV. RESULTS", ("IV", "RESULTS")),
        ("Appendix B. More", ("Appendix B", "More")),
        ("A Dataset", ("A", "Dataset")),
        ("A dataset of scans", ("", "A dataset of scans")),
        ("Results", ("", "Results")),
        ("3D Scans", ("", "3D Scans")),
    ],
)
def test_numbers_are_parted_from_titles(text: str, parts: tuple[str, str]) -> None:
    assert split_number(text) == parts
