"""A Neo4j server as the graph's engine: whose it is, what goes wrong with it, what a rebuild leaves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fmatlas.graph import Graph, graph, open_graph, server
from fmatlas.library import Library
from fmatlas.schema.errors import GraphError
from tests.graph.papers import ALPHA, ETA, NAMES, PAPERS, make_library, write_papers
from tests.neo4j.conftest import run

pytestmark = pytest.mark.neo4j


@pytest.fixture(autouse=True)
def no_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test loads graphs several times over: without the catalogue's nodes that is quick."""
    monkeypatch.setattr(graph, "read_listed", tuple)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with make_library(tmp_path / "library") as library:
        yield library


@pytest.fixture
def loaded(library: Library, empty: dict[str, str]) -> Iterator[Graph]:
    with open_graph(library, environment=empty) as loaded:
        loaded.refresh()
        yield loaded


def _one_line(told: pytest.ExceptionInfo[GraphError]) -> str:
    assert "\n" not in str(told.value)
    return str(told.value)


def test_loading_twice_changes_nothing(loaded: Graph, empty: dict[str, str]) -> None:
    everything = (
        "MATCH (n) OPTIONAL MATCH (n)-[r]->(m) RETURN labels(n)[0] AS label, n.id AS id, type(r) AS type, "
        "m.id AS to, r.role AS role ORDER BY label, id, type, to, role"
    )
    before = run(empty, everything)
    assert not loaded.refresh()
    assert loaded.refresh(force=True)
    assert run(empty, everything) == before


def test_the_same_dataset_in_three_roles_is_three_edges(loaded: Graph) -> None:
    rows = loaded.cypher(
        "MATCH (s:Study {id: $study})-[u:USES_DATASET]->(d:Dataset {name: 'MIMIC-CXR'}) "
        "RETURN u.role AS role ORDER BY role",
        {"study": ALPHA.study},
    )
    assert [row["role"] for row in rows] == ["eval", "pretrain", "train"]


def test_what_the_library_no_longer_states_is_gone(
    loaded: Graph, library: Library, empty: dict[str, str]
) -> None:
    library.remove(ETA.sha256)
    assert loaded.cypher("MATCH (s:Study) RETURN count(*) AS n") == [{"n": len(PAPERS) - 1}]
    write_papers(library, [ALPHA], NAMES)
    assert loaded.ask("most-cited") == []
    assert run(empty, "MATCH (d:Dataset) RETURN d.name AS name ORDER BY name") == [
        {"name": "CheXpert"},
        {"name": "MIMIC-CXR"},
    ]


def test_a_load_that_was_cut_off_is_done_again(loaded: Graph, empty: dict[str, str]) -> None:
    run(empty, "MATCH (m:FmAtlas) SET m.facts = -1 WITH m MATCH (d:Dataset) DETACH DELETE d")
    assert not loaded.is_fresh()
    assert loaded.ask("models-by-dataset", dataset="CheXpert")
    assert loaded.is_fresh()


def test_what_a_cut_off_load_left_does_not_stay(
    library: Library, empty: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load = server._load

    def cut_off(*arguments: Any) -> None:
        load(*arguments)
        raise GraphError("the plug was pulled")

    with open_graph(library, environment=empty) as graph:
        with monkeypatch.context() as pulled:
            pulled.setattr(server, "_load", cut_off)
            with pytest.raises(GraphError, match="plug"):
                graph.refresh()
        assert not graph.is_fresh()
        library.remove(ETA.sha256)
        assert graph.cypher("MATCH (s:Study) RETURN count(*) AS n") == [{"n": len(PAPERS) - 1}]
        assert graph.is_fresh()


def test_a_forced_rebuild_mends_what_others_deleted(loaded: Graph, empty: dict[str, str]) -> None:
    run(empty, "MATCH (d:Dataset) DETACH DELETE d")
    assert loaded.ask("most-used-datasets") == []
    assert loaded.refresh(force=True)
    assert loaded.ask("most-used-datasets")


def test_two_processes_may_load_at_once(library: Library, empty: dict[str, str]) -> None:
    def load(_: int) -> int:
        with Library.open(library.folder, readonly=True) as own, open_graph(own, environment=empty) as mine:
            mine.refresh(force=True)
            return len(mine.cypher("MATCH (s:Study) RETURN s.id"))

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(load, range(3))) == [len(PAPERS)] * 3


