"""The tables of a library file, brought to this program's version by numbered migrations."""

import sqlite3
from importlib import resources

from fmatlas.schema.errors import LibraryError
from fmatlas.schema.fields import FIELDS


def migrations() -> list[tuple[int, str]]:
    """Number and SQL of every migration, in order; the number is the version that it leads to."""
    folder = resources.files("fmatlas.library") / "migrations"
    found = [
        (int(item.name[:4]), item.read_text("utf-8"))
        for item in folder.iterdir()
        if item.name.endswith(".sql")
    ]
    return sorted(found)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of a library's tables; 0 before the first migration."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_version(connection: sqlite3.Connection, name: str) -> None:
    """Refuse a library that a newer program wrote.

    Raises:
        LibraryError: it has migrations that this program does not know.
    """
    newest, version = migrations()[-1][0], version_of(connection)
    if version > newest:
        raise LibraryError(
            f"{name} was written by a newer fmatlas (its tables have version {version}, this program knows "
            f"{newest}). Update fmatlas to open it."
        )


def migrate(connection: sqlite3.Connection, name: str) -> None:
    """Apply the migrations that are missing, each in one transaction, and bring the built-in fields up to
    date.

    Two processes may open a new library at once: the version is read again under the write lock.

    Raises:
        LibraryError: the library is newer than this program.
    """
    check_version(connection, name)
    for number, sql in migrations():
        if version_of(connection) >= number:
            continue
        connection.execute("BEGIN IMMEDIATE")
        try:
            if version_of(connection) < number:
                for statement in _statements(sql):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    _write_fields(connection)


def _statements(sql: str) -> list[str]:
    """The statements of a script, parted where SQLite says that one ends (`executescript` would commit)."""
    statements, lines = [], []
    for line in sql.splitlines():
        lines.append(line)
        if sqlite3.complete_statement("\n".join(lines)):
            statements.append("\n".join(lines))
            lines = []
    return statements


def _write_fields(connection: sqlite3.Connection) -> None:
    rows = {(field.name, field.kind, field.cardinality, field.level) for field in FIELDS}
    have = {
        tuple(row)
        for row in connection.execute("SELECT name, kind, cardinality, level FROM field WHERE builtin = 1")
    }
    if rows <= have:
        return
    connection.executemany(
        "INSERT INTO field (name, kind, cardinality, level, builtin) VALUES (?, ?, ?, ?, 1) "
        "ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, cardinality = excluded.cardinality, "
        "level = excluded.level, builtin = 1",
        sorted(rows),
    )
