"""A made library and its graph, built once: read them, never write to them."""

from collections.abc import Iterator

import pytest

from fmatlas.graph import Graph, open_graph
from fmatlas.library import Library
from tests.graph.papers import make_library


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The library of the eight made papers."""
    with make_library(tmp_path_factory.mktemp("made") / "library") as library:
        yield library


@pytest.fixture(scope="session")
def graph(made: Library) -> Iterator[Graph]:
    """Its graph on the built-in engine."""
    with open_graph(made, "") as graph:
        graph.refresh()
        yield graph
