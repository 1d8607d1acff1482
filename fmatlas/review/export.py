"""The facts of a library as one CSV file, in the spellings of the coding sheet: a contract that is kept."""

import re
import sqlite3

from fmatlas.library.places import report_files, study_files
from fmatlas.review.facts import FIELD_ORDER, judged
from fmatlas.review.table import Table, table

COLUMNS = (
    "file",
    "field",
    "value",
    "role",
    "evidence_page",
    "note",
    "confidence",
    "status",
    "origin",
    "evidence",
    "study",
)

METADATA_FIELDS = ("title", "year", "arxiv_id", "category")


def export_facts(connection: sqlite3.Connection, min_confidence: float | None = None) -> Table:
    """One row for each fact, metadata first, in a total order.

    `file` is the path, relative to the folder that was ingested, of the report that holds the evidence, so
    that `evidence_page` is a page of it; of the primary report where there is none. What the catalogue lists
    is no fact of a study and never here.

    Args:
        min_confidence: as in `judged`.
    """
    files, reports = study_files(connection), report_files(connection)
    own, notes = _own_words(connection), _notes(connection)
    rows = _metadata_rows(connection, files, min_confidence)
    for row in judged(connection, min_confidence):
        rows.append(
            (
                reports.get(row["report"], files.get(row["study"], "")),
                row["field"],
                own.get((row["study"], row["field"], row["entity"]), row["name"]),
                row["role"],
                row["page"] or "",
                notes.get((row["study"], row["field"], row["entity"], row["role"]), ""),
                _decimals(row["p"]),
                row["status"],
                row["origin"],
                row["quote"],
                row["study"],
            )
        )
    rows.sort(key=lambda row: (row[0], FIELD_ORDER[row[1]], row[2], row[3], row[10]))
    return table(COLUMNS, rows)


def _own_words(connection: sqlite3.Connection) -> dict[tuple[str, str, str], str]:
    """How each study itself writes the names of models, backbones and datasets that are its facts.

    The coding sheet has the paper's own words, the rest of the program one name for each thing. A name that a
    person gave stays.
    """
    rows = connection.execute(
        """
        SELECT r.study, c.field, a.entity, c.written
        FROM candidate c
        JOIN report r ON r.sha256 = c.report
        JOIN alias a ON a.surface = c.surface AND a.scope IN ('', c.report)
             AND a.type = CASE c.field WHEN 'base_model' THEN 'model' ELSE c.field END
        JOIN entity e ON e.id = a.entity
        WHERE c.field IN ('model', 'base_model', 'backbone', 'dataset') AND e.origin <> 'user'
        ORDER BY r.is_primary, json_array_length(c.places), c.written DESC
        """
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _metadata_rows(
    connection: sqlite3.Connection, files: dict[str, str], min_confidence: float | None
) -> list[tuple]:
    """Title, year, arXiv id and category of each study, as far as the report says them."""
    found = connection.execute(
        """
        SELECT m.study, m.field, m.value, m.source, m.p, m.page, coalesce(v.quote, '') AS quote
        FROM study_metadata m
        LEFT JOIN study_value v ON v.study = m.study AND v.field = m.field AND v.value = m.value
        """
    )
    return [
        (
            files.get(row["study"], ""),
            row["field"],
            # A version is of the report; the study has the bare number.
            re.sub(r"v\d+$", "", row["value"]) if row["field"] == "arxiv_id" else row["value"],
            "",
            row["page"] or "",
            "",
            _decimals(row["p"]),
            "reported",
            "person" if row["source"] == "person" else "machine",
            row["quote"],
            row["study"],
        )
        for row in found
        # What only a file's name says is no statement of the paper, and would change with the name.
        if row["field"] in METADATA_FIELDS
        and row["value"]
        and row["source"] != "file name"
        and row["p"] >= (min_confidence or 0.0)
    ]


def _notes(connection: sqlite3.Connection) -> dict[tuple[str, str, str, str], str]:
    """What a reader of the sheet should know of a person's row: whose it is, and whether to look again."""
    rows = connection.execute("SELECT * FROM ruling WHERE verdict = 'accept'")
    return {
        (row["study"], row["field"], row["entity"], row["role"]): "; ".join(
            [
                f"decided by {row['person']}",
                *(["its quote is gone from the report"] if row["recheck"] else []),
                *(["decisions disagree"] if row["conflict"] else []),
            ]
        )
        for row in rows
    }


def _decimals(p: float) -> str:
    return f"{p:.4f}"
