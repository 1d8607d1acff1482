"""Suggested values of the further fields: kept by report, beside the facts and never among them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class SuggestedValue:
    """A value that a report may have for a field of level `more`, with the sentence that suggests it.

    `quote` is verbatim `text[start:end]` of the report, on `page`.
    """

    field: str
    value: str
    role: str
    start: int
    end: int
    page: int
    quote: str


def write_suggestions(
    db: sqlite3.Connection, report: str, values: Sequence[SuggestedValue], suggested_by: str
) -> bool:
    """Replace a report's suggestions; True where that changed anything.

    Args:
        values: all of them, the best of a field first.
        suggested_by: names what made them, so that they are made anew when that is newer.
    """
    ranks: dict[str, int] = {}
    rows = []
    for item in values:
        rank = ranks[item.field] = ranks.get(item.field, -1) + 1
        rows.append((report, item.field, rank, *astuple(item)[1:]))
    have = db.execute("SELECT * FROM suggestion WHERE report = ? ORDER BY field, rank", (report,)).fetchall()
    changed = [tuple(row) for row in have] != sorted(rows)
    if changed:
        db.execute("DELETE FROM suggestion WHERE report = ?", (report,))
        db.executemany("INSERT INTO suggestion VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    db.execute("UPDATE report SET suggested_by = ? WHERE sha256 = ?", (suggested_by, report))
    return changed
