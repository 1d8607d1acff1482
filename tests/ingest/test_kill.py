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
    sys.exit(3 if report.interrupted else 0)
"""


def start(library: Path, papers: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _RUN, str(library), str(papers)],
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


def test_killed_after_each_report_loses_none(papers: Path, tmp_path: Path) -> None:
    folder = new_library(tmp_path / "library")
    seen = 0
    for _ in range(COUNT):
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
        if seen == COUNT:
            break


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
