"""How well a library agrees with papers that a person coded."""

import sqlite3
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from fmatlas.library.places import relative, report_files, study_files
from fmatlas.review.evaluate import Evaluation, Row, Score, evaluate, paper_key, read_rows
from fmatlas.review.export import export_facts
from fmatlas.review.matching import read_aliases
from fmatlas.review.suggested import MORE_FIELDS, score_suggested
from fmatlas.review.suggestions import suggestions


def score(connection: sqlite3.Connection, coding: Path, aliases: Path | None = None) -> Evaluation:
    """Compare what the library states with a coding sheet, and what it suggests apart from that.

    Args:
        coding: CSV with at least the columns file, field and value; its papers are the ones that count.
        aliases: CSV of spellings that count as the same, with the columns field, canonical and alias.

    Raises:
        UsageError: a file is missing or has not these columns.
    """
    rows = read_rows(coding)
    stated = [row for row in rows if row.field not in MORE_FIELDS]
    compared = evaluate(stated, found_rows(connection), read_aliases(aliases) if aliases else None)
    if len(stated) == len(rows):
        return compared
    return replace(
        compared,
        papers=len({paper_key(row.file) for row in rows}),
        suggested=score_suggested(rows, suggested_rows(connection)),
    )


def absent_papers(connection: sqlite3.Connection, coding: Path) -> list[str]:
    """The files of a coding sheet that the library has not read; what is coded of them counts as missed."""
    read = connection.execute("SELECT path FROM file JOIN report USING (sha256) WHERE report.status = 'read'")
    known = {paper_key(row[0]) for row in read}
    return sorted({row.file for row in read_rows(coding) if paper_key(row.file) not in known})


def found_rows(connection: sqlite3.Connection) -> list[Row]:
    """What the library states, for each name that a report lies under: a coder may have seen any of them."""
    alike = _names_alike(connection)
    return [
        Row(name, row["field"], row["value"], row["role"], float(row["confidence"]), row["evidence"])
        for row in export_facts(connection).records()
        for name in alike.get(row["file"], [row["file"]])
    ]


def suggested_rows(connection: sqlite3.Connection) -> list[Row]:
    """The same of the values of further fields: suggestions, and what persons said."""
    alike, files, reports = _names_alike(connection), study_files(connection), report_files(connection)
    rows = []
    for item in suggestions(connection):
        file = reports.get(item.report, files.get(item.study, ""))
        for name in alike.get(file, [file]):
            rows.append(Row(name, item.field, item.value, item.role, evidence=item.quote))
    return rows


def _names_alike(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """From each name that a report lies under to all of them."""
    names: dict[str, list[str]] = {}
    for path, root, sha256 in connection.execute("SELECT path, root, sha256 FROM file ORDER BY path"):
        names.setdefault(sha256, []).append(relative(path, root))
    return {name: same for same in names.values() for name in same}


def scores_record(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as plain dictionaries and lists, ready for JSON."""
    record = asdict(evaluation)
    for group in ("fields", "roles", "with_role", "suggested"):
        found: dict[str, Score] = getattr(evaluation, group)
        record[group] = {name: score_record(score) for name, score in found.items()}
    record["micro"] = score_record(evaluation.micro)
    return record


def score_record(score: Score) -> dict[str, Any]:
    """A score with what follows from its counts, rounded to four decimals."""
    shares = {name: round(getattr(score, name), 4) for name in ("precision", "recall", "f1")}
    return {**shares, **asdict(score)}
