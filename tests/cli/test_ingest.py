"""Ingest by command: PDFs that can be read, and what cannot."""

import shutil
from pathlib import Path

import pytest

from fmatlas.cli import main
from tests.cli.conftest import Run


@pytest.fixture
def papers(tmp_path: Path, examples: Path) -> Path:
    """A good paper, the same under a second name, and three files that are no papers."""
    folder = tmp_path / "papers"
    (folder / "sub").mkdir(parents=True)
    shutil.copy(examples / "prostasam.pdf", folder / "good.pdf")
    shutil.copy(examples / "prostasam.pdf", folder / "sub" / "same\n😀.pdf")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "text.pdf").write_text("this is no PDF at all")
    (folder / "cut.pdf").write_bytes((examples / "retipaint.pdf").read_bytes()[:900])
    return folder


def test_an_ingest_lists_every_failure_with_its_reason_and_ends_with_three(
    run: Run, tmp_path: Path, papers: Path
) -> None:
    library = tmp_path / "mixed"
    assert main(["init", str(library)]) == 0
    ran = run("ingest", papers, "--workers", "1", library=library)
    assert ran.code == 3
    failed = {
        line.split(": ")[1].rsplit("/", 1)[-1]: line.split(": ")[2]
        for line in ran.out.splitlines()
        if line.startswith("failed")
    }
    assert set(failed) == {"empty.pdf", "text.pdf", "cut.pdf"}
    assert failed["empty.pdf"] == "empty" and failed["text.pdf"] == "not-a-pdf"
    status = run("status", "--json", library=library).json
    assert (status["studies"], status["read"], len(status["failed"])) == (1, 1, 3)
    assert status["stale"] == {"read": 0, "detected": 0}

    again = run("ingest", papers, "--workers", "1", library=library)
    assert again.code == 3 and "0 read" in again.out

    for name in ("empty.pdf", "text.pdf", "cut.pdf"):
        (papers / name).unlink()
    assert run("ingest", papers, "--workers", "1", library=library).code == 0
    assert len(run("status", "--json", library=library).json["missing"]) == 3


def test_the_invented_papers_give_facts_that_agree_with_their_coding(
    example_library: Path, run: Run, examples: Path
) -> None:
    scores = run("evaluate", examples / "coding.csv", "--json", library=example_library).json
    assert scores["papers"] == 14
    # The papers are plainly written; what is not found in them is found nowhere.
    assert scores["micro"]["f1"] > 0.6


def test_remove_then_ingest_brings_the_same_facts_back(
    example_library: Path, run: Run, examples: Path, tmp_path: Path
) -> None:
    def facts() -> str:
        assert run("export", "facts", "--out", tmp_path / "facts.csv", library=example_library).code == 0
        return (tmp_path / "facts.csv").read_text(encoding="utf-8")

    before = facts()
    assert run("remove", "prostasam.pdf", library=example_library).code == 0
    assert "prostasam.pdf" not in facts()
    assert run("ingest", examples, "--workers", "1", library=example_library).code == 0
    assert facts() == before


def test_a_path_that_is_not_there_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    ran = run("ingest", tmp_path / "nowhere")
    assert ran.code == 2 and ran.err.count("\n") == 1


def test_a_page_is_drawn(run: Run, tmp_path: Path, examples: Path) -> None:
    picture = tmp_path / "page.png"
    assert run("inspect", examples / "retipaint.pdf", "--page", "1", "--out", picture).code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert run("inspect", examples / "retipaint.pdf", "--page", "99", "--out", picture).code == 2
