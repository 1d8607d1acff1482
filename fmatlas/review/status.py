"""The state of a library: what was read and what not, and why; what is stale; how much is stated."""

import sqlite3
from typing import Any

from fmatlas.library.places import relative
from fmatlas.schema.fields import FIELDS

LOW_COVERAGE = 0.9


def status(connection: sqlite3.Connection) -> dict[str, Any]:
    """What a user should know of a library, ready for JSON.

    Returns:
        `studies`, `files`, `read` (reports), `pages`; `failed` (each file with reason and message), `missing`
        (files); `image_only` (files with pages that are pictures without text); `low_coverage` (files of
        whose print less than 0.9 ended in a known place); `facts` (stated, by field), `judged` (also those
        below their cut), `decisions`; `revisions` (of `text` and `facts`).
    """
    one = _reader(connection)
    by_field = dict(connection.execute("SELECT field, count(*) FROM fact_now GROUP BY field"))
    return {
        "studies": one("SELECT count(*) FROM study"),
        "files": one("SELECT count(*) FROM file"),
        "read": one("SELECT count(*) FROM report WHERE status = 'read'"),
        "pages": one("SELECT coalesce(sum(pages), 0) FROM reading"),
        "failed": failures(connection),
        "missing": [
            relative(path, root)
            for path, root in connection.execute(
                "SELECT path, root FROM file WHERE status = 'missing' ORDER BY path"
            )
        ],
        "low_coverage": [
            {"file": relative(path, root), "coverage": round(coverage, 3)}
            for path, root, coverage in connection.execute(
                "SELECT path, root, coverage FROM file JOIN reading ON reading.report = file.sha256"
                " WHERE coverage < ? ORDER BY path",
                (LOW_COVERAGE,),
            )
        ],
        "image_only": [
            {"file": relative(path, root), "pages": pages}
            for path, root, pages in connection.execute(
                "SELECT path, root, image_only FROM file JOIN reading ON reading.report = file.sha256"
                " WHERE image_only <> '' ORDER BY path"
            )
        ],
        "facts": {field.name: by_field[field.name] for field in FIELDS if field.name in by_field},
        "judged": one("SELECT count(*) FROM fact"),
        "decisions": one("SELECT count(*) FROM decision"),
        "revisions": dict(connection.execute("SELECT kind, n FROM revision ORDER BY kind")),
    }


def failures(connection: sqlite3.Connection) -> list[dict[str, str]]:
    """Every file that could not be read, with a short stable reason and what it means; sorted by path."""
    rows = connection.execute(
        """
        SELECT f.path, f.root,
               CASE WHEN f.status = 'failed' THEN f.reason ELSE r.reason END AS reason,
               CASE WHEN f.status = 'failed' THEN f.message ELSE r.message END AS message
        FROM file f LEFT JOIN report r USING (sha256)
        WHERE f.status = 'failed' OR (r.status = 'failed' AND f.status <> 'missing') ORDER BY f.path
        """
    )
    return [
        {"file": relative(row["path"], row["root"]), "reason": row["reason"], "message": row["message"]}
        for row in rows
    ]


def _reader(connection: sqlite3.Connection) -> Any:
    return lambda sql: connection.execute(sql).fetchone()[0]
