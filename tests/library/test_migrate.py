"""A library grows with the program, a step at a time, and a step that fails leaves it as it was."""

import sqlite3

import pytest

from fmatlas.library import Library, migrate
from fmatlas.schema.errors import LibraryError
from tests.library.conftest import dump


def add_migration(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    known = migrate.migrations()
    monkeypatch.setattr(migrate, "migrations", lambda: [*known, (len(known) + 1, sql)])


def test_a_new_migration_is_applied_once_and_keeps_what_is_there(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(filled)
    filled.close()
    add_migration(monkeypatch, "CREATE TABLE more (x TEXT);\nINSERT INTO more VALUES (';');")
    for _ in range(2):
        Library.open(filled.folder).close()
    with Library.open(filled.folder, readonly=True) as library:
        after = dump(library)
    assert after.pop("more") == [(";",)]
    assert after == before


def test_a_reader_brings_an_older_library_up_to_date_first(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.close()
    add_migration(monkeypatch, "CREATE TABLE more (x TEXT);")
    with Library.open(filled.folder, readonly=True) as library:
        assert dump(library)["more"] == []


def test_a_migration_that_fails_leaves_the_library_as_it_was(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, version = dump(filled), migrate.version_of(filled.connection)
    filled.close()
    with monkeypatch.context() as patch:
        add_migration(patch, "CREATE TABLE more (x TEXT);\nINSERT INTO nowhere VALUES (1);")
        with pytest.raises(LibraryError, match="nowhere"):
            Library.open(filled.folder)
    with Library.open(filled.folder) as library:
        assert (dump(library), migrate.version_of(library.connection)) == (before, version)


def test_every_primary_key_stands_first_and_in_its_order(library: Library) -> None:
    # SQLite 3.40's integrity check calls a table damaged where it does not.
    db = library.connection
    for row in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'").fetchall():
        keys = [column["pk"] for column in db.execute(f"PRAGMA table_info({row['name']})") if column["pk"]]
        places = [column["cid"] for column in db.execute(f"PRAGMA table_info({row['name']})") if column["pk"]]
        assert keys == sorted(keys), row["name"]
        assert places == list(range(len(places))), row["name"]


def test_the_schema_is_refused_what_breaks_its_rules(library: Library) -> None:
    for statement in (
        "INSERT INTO report (sha256, status) VALUES ('x', 'maybe')",
        "INSERT INTO revision VALUES ('vectors', 0)",
        "INSERT INTO field VALUES ('x', 'entity', 'many', 'core', 'yes')",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            library.connection.execute(statement)
