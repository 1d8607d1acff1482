"""Which engine a library's graph is on, and what is told where a server cannot be reached; none is needed."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fmatlas.graph import open_graph
from fmatlas.library import Library
from fmatlas.schema.errors import GraphError
from tests.graph.papers import make_library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with make_library(tmp_path / "library") as library:
        yield library


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_without_an_address_the_graph_is_in_the_folder(library: Library) -> None:
    with open_graph(library, environment={"NEO4J_URI": ""}) as graph:
        assert graph.engine == "Ladybug"


def test_an_empty_address_comes_before_the_environment(library: Library) -> None:
    with open_graph(library, "", environment={"NEO4J_URI": "bolt://127.0.0.1:1"}) as graph:
        assert graph.engine == "Ladybug"


def test_a_stopped_server_is_told_with_what_to_do(library: Library, closed_port: int) -> None:
    uri = f"bolt://127.0.0.1:{closed_port}"
    with pytest.raises(GraphError, match=f"no Neo4j answers at {uri}: start it .*unset NEO4J_URI") as told:
        open_graph(library, environment={"NEO4J_URI": uri, "NEO4J_PASSWORD": "x"})
    assert "\n" not in str(told.value)


def test_the_library_may_name_its_server(library: Library, closed_port: int) -> None:
    library.settings = replace(library.settings, neo4j_uri=f"bolt://127.0.0.1:{closed_port}")
    with pytest.raises(GraphError, match=str(closed_port)):
        open_graph(library, environment={})


@pytest.mark.parametrize("uri", ["localhost:7687", "http://localhost:7474", "bolt//localhost"])
def test_an_address_of_the_wrong_kind_is_told_a_right_one(library: Library, uri: str) -> None:
    with pytest.raises(GraphError, match="NEO4J_URI is like bolt://localhost:7687") as told:
        open_graph(library, environment={"NEO4J_URI": uri})
    assert "\n" not in str(told.value)


def test_something_else_that_listens_is_no_neo4j(library: Library) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        # Nothing ever answers there; the driver gives up after its time.
        with pytest.raises(GraphError, match="no Neo4j answers"):
            open_graph(library, environment={"NEO4J_URI": f"bolt://127.0.0.1:{listener.getsockname()[1]}"})
