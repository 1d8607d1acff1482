"""The demo from the first to the last line, and its report."""

import shutil
from pathlib import Path

import pytest

from fmatlas.atlas import Atlas
from fmatlas.cli import main
from fmatlas.demo.report import answer, report, speed

FACT = {
    "study": "s1",
    "title": "A study",
    "role": "eval",
    "name": "BTCV",
    "page": 3,
    "quote": "We test on BTCV.",
}


def run(folder: Path, papers: Path) -> int:
    """Run the demo as `make demo SERVE=0 PAPERS=...` does."""
    return main(["demo", str(folder), "--papers", str(papers), "--no-serve"])


def test_the_demo_reads_reports_and_a_second_time_finds_nothing_new(
    examples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for name in ("thoraxchat.pdf", "swinvolume.pdf"):
        shutil.copy(examples / name, papers)
    (papers / "broken.pdf").write_bytes(b"<html>sign in</html>")

    assert run(tmp_path / "demo", papers) == 0
    first = capsys.readouterr().out
    assert "2 read (4 pages), 1 failed" in first
    assert "pages a second" in first
    assert "failed: broken.pdf: not-a-pdf" in first
    assert first.count("\nWhich studies ") == 3

    assert run(tmp_path / "demo", papers) == 0
    second = capsys.readouterr().out
    assert "nothing new to read" in second
    assert first.split("pages a second")[1].startswith(second.split("nothing new to read")[1])


def test_the_demo_shows_only_the_papers_it_was_asked_for(
    examples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder, name in (("one", "reportclr.pdf"), ("two", "swinvolume.pdf")):
        (tmp_path / folder).mkdir()
        shutil.copy(examples / name, tmp_path / folder)
        assert run(tmp_path / "demo", tmp_path / folder) == 0
    assert "Leaving out 1 papers" in capsys.readouterr().out
    with Atlas.open(tmp_path / "demo", readonly=True) as atlas:
        assert atlas.status()["read"] == 1


def test_a_folder_without_a_readable_paper_is_a_failure_that_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "papers").mkdir()
    assert run(tmp_path / "demo", tmp_path / "papers") == 1
    assert "make demo PAPERS=DIR" in capsys.readouterr().err


def test_every_question_of_the_report_has_something_to_show_on_the_invented_papers(
    examples_read_once: Path,
) -> None:
    with Atlas.open(examples_read_once, readonly=True) as atlas:
        lines = report(atlas, "nothing new to read")
    assert sum(line.startswith("Which studies ") for line in lines) == 3
    assert sum("p. " in line and '"' in line for line in lines) >= 6


def test_an_answer_is_about_the_name_that_most_studies_state() -> None:
    other = FACT | {"study": "s2", "title": "Another"}
    facts = [FACT | {"name": "ACDC"}, FACT, FACT | {"role": "train"}, other]
    assert answer(facts, "Which studies use {}?") == [
        "",
        "Which studies use BTCV? (2 studies)",
        "  A study: eval, train",
        '    p. 3: "We test on BTCV."',
        "  Another: eval",
        '    p. 3: "We test on BTCV."',
    ]


def test_a_question_without_facts_has_no_answer() -> None:
    assert answer([], "Which studies use {}?") == []


def test_speed_is_of_this_run() -> None:
    assert speed(120, 4.0) == "120 pages in 4.0 s, 30.0 pages a second"
    assert speed(0, 0.1) == "nothing new to read"
