"""Connections to a library's file, and what its errors mean to a user."""

import sqlite3
from pathlib import Path


def connect(path: Path) -> sqlite3.Connection:
    """Open for reading and writing: durable at every commit, foreign keys on, no transaction open."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def connect_readonly(path: Path) -> sqlite3.Connection:
    """Open without the right to write; on a medium that takes no files beside it, as it stands there."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30, check_same_thread=False
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        connection.close()
        # As it stands is right for a file that nobody can write; not for one that somebody is writing.
        if "locked" in str(error):
            raise
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None, check_same_thread=False
        )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA query_only = ON")
    return connection


def explain(path: Path, error: sqlite3.Error) -> str:
    """What happened to a library's file, and what to do about it, in one line."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return f"{path} is being written to by another fmatlas; wait for it to end and try again."
    if "full" in text:
        return f"{path}: the disk is full; free some space and try again, nothing half-written was kept."
    if "not a database" in text or "malformed" in text:
        return f"{path} is damaged ({text}); restore a backup made with `fmatlas backup`."
    if "readonly" in text or "unable to open" in text:
        return f"{path} cannot be opened for this ({text}); check the rights of file and folder."
    return f"{path}: {text}."
