"""What the tests share: real papers where they are, the invented ones, and a library made from them once."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
EXAMPLES = ROOT / "examples"


def miss(what: str) -> None:
    """Skip a test for want of `what`, loudly; where CI is set, fail, since CI brings everything."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and in CI it must be there")
    pytest.skip(f"NOT RUN: {what}")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real papers with their coding sheets, `../shared/corpus`."""
    if not (CORPUS / "pdfs").is_dir():
        miss("the real papers of ../shared/corpus are not here")
    return CORPUS


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of invented papers and their coding sheet."""
    return EXAMPLES


@pytest.fixture(scope="session")
def examples_read_once(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """A library of the invented papers. It is shared by all tests: read it, never write to it."""
    from fmatlas.cli import main

    folder = tmp_path_factory.mktemp("examples") / "library"
    assert main(["init", str(folder)]) == 0
    assert main(["--library", str(folder), "ingest", str(examples), "--workers", "1"]) == 0
    return folder


@pytest.fixture
def example_library(examples_read_once: Path, tmp_path: Path) -> Path:
    """A library of the invented papers that the test may write to."""
    return shutil.copytree(examples_read_once, tmp_path / "example-library")
