"""A library of invented papers, embedded once with the real model."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fmatlas.embed import Embedder
from fmatlas.library import Library
from fmatlas.search import build
from tests.search.papers import make_papers


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedder]:
    """The packaged model, loaded once; what the probe finds is kept out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield Embedder("all-MiniLM-L6-v2")


@pytest.fixture(scope="session")
def embedded_once(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """The folder of the papers' library with its vectors and index; shared: read it, never write to it."""
    folder = tmp_path_factory.mktemp("search") / "library"
    with make_papers(folder) as library:
        build(library)
    return folder


@pytest.fixture
def library(embedded_once: Path, tmp_path: Path) -> Iterator[Library]:
    """The embedded library, which the test may write to."""
    with Library.open(shutil.copytree(embedded_once, tmp_path / "library")) as library:
        yield library


@pytest.fixture
def plain_library(tmp_path: Path) -> Iterator[Library]:
    """The same papers, not embedded yet."""
    with make_papers(tmp_path / "plain") as library:
        yield library
