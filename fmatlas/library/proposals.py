"""What language models proposed of each report, apart from facts, which every refresh makes anew."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fact that a model proposes: `text[start:end]` of the report is its quote."""

    field: str
    value: str
    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A proposal with its report and who made it (`llm:MODEL`)."""

    report: str
    extractor: str
    proposal: Proposal


def reports_to_ask(db: sqlite3.Connection, extractor: str) -> list[str]:
    """The reports that this model was not asked about yet, by hash."""
    rows = db.execute(
        "SELECT report FROM reading EXCEPT SELECT report FROM proposed WHERE extractor = ? ORDER BY 1",
        (extractor,),
    )
    return [row["report"] for row in rows]


def write_proposals(
    db: sqlite3.Connection, report: str, extractor: str, proposals: Iterable[Proposal]
) -> None:
    """Note that a model was asked about a report, and what it proposed, in the open transaction."""
    db.execute("INSERT OR IGNORE INTO proposed (report, extractor) VALUES (?, ?)", (report, extractor))
    db.executemany(
        'INSERT OR REPLACE INTO proposal (report, extractor, field, value, role, start, "end") '
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(report, extractor, p.field, p.value, p.role, p.start, p.end) for p in proposals],
    )


def read_proposals(db: sqlite3.Connection) -> list[StoredProposal]:
    """All proposals about all reports, by report, place and value."""
    rows = db.execute(
        'SELECT report, extractor, field, value, role, start, "end" FROM proposal '
        'ORDER BY report, start, "end", field, value, role, extractor'
    )
    return [StoredProposal(row[0], row[1], Proposal(*tuple(row)[2:])) for row in rows]
