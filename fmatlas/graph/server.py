"""The graph on a Neo4j server, 5.26 or newer: merged in batches, for one library, named by a marker node."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fmatlas.graph.project import Tables
from fmatlas.graph.records import node_record, path_record, relation_record
from fmatlas.graph.schema import (
    NODES,
    RELATION,
    SCHEMA_VERSION,
    neo4j_constraints,
    neo4j_merge_nodes,
    neo4j_merge_relations,
)
from fmatlas.graph.stamp import Stamp
from fmatlas.schema.errors import GraphError

if TYPE_CHECKING:
    import neo4j
    import pyarrow as pa

BATCH = 2000
MARKER = "FmAtlas"
OLDEST = (5, 26)

_THE_MARKER = f"MATCH (m:{MARKER} {{id: 'library'}})"
# What the marker says of facts while they are being written: no revision of any library.
_LOADING = -1

_LIKE_THIS = "bolt://localhost:7687"
_EMPTY_IT = "empty it with `MATCH (n) DETACH DELETE n`, or name another database in NEO4J_DATABASE"

# Without a handler Python prints what the driver logs, notifications and retries, into the user's answer.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Login:
    """How to reach a server; an empty database is the server's default, an empty password means none."""

    uri: str
    user: str
    password: str
    database: str = ""


class ServerGraph:
    """One library's graph in one database of a Neo4j server. Safe to share between threads.

    Args:
        login: the server.
        library: the library's id; the database must be empty, or its own.

    Raises:
        GraphError: the server cannot be used, or the database is not this library's.
    """

    def __init__(self, login: Login, library: str) -> None:
        import neo4j

        if not library:
            raise GraphError(
                "this library was made by an early fmatlas and has no id: make a new one for Neo4j"
            )
        if not re.match(r"(?:bolt|neo4j)(?:\+s|\+ssc)?://", login.uri):
            raise GraphError(f"{login.uri!r} is no address of a Neo4j server: NEO4J_URI is like {_LIKE_THIS}")
        self.name = f"Neo4j at {login.uri}"
        self._login = login
        self._library = library
        with _explained(login):
            self._driver = neo4j.GraphDatabase.driver(
                login.uri,
                auth=(login.user, login.password) if login.password else None,
                connection_timeout=5,
                connection_acquisition_timeout=10,
                max_transaction_retry_time=10,
                notifications_min_severity="WARNING",
                # Empty labels and types are no slip here: queries are checked against the schema before.
                notifications_disabled_classifications=["UNRECOGNIZED"],
            )
        try:
            with _explained(login):
                self._driver.verify_connectivity()
                self._check_version()
            self.stamp()
        except BaseException:
            self._driver.close()
            raise

    def stamp(self) -> Stamp | None:
        """What the graph was built from; None where there is none, or half of one.

        Raises:
            GraphError: the database is another library's, or was built by another version.
        """
        with _explained(self._login), self._session() as session:
            return session.execute_read(self._read_marker)

    def build(self, tables: Tables, stamp: Stamp) -> None:
        """Merge the tables into the database, then delete what they no longer have.

        The marker says that the graph is incomplete until the last step, so that a load that was cut off is
        done again. A transaction that stays open holds the marker's lock: of two processes that load at once,
        the second waits there, and then finds that all is done.
        """
        with _explained(self._login):
            with self._session() as session:
                session.execute_read(self._read_marker)
                for statement in (_MARKER_CONSTRAINT, *neo4j_constraints()):
                    session.run(statement).consume()
                session.execute_write(self._claim)
            with self._session() as locked, locked.begin_transaction() as lock:
                found = lock.run(
                    f"{_THE_MARKER} SET m.locked = m.build "
                    "RETURN m.facts AS facts, m.catalogue AS catalogue, m.build AS build"
                ).single(strict=True)
                if found["facts"] == stamp.facts and found["catalogue"] == stamp.catalogue:
                    return
                with self._session() as session:
                    _load(session, tables, found["build"])
                lock.run(
                    f"{_THE_MARKER} SET m.facts = $facts, m.catalogue = $catalogue",
                    facts=stamp.facts,
                    catalogue=stamp.catalogue,
                ).consume()
                lock.commit()

    def rows(
        self, cypher: str, parameters: Mapping[str, Any], timeout: float, *, apart: bool = False
    ) -> list[dict[str, Any]]:
        """Run a query that was checked, in a transaction for reading.

        Args:
            cypher: one statement that only reads.
            parameters: its parameters.
            timeout: seconds after which the server gives it up.
            apart: nothing to a server, which is a process of its own.

        Raises:
            GraphError: the query is wrong, takes too long, or the server is gone.
        """
        import neo4j

        @neo4j.unit_of_work(timeout=timeout)
        def read(transaction: "neo4j.ManagedTransaction") -> list[dict[str, Any]]:
            records = transaction.run(cypher, dict(parameters))
            return [{key: _plain(value) for key, value in record.items()} for record in records]

        with _explained(self._login), self._session() as session:
            return session.execute_read(read)

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def _session(self) -> "neo4j.Session":
        return self._driver.session(database=self._login.database or None)

    def _check_version(self) -> None:
        agent = str(self._driver.get_server_info().agent)
        found = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
        if found is None or (int(found[1]), int(found[2])) < OLDEST:
            raise GraphError(
                f"{self._login.uri} is {agent}: fmatlas needs Neo4j {OLDEST[0]}.{OLDEST[1]} or newer; "
                "update the server, or unset NEO4J_URI to use the built-in graph"
            )

    def _read_marker(self, transaction: "neo4j.ManagedTransaction") -> Stamp | None:
        record = transaction.run(f"{_THE_MARKER} RETURN m").single()
        if record is None:
            if transaction.run("MATCH (n) RETURN n LIMIT 1").single() is not None:
                raise GraphError(
                    f"the Neo4j database at {self._login.uri} has data that is not fmatlas's: {_EMPTY_IT}"
                )
            return None
        marker = record["m"]
        if marker["library"] != self._library:
            raise GraphError(
                f"the Neo4j database at {self._login.uri} belongs to another library: {_EMPTY_IT}"
            )
        if marker["schema"] != SCHEMA_VERSION:
            raise GraphError(
                f"the graph at {self._login.uri} was built by another fmatlas (version {marker['schema']} of "
                f"the graph, this one makes {SCHEMA_VERSION}): use that fmatlas, or {_EMPTY_IT}"
            )
        if marker["facts"] == _LOADING:
            return None
        return Stamp(marker["library"], marker["schema"], marker["facts"], marker["catalogue"])

    def _claim(self, transaction: "neo4j.ManagedTransaction") -> None:
        """Make the marker where there is none, have it say that the graph is incomplete; count a build."""
        record = transaction.run(
            f"MERGE (m:{MARKER} {{id: 'library'}}) "
            "ON CREATE SET m.library = $library, m.schema = $schema, m.catalogue = '', m.build = 0 "
            "SET m.facts = $loading, m.build = m.build + 1 RETURN m.library AS library",
            library=self._library,
            schema=SCHEMA_VERSION,
            loading=_LOADING,
        ).single(strict=True)
        if record["library"] != self._library:
            # Claimed by another library since it was looked at: the transaction is undone.
            raise GraphError(
                f"the Neo4j database at {self._login.uri} belongs to another library: {_EMPTY_IT}"
            )


