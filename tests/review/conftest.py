"""A small library for the tests of this room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fmatlas.library import Library
from tests.small_library import make_library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library of three studies and a file that failed, which the test may write to."""
    with make_library(tmp_path / "library") as library:
        yield library
