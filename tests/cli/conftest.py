"""A small library on disk, and a way to run commands in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fmatlas.cli import main
from tests.small_library import make_library


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The standard output as JSON."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a library of three studies and a file that failed."""
    with make_library(tmp_path / "library") as library:
        return library.folder


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on the small library and give its exit code and what it printed."""

    def run_command(*arguments: object, library: Path | None = folder) -> Ran:
        before = ["--library", str(library)] if library else []
        code = main([*before, *map(str, arguments)])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run_command
