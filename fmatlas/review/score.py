"""How well a library agrees with papers that a person coded."""

import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fmatlas.library.places import relative
from fmatlas.review.evaluate import Evaluation, Row, Score, evaluate, paper_key, read_rows
from fmatlas.review.export import export_facts
from fmatlas.review.matching import read_aliases


def score(connection: sqlite3.Connection, coding: Path, aliases: Path | None = None) -> Evaluation:
    """Compare what the library states with a coding sheet.

    Args:
        coding: CSV with at least the columns file, field and value; its papers are the ones that count.
        aliases: CSV of spellings that count as the same, with the columns field, canonical and alias.

    Raises:
        UsageError: a file is missing or has not these columns.
    """
    return evaluate(read_rows(coding), found_rows(connection), read_aliases(aliases) if aliases else None)


def absent_papers(connection: sqlite3.Connection, coding: Path) -> list[str]:
    """The files of a coding sheet that the library has not read; what is coded of them counts as missed."""
    read = connection.execute("SELECT path FROM file JOIN report USING (sha256) WHERE report.status = 'read'")
    known = {paper_key(row[0]) for row in read}
    return sorted({row.file for row in read_rows(coding) if paper_key(row.file) not in known})


def found_rows(connection: sqlite3.Connection) -> list[Row]:
    """What the library states, for each name that a report lies under: a coder may have seen any of them."""
    names: dict[str, list[str]] = {}
    for path, root, sha256 in connection.execute("SELECT path, root, sha256 FROM file ORDER BY path"):
        names.setdefault(sha256, []).append(relative(path, root))
    alike = {name: same for same in names.values() for name in same}
    return [
        Row(name, row["field"], row["value"], row["role"], float(row["confidence"]), row["evidence"])
        for row in export_facts(connection).records()
        for name in alike.get(row["file"], [row["file"]])
    ]


def scores_record(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as plain dictionaries and lists, ready for JSON."""
    record = asdict(evaluation)
    for group in ("fields", "roles", "with_role"):
        found: dict[str, Score] = getattr(evaluation, group)
        record[group] = {name: score_record(score) for name, score in found.items()}
    record["micro"] = score_record(evaluation.micro)
    return record


def score_record(score: Score) -> dict[str, Any]:
    """A score with what follows from its counts, rounded to four decimals."""
    shares = {name: round(getattr(score, name), 4) for name in ("precision", "recall", "f1")}
    return {**shares, **asdict(score)}
