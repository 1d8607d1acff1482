"""Which papers the demo reads."""

from pathlib import Path

import pytest

from fmatlas.demo.fetch import OpenPaper
from fmatlas.demo.papers import choose_papers, find_examples
from fmatlas.schema.errors import UsageError
from tests.demo.conftest import nobody_listens


def listed(server: str) -> list[OpenPaper]:
    """A list of one paper that can be had and one that cannot."""
    return [OpenPaper(name, "CC BY 4.0", f"{server}/{name}/{name}.pdf", 1) for name in ("good", "missing")]


def test_a_named_folder_is_read_and_nothing_is_fetched(tmp_path: Path) -> None:
    said: list[str] = []
    assert choose_papers(tmp_path, listed(nobody_listens()), tmp_path / "papers", said.append) == tmp_path
    assert said == []
    assert list(tmp_path.iterdir()) == []


def test_a_named_folder_that_is_not_there_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        choose_papers(tmp_path / "nowhere", [], tmp_path / "papers", print)


def test_without_a_folder_the_open_papers_are_fetched(server: str, tmp_path: Path) -> None:
    said: list[str] = []
    assert choose_papers(None, listed(server), tmp_path / "papers", said.append) == tmp_path / "papers"
    assert [path.name for path in (tmp_path / "papers").iterdir()] == ["v1-good.pdf"]
    assert any("CC BY 4.0" in line for line in said) and any("404" in line for line in said)


def test_papers_that_were_fetched_before_need_no_network(tmp_path: Path) -> None:
    papers = listed(nobody_listens())
    for paper in papers:
        (tmp_path / paper.file).write_bytes(b"%PDF-1.7")
    assert choose_papers(None, papers, tmp_path, print) == tmp_path


def test_without_a_network_the_invented_papers_are_read_and_that_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    papers = choose_papers(None, listed(nobody_listens()), tmp_path / "papers", said.append)
    assert papers == find_examples()
    assert len(list(papers.glob("*.pdf"))) >= 12
    assert said[0].startswith("No network")


def test_where_nothing_can_be_fetched_the_invented_papers_are_read(server: str, tmp_path: Path) -> None:
    said: list[str] = []
    assert choose_papers(None, listed(server)[1:], tmp_path / "papers", said.append) == find_examples()
    assert "invented papers" in said[-1]
