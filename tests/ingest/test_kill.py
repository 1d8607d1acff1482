"""An ingest may be killed at any moment: the same command then ends where an undisturbed run ends."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fmatlas.library import Library
from tests.conftest import ROOT
from tests.ingest.made import make_folder
from tests.ingest.test_runner import content

COUNT = 6
_RUN = """
import sys
from fmatlas.ingest.runner import ingest
from fmatlas.library import Library
with Library.open(sys.argv[1]) as library:
    report = ingest(library, [sys.argv[2]], workers=2, progress=lambda done, _: print(done, flush=True))
    print(report.summary())
    sys.exit(3 if report.interrupted else bool(report.failed))
"""


def start(library: Path, papers: Path, code: str = _RUN) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(library), str(papers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def new_library(folder: Path) -> Path:
    Library.create(folder).close()
    return folder


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("kill") / "papers", COUNT)


@pytest.fixture(scope="module")
def undisturbed(papers: Path) -> tuple[dict[str, list[tuple[object, ...]]], float]:
    """What an uninterrupted run comes to, and how long it takes."""
    folder = new_library(papers.parent / "undisturbed")
    begun = time.monotonic()
    with start(folder, papers) as run:
        _, errors = run.communicate()
    assert run.returncode == 0, errors
    seconds = time.monotonic() - begun
    with Library.open(folder) as library:
        return content(library), seconds


def test_killed_at_ten_moments_every_paper_is_there_once(
    papers: Path, undisturbed: tuple[dict[str, list[tuple[object, ...]]], float], tmp_path: Path
) -> None:
    expected, seconds = undisturbed
    folder = new_library(tmp_path / "library")
    moments = random.Random(0)
    for _ in range(10):
        with start(folder, papers) as run:
            time.sleep(moments.uniform(0, seconds))
            run.kill()
        with Library.open(folder) as library:
            assert library.check() == []
    with start(folder, papers) as run:
        _, errors = run.communicate()
    assert run.returncode == 0, errors
    with Library.open(folder) as library:
        assert library.check() == []
        assert content(library) == expected


def test_every_killed_run_keeps_what_it_had_read(papers: Path, tmp_path: Path) -> None:
    folder = new_library(tmp_path / "library")
    seen = 0
    for _ in range(3):
        with start(folder, papers) as run:
            assert run.stdout is not None
            for line in run.stdout:
                if line.strip() == "1":
                    break
            run.kill()
        with Library.open(folder) as library:
            held = library.connection.execute("SELECT count(*) FROM report").fetchone()[0]
            assert held > seen
            assert library.check() == []
            seen = held


def test_two_ingests_at_once_come_to_one_result(
    papers: Path, undisturbed: tuple[dict[str, list[tuple[object, ...]]], float], tmp_path: Path
) -> None:
    folder = new_library(tmp_path / "library")
    with start(folder, papers) as one, start(folder, papers) as two:
        outcomes = [run.communicate()[1] for run in (one, two)]
    assert outcomes == ["", ""]
    with Library.open(folder) as library:
        assert library.check() == []
        assert content(library) == undisturbed[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the children of a process")
def test_a_killed_ingest_leaves_no_worker_behind(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "hang.pdf").write_text("hang")
    (papers / "good.pdf").write_text("A good paper")
    code = _RUN.replace("workers=2", "workers=2, reader='tests.ingest.made:misbehave'")
    with start(new_library(tmp_path / "library"), papers, code) as run:
        assert run.stdout is not None
        while run.stdout.readline().strip() != "1":
            pass
        workers = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        run.kill()
    assert len(workers) == 2
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(map(is_alive, workers)):
        time.sleep(0.05)
    assert not any(map(is_alive, workers))


def is_alive(pid: str) -> bool:
    """Whether a process runs; one that has ended and waits to be asked for its exit code does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_ctrl_c_ends_cleanly_and_keeps_what_was_read(papers: Path, tmp_path: Path) -> None:
    folder = new_library(tmp_path / "library")
    with start(folder, papers) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if line.strip() == "2":
                os.killpg(run.pid, signal.SIGINT)
                break
        out, errors = run.communicate()
    assert (run.returncode, errors) == (3, "")
    assert "same command goes on" in out
    with Library.open(folder) as library:
        assert library.check() == []
        assert 2 <= library.connection.execute("SELECT count(*) FROM report").fetchone()[0] < COUNT