_MARKER_CONSTRAINT = f"CREATE CONSTRAINT fmatlas_id IF NOT EXISTS FOR (m:{MARKER}) REQUIRE m.id IS UNIQUE"


def _load(session: "neo4j.Session", tables: Tables, build: int) -> None:
    """Merge all tables; what carries an older build afterwards is gone from the library, and is deleted.

    The first build has nothing to delete.
    """
    for label, rows in tables.nodes.items():
        _write(session, neo4j_merge_nodes(label), rows, build)
    for (type, ends), rows in tables.relations.items():
        _write(session, neo4j_merge_relations(type, ends), rows, build)
    if build == 1:
        return
    for type in RELATION:
        _delete(session, f"MATCH ()-[x:{type}]->() WHERE x.build <> $build WITH x LIMIT $n DELETE x", build)
    for node in NODES:
        _delete(
            session, f"MATCH (x:{node.label}) WHERE x.build <> $build WITH x LIMIT $n DETACH DELETE x", build
        )


def _write(session: "neo4j.Session", statement: str, rows: "pa.Table", build: int) -> None:
    for start in range(0, rows.num_rows, BATCH):
        session.execute_write(_run, statement, rows=rows.slice(start, BATCH).to_pylist(), build=build)


def _delete(session: "neo4j.Session", statement: str, build: int) -> None:
    while True:
        done = session.execute_write(_run, statement, build=build, n=5 * BATCH).counters
        if not (done.nodes_deleted or done.relationships_deleted):
            return


def _run(transaction: "neo4j.ManagedTransaction", statement: str, **parameters: Any) -> "neo4j.ResultSummary":
    return transaction.run(statement, parameters).consume()


@contextmanager
def _explained(login: Login) -> Iterator[None]:
    """Every failure of driver or server as one line that says what to do."""
    import neo4j.exceptions as failed

    try:
        yield
    except failed.AuthError as error:
        hint = "NEO4J_USER and NEO4J_PASSWORD" if login.password else "NEO4J_PASSWORD, which is not set"
        raise GraphError(f"Neo4j at {login.uri} refuses the user {login.user}: check {hint}") from error
    except failed.Neo4jError as error:
        raise GraphError(_server_says(error, login)) from error
    except (failed.ServiceUnavailable, failed.SessionExpired, failed.ConnectionPoolError) as error:
        raise GraphError(
            f"no Neo4j answers at {login.uri}: start it (`make neo4j`), or unset NEO4J_URI to use "
            "the built-in graph"
        ) from error
    except (failed.DriverError, failed.AuthConfigurationError, ValueError, OSError) as error:
        raise GraphError(
            f"Neo4j at {login.uri} cannot be used: {_first_line(str(error))}. NEO4J_URI is like {_LIKE_THIS}"
        ) from error


def _server_says(error: "neo4j.exceptions.Neo4jError", login: Login) -> str:
    code = error.code or ""
    if code.endswith("CredentialsExpired"):
        return (
            f"the password of {login.user} at {login.uri} must be changed first: log in to the database "
            "`system` and run ALTER CURRENT USER SET PASSWORD FROM 'old' TO 'new'"
        )
    if code.endswith("DatabaseNotFound"):
        return f"Neo4j at {login.uri} has no database {login.database}: check NEO4J_DATABASE"
    if "TransactionTimedOut" in code:
        return "the query was stopped after its time: ask for less"
    if ".Statement." in code:
        return f"Neo4j does not accept the query: {_first_line(error.message)}"
    return f"Neo4j at {login.uri} failed: {_first_line(error.message)} ({code})"


def _first_line(text: str | None) -> str:
    return ((text or "").strip().splitlines() or ["no reason given"])[0].rstrip(".")


def _plain(value: Any) -> Any:
    import neo4j.graph

    if isinstance(value, neo4j.graph.Node):
        return node_record(next(iter(value.labels), ""), value)
    if isinstance(value, neo4j.graph.Relationship):
        return relation_record(value.type, value)
    if isinstance(value, neo4j.graph.Path):
        return path_record(
            [_plain(node) for node in value.nodes], [_plain(edge) for edge in value.relationships]
        )
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
