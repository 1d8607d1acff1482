"""Fetching papers, against a server of our own that behaves well and badly."""

import socket
from pathlib import Path

import pytest

from fmatlas.demo.fetch import Limits, OpenPaper, fetch, fetch_all, is_reachable, read_list
from fmatlas.schema.errors import FetchError
from tests.demo.conftest import GOOD, nobody_listens

QUICK = Limits(silence=0.5, whole=1.0, size=100_000)


def test_a_pdf_is_stored_whole(server: str, tmp_path: Path) -> None:
    fetch(f"{server}/good/good.pdf", tmp_path / "good.pdf", QUICK)
    assert (tmp_path / "good.pdf").read_bytes() == GOOD


def test_a_redirect_to_the_paper_is_followed(server: str, tmp_path: Path) -> None:
    fetch(f"{server}/moved/moved.pdf", tmp_path / "moved.pdf", QUICK)
    assert (tmp_path / "moved.pdf").read_bytes() == GOOD


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("missing", "not-there"),
        ("page", "not-a-pdf"),
        ("silent", "slow"),
        ("trickle", "slow"),
        ("announced", "too-large"),
        ("endless", "too-large"),
        ("broken", "offline"),
        ("trap", "not-there"),
    ],
)
def test_what_goes_wrong_has_a_reason_and_leaves_no_file(
    server: str, tmp_path: Path, what: str, reason: str
) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(f"{server}/{what}/{what}.pdf", tmp_path / "paper.pdf", QUICK)
    assert caught.value.reason == reason
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_offline(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(f"{nobody_listens()}/good/good.pdf", tmp_path / "paper.pdf", QUICK)
    assert caught.value.reason == "offline"


def test_a_local_file_is_never_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(GOOD)
    with pytest.raises(FetchError, match="only http"):
        fetch((tmp_path / "secret.pdf").as_uri(), tmp_path / "copy.pdf", QUICK)


def test_a_list_is_fetched_past_its_failures_and_only_once(server: str, tmp_path: Path) -> None:
    papers = [
        OpenPaper(what, "CC BY 4.0", f"{server}/{what}/{what}.pdf", 1) for what in ("missing", "good", "page")
    ]
    said: list[str] = []
    assert fetch_all(papers, tmp_path, said.append, QUICK) == [tmp_path / "v1-good.pdf"]
    assert ["not-there" in line for line in said] == [True, False, False]

    said.clear()
    assert fetch_all(papers[1:2], tmp_path, said.append, QUICK) == [tmp_path / "v1-good.pdf"]
    assert said == []


def test_a_dead_network_is_not_tried_for_every_paper(tmp_path: Path) -> None:
    papers = [OpenPaper("x", "CC BY 4.0", f"{nobody_listens()}/{n}/{n}.pdf", 1) for n in range(6)]
    said: list[str] = []
    assert fetch_all(papers, tmp_path, said.append, QUICK) == []
    assert len(said) == 3


def test_any_answer_says_that_the_network_is_there(server: str) -> None:
    assert is_reachable(f"{server}/good/good.pdf", wait=2)
    assert not is_reachable(f"{nobody_listens()}/good/good.pdf", wait=2)


def test_the_probe_comes_back_from_a_server_that_never_answers() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        assert not is_reachable(f"http://127.0.0.1:{deaf.getsockname()[1]}/", wait=0.3)


def test_the_list_names_title_licence_address_and_pages() -> None:
    papers = read_list()
    assert len(papers) >= 20
    assert {paper.licence for paper in papers} == {"CC BY 4.0"}
    assert all(paper.address.startswith("https://proceedings.mlr.press/v") for paper in papers)
    assert all(paper.title and paper.pages > 3 for paper in papers)
    assert len({paper.file for paper in papers}) == len(papers)
