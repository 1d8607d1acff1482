"""The graph in the library's own folder: Ladybug, built whole by COPY and opened read-only."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmatlas.graph.apart import rows_apart
from fmatlas.graph.project import Tables
from fmatlas.graph.publish import (
    Published,
    draft_path,
    is_whole,
    publish,
    publishing,
    quarantine,
    read_pointer,
)
from fmatlas.graph.records import node_record, path_record, relation_record
from fmatlas.graph.schema import ladybug_copy, ladybug_tables
from fmatlas.graph.stamp import Stamp
from fmatlas.schema.errors import GraphError

if TYPE_CHECKING:
    import ladybug

# An open database maps this much of the address space (8 TB unless told, and the 16th in a process fails).
_MAX_DB_SIZE = 1 << 34
# At most so much memory for pages; unless told it is 80 % of the machine's.
_BUFFER_POOL_SIZE = 1 << 29
# A publisher may replace the file between a reader's look at the pointer and its opening.
_OPEN_TRIES = 5


class EmbeddedGraph:
    """Ladybug behind the pointer of one folder. Safe to share between threads: one query at a time."""

    name = "Ladybug"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._open_file: str | None = None
        self._database: ladybug.Database | None = None

    def stamp(self) -> Stamp | None:
        """What the published graph was built from; None where there is none that can be used."""
        with self._lock:
            published = self._follow()
            return published.stamp if published else None

    def build(self, tables: Tables, stamp: Stamp) -> None:
        """Build the graph anew beside the old one, and publish it.

        Raises:
            GraphError: it cannot be written.
        """
        draft = None
        try:
            draft = draft_path(self._folder)
            _write(draft, tables)
            with publishing(self._folder):
                publish(draft, stamp)
        except (OSError, RuntimeError) as error:
            raise GraphError(
                f"the graph cannot be built in {self._folder}: {_first_line(error)}. "
                "Look for room on the disk and the right to write there; the library itself is untouched."
            ) from error
        finally:
            if draft is not None:
                for left in self._folder.glob(f"{draft.name}*"):
                    left.unlink(missing_ok=True)

    def rows(
        self, cypher: str, parameters: Mapping[str, Any], timeout: float, *, apart: bool = False
    ) -> list[dict[str, Any]]:
        """Run a query that was checked.

        Args:
            cypher: one statement that only reads.
            parameters: its parameters.
            timeout: seconds after which it is given up.
            apart: in a process of its own, which can be stopped whatever it does.

        Raises:
            GraphError: there is no graph, the query is wrong, or it takes too long.
        """
        for _ in range(_OPEN_TRIES):
            with self._lock:
                published = self._follow()
                if published is None or self._database is None:
                    raise GraphError(f"there is no graph in {self._folder} yet: refresh it first")
                if not apart:
                    return run_query(self._database, cypher, parameters, timeout)
            file = self._folder / published.file
            try:
                return rows_apart(file, cypher, parameters, timeout)
            except GraphError:
                # While the process started, the graph may have been published over, twice.
                if file.exists():
                    raise
        raise GraphError(f"the graph in {self._folder} changes faster than it can be opened: try again")

    def close(self) -> None:
        """Close the file; the graph may be asked again, which opens it."""
        with self._lock:
            if self._database is not None:
                self._database.close()
            self._database, self._open_file = None, None

    def _follow(self) -> Published | None:
        """Have the published file open, and quarantine one that is not as it was published."""
        for _ in range(_OPEN_TRIES):
            published = read_pointer(self._folder)
            if published is None:
                return None
            if published.file == self._open_file:
                return published
            self.close()
            if is_whole(self._folder, published):
                try:
                    self._database = open_database(self._folder / published.file, read_only=True)
                    self._open_file = published.file
                    return published
                except (OSError, RuntimeError):
                    pass
            # Not usable: published over meanwhile, or really damaged.
            if read_pointer(self._folder) == published:
                quarantine(self._folder, published)
                return None
        raise GraphError(f"the graph in {self._folder} changes faster than it can be opened: try again")


def open_database(path: Path, *, read_only: bool) -> "ladybug.Database":
    """Open a Ladybug file, with limits on what it maps and caches."""
    import ladybug

    # Without compression: that of DOUBLE columns has crashed at the checkpoint (Ladybug issue 998).
    return ladybug.Database(
        path,
        read_only=read_only,
        compression=False,
        max_db_size=_MAX_DB_SIZE,
        buffer_pool_size=_BUFFER_POOL_SIZE,
    )


def run_query(
    database: "ladybug.Database", cypher: str, parameters: Mapping[str, Any], timeout: float
) -> list[dict[str, Any]]:
    """The rows of one statement, as plain values.

    Raises:
        GraphError: the query is wrong or takes too long.
    """
    import ladybug

    try:
        with ladybug.Connection(database) as connection:
            connection.set_query_timeout(max(1, int(timeout * 1000)))
            with _execute(connection, cypher, parameters) as result:
                columns = result.get_column_names()
                return [dict(zip(columns, map(_plain, row), strict=True)) for row in result.get_all()]
    except RuntimeError as error:
        if "Interrupted" in str(error):
            raise GraphError(f"the query was stopped after {timeout:g} seconds: ask for less") from error
        raise GraphError(f"Ladybug does not accept the query: {_first_line(error)}") from error


def _write(path: Path, tables: Tables) -> None:
    import ladybug

    with open_database(path, read_only=False) as database, ladybug.Connection(database) as connection:
        # One transaction: a commit for each of the forty statements takes two thirds of the time.
        _execute(connection, "BEGIN TRANSACTION").close()
        for statement in ladybug_tables():
            _execute(connection, statement).close()
        for label, rows in tables.nodes.items():
            _execute(connection, ladybug_copy(label), {"rows": rows}).close()
        for (type, ends), rows in tables.relations.items():
            if rows.num_rows:
                _execute(connection, ladybug_copy(type, ends), {"rows": rows}).close()
        _execute(connection, "COMMIT").close()
        _execute(connection, "CHECKPOINT").close()


def _execute(
    connection: "ladybug.Connection", statement: str, parameters: Mapping[str, Any] | None = None
) -> "ladybug.QueryResult":
    """The result of one statement; of several there would be a list."""
    result = connection.execute(statement, dict(parameters or {}))
    if isinstance(result, list):
        raise RuntimeError("one statement at a time")
    return result


def _plain(value: Any) -> Any:
    """A node, relationship or path as plain dictionaries, without the engine's own numbers."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "_NODES" in value:
        return path_record(_plain(value["_NODES"]), _plain(value["_RELS"]))
    if "_LABEL" in value:
        record = relation_record if "_SRC" in value else node_record
        return record(value["_LABEL"], value)
    return {key: _plain(item) for key, item in value.items()}


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
