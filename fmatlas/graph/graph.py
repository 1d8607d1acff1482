"""The graph of one library: asked by name or in Cypher, rebuilt where it is behind, on either engine."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from fmatlas.graph.cypher import DEFAULT_LIMIT, check_cypher
from fmatlas.graph.listed import catalogue_version, read_listed
from fmatlas.graph.project import Tables, project
from fmatlas.graph.queries import QUESTIONS
from fmatlas.graph.questions import Question
from fmatlas.graph.resolve import resolve_parameters
from fmatlas.graph.schema import SCHEMA_VERSION
from fmatlas.graph.stamp import Stamp
from fmatlas.library import Library
from fmatlas.schema.errors import UsageError

TIMEOUT = 30.0

GRAPH_FOLDER = "graph"


class Engine(Protocol):
    """What holds a graph: Ladybug in the library's folder, or a Neo4j server."""

    name: str

    def stamp(self) -> Stamp | None:
        """What the graph was built from; None where there is none yet."""

    def build(self, tables: Tables, stamp: Stamp) -> None:
        """Put these tables in the place of whatever the graph held."""

    def rows(
        self, cypher: str, parameters: Mapping[str, Any], timeout: float, *, apart: bool = False
    ) -> list[dict[str, Any]]:
        """Run a query that was checked, for at most `timeout` seconds; `apart` where a user wrote it."""

    def close(self) -> None:
        """Let go of files and connections."""


class Graph:
    """A library's graph. Close it, or use it in a `with` block.

    Example:
        >>> with open_graph(library) as graph:  # doctest: +SKIP
        ...     graph.ask("models-by-dataset", dataset="MIMIC-CXR", role="pretrain")
    """

    def __init__(self, library: Library, engine: Engine) -> None:
        self._library = library
        self._engine = engine

    @property
    def engine(self) -> str:
        """The name of what answers: `Ladybug`, or `Neo4j` with its address."""
        return self._engine.name

    def ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Answer a named question.

        Args:
            name: one of `QUESTIONS`.
            parameters: its parameters; names of entities as a user writes them.

        Returns:
            Rows with the question's columns, in a total order; the same on both engines.

        Raises:
            UsageError: no such question, or a parameter that is missing, unknown or of the wrong type.
            GraphError: the graph cannot be reached or built.
        """
        question = find_question(name)
        values = resolve_parameters(
            question, parameters, self._library.connection, self._library.vocabulary_folder
        )
        self.refresh()
        rows = self._engine.rows(question.cypher, values, TIMEOUT)
        return [_tidy(question, row) for row in rows]

    def cypher(
        self,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        limit: int = DEFAULT_LIMIT,
        timeout: float = TIMEOUT,
    ) -> list[dict[str, Any]]:
        """Run a query of the user's own, if it passes the allow-list.

        Args:
            text: one statement that only reads; see `fmatlas.graph.cypher`.
            parameters: its parameters, without `$`.
            limit: the most rows that it gives.
            timeout: seconds after which it is given up.

        Raises:
            GraphError: it is not allowed, wrong, or takes too long.
        """
        checked = check_cypher(text, parameters, limit)
        self.refresh()
        return self._engine.rows(checked, parameters or {}, timeout, apart=True)

    def refresh(self, *, force: bool = False) -> bool:
        """Rebuild the graph where the library's facts, the schema or the catalogue have changed.

        Returns:
            Whether it was rebuilt.

        Raises:
            GraphError: it cannot be reached or written, or belongs to another library.
        """
        wanted = self._wanted()
        if not force and self._engine.stamp() == wanted:
            return False
        # The revision is read before the facts: a change in between leaves the graph stale, not wrong.
        self._engine.build(project(self._library.connection, read_listed()), wanted)
        return True

    def is_fresh(self) -> bool:
        """Whether the graph is as new as the library; nothing is rebuilt."""
        return self._engine.stamp() == self._wanted()

    def close(self) -> None:
        """Let go of files and connections."""
        self._engine.close()

    def __enter__(self) -> "Graph":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wanted(self) -> Stamp:
        return Stamp(
            self._library.meta("id"), SCHEMA_VERSION, self._library.revision("facts"), catalogue_version()
        )


def open_graph(
    library: Library, uri: str | None = None, environment: Mapping[str, str] = os.environ
) -> Graph:
    """Open the graph of a library; it is built at the first question.

    Args:
        library: an open library.
        uri: of a Neo4j server, such as `bolt://localhost:7687`; `""` is the built-in engine. Where it is not
            given, `NEO4J_URI` or the library's setting `neo4j_uri` may name a server.
        environment: where `NEO4J_URI`, `NEO4J_USER`, `NEO4J_PASSWORD` and `NEO4J_DATABASE` may be set.

    Raises:
        GraphError: the server cannot be used; the message says why and what to do.
    """
    address = uri if uri is not None else environment.get("NEO4J_URI") or library.settings.neo4j_uri
    if not address:
        from fmatlas.graph.embedded import EmbeddedGraph

        return Graph(library, EmbeddedGraph(Path(library.folder) / GRAPH_FOLDER))
    from fmatlas.graph.server import Login, ServerGraph

    login = Login(
        address,
        environment.get("NEO4J_USER") or library.settings.neo4j_user,
        environment.get("NEO4J_PASSWORD", ""),
        environment.get("NEO4J_DATABASE") or library.settings.neo4j_database,
    )
    return Graph(library, ServerGraph(login, library.meta("id")))


def find_question(name: str) -> Question:
    """The named question.

    Raises:
        UsageError: there is none of that name; the message lists them.
    """
    question = QUESTIONS.get(name.strip().lower().replace("_", "-").replace(" ", "-"))
    if question is None:
        raise UsageError(f"There is no question {name!r}. Questions: {', '.join(QUESTIONS)}.")
    return question


def _tidy(question: Question, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the question's order of columns, collected names sorted (engines collect in any order)."""
    return {
        column: "; ".join(sorted(row[column])) if column in question.lists else row[column]
        for column in question.columns
    }