def test_what_a_user_adds_beside_the_graph_stays(loaded: Graph, empty: dict[str, str]) -> None:
    run(empty, "CREATE (:Note {text: 'mine'})")
    loaded.refresh(force=True)
    assert run(empty, "MATCH (n:Note) RETURN n.text AS text") == [{"text": "mine"}]


# What goes wrong ---------------------------------------------------------------------------------------


def test_another_librarys_database_is_refused_and_untouched(
    loaded: Graph, empty: dict[str, str], tmp_path: Path
) -> None:
    with make_library(tmp_path / "other", [ALPHA]) as other:
        with pytest.raises(GraphError, match="belongs to another library") as told:
            open_graph(other, environment=empty)
        assert "DETACH DELETE" in _one_line(told)
    assert loaded.is_fresh()


def test_a_foreign_database_is_refused_and_untouched(library: Library, empty: dict[str, str]) -> None:
    run(empty, "CREATE (:Person {name: 'Ada'})")
    with pytest.raises(GraphError, match="data that is not fmatlas's") as told:
        open_graph(library, environment=empty)
    assert _one_line(told)
    assert run(empty, "MATCH (n) RETURN labels(n) AS labels") == [{"labels": ["Person"]}]


def test_a_graph_of_another_version_is_refused(
    loaded: Graph, library: Library, empty: dict[str, str]
) -> None:
    run(empty, "MATCH (m:FmAtlas) SET m.schema = 99")
    with pytest.raises(GraphError, match=r"version 99 of the graph, this one makes 1\)") as told:
        loaded.ask("most-cited")
    assert "DETACH DELETE" in _one_line(told)
    with pytest.raises(GraphError, match="version 99"):
        open_graph(library, environment=empty)


def test_a_wrong_password_is_told(library: Library, server: dict[str, str]) -> None:
    with pytest.raises(
        GraphError, match="refuses the user neo4j: check NEO4J_USER and NEO4J_PASSWORD"
    ) as told:
        open_graph(library, environment=server | {"NEO4J_PASSWORD": "wrong"})
    assert _one_line(told)


def test_a_missing_password_is_told(library: Library, server: dict[str, str]) -> None:
    with pytest.raises(GraphError, match="NEO4J_PASSWORD, which is not set") as told:
        open_graph(library, environment={"NEO4J_URI": server["NEO4J_URI"]})
    assert _one_line(told)


def test_a_database_that_is_not_there_is_told(library: Library, server: dict[str, str]) -> None:
    with pytest.raises(GraphError, match="has no database nowhere: check NEO4J_DATABASE"):
        open_graph(library, environment=server | {"NEO4J_DATABASE": "nowhere"})


def test_a_wrong_query_is_told_in_one_line(loaded: Graph) -> None:
    with pytest.raises(GraphError, match="does not accept the query") as told:
        loaded.cypher("MATCH (s:Study) RETURN s.title ORDER")
    assert _one_line(told)


def test_a_query_that_takes_too_long_is_stopped(loaded: Graph) -> None:
    unwinds = " ".join(f"UNWIND [1,2,3,4,5,6,7,8,9,10] AS x{n}" for n in range(12))
    with pytest.raises(GraphError, match="stopped") as told:
        loaded.cypher(f"{unwinds} RETURN sum(x0 + x11) AS n", timeout=0.5)
    assert _one_line(told)


def test_after_any_failure_the_library_is_whole(library: Library, server: dict[str, str]) -> None:
    before = library.check()
    with pytest.raises(GraphError):
        open_graph(library, environment=server | {"NEO4J_PASSWORD": "wrong"})
    assert library.check() == before
    with open_graph(library, "") as own:
        assert own.ask("most-cited")
