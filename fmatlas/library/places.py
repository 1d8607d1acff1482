"""Where the reports of a library lie: the path that tables and exports print for each of them."""

import sqlite3
from pathlib import PurePath


def report_files(connection: sqlite3.Connection) -> dict[str, str]:
    """The file of each report, by its hash.

    A report that lies under several names has the first that is still there, in sorted order.

    Returns:
        Paths relative to the folder that was ingested, with forward slashes.
    """
    rows = connection.execute("SELECT sha256, path, root, status FROM file WHERE sha256 IS NOT NULL")
    paths: dict[str, list[tuple[bool, str]]] = {}
    for sha256, path, root, status in rows:
        paths.setdefault(sha256, []).append((status == "missing", relative(path, root)))
    return {sha256: min(found)[1] for sha256, found in paths.items()}


def study_files(connection: sqlite3.Connection) -> dict[str, str]:
    """The file of each study: that of its primary report, else its first."""
    files = report_files(connection)
    rows = connection.execute("SELECT study, sha256, is_primary FROM report WHERE study IS NOT NULL")
    found: dict[str, list[tuple[bool, str]]] = {}
    for study, sha256, is_primary in rows:
        if sha256 in files:
            found.setdefault(study, []).append((not is_primary, files[sha256]))
    return {study: min(paths)[1] for study, paths in found.items()}


def relative(path: str, root: str) -> str:
    """`path` as seen from `root`, with forward slashes; as it is where it lies elsewhere."""
    pure = PurePath(path)
    return pure.relative_to(root).as_posix() if pure.is_relative_to(root) else pure.as_posix()
