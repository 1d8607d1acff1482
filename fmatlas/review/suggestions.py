"""What the further fields of a study may be: the program's suggestions, and what persons said of them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fmatlas.names import fold_name
from fmatlas.schema.fields import FIELD, FIELDS

# Between the values of one field that a person gave.
BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Suggested:
    """A value of a field of level `more`.

    Attributes:
        status: `suggested`; `reported` where a person said so.
        origin: `machine` or `person`.
        page, quote, report: the sentence behind it, and where it stands; empty where there is none.
    """

    study: str
    field: str
    value: str
    role: str
    status: str
    origin: str
    page: int
    quote: str
    report: str


def suggestions(
    connection: sqlite3.Connection, study: str | None = None, field: str | None = None
) -> list[Suggested]:
    """The values of the further fields, of one study or field where given.

    A person's word on a field comes first; it replaces the suggestions of a field that has one value, and of
    any field that a person called not reported. By study and field; within a field the best first.
    """
    found: dict[tuple[str, str], list[Suggested]] = {}
    for row in connection.execute(
        "SELECT r.study, s.field, s.value, s.role, 'suggested', 'machine', s.page, s.quote, s.report "
        "FROM suggestion s JOIN report r ON r.sha256 = s.report "
        "WHERE (:study IS NULL OR r.study = :study) AND (:field IS NULL OR s.field = :field) "
        "ORDER BY r.study, s.field, r.is_primary DESC, s.report, s.rank",
        {"study": study, "field": field},
    ):
        item = Suggested(*row)
        found.setdefault((item.study, item.field), []).append(item)
    found = {key: _distinct(items) for key, items in found.items()}
    for row in connection.execute(
        "SELECT study, field, status, value, page, quote FROM field_ruling WHERE conflict = 0 "
        "AND (:study IS NULL OR study = :study) AND (:field IS NULL OR field = :field)",
        {"study": study, "field": field},
    ):
        if FIELD[row["field"]].level == "more":
            key = row["study"], row["field"]
            found[key] = _ruled(row, found.get(key, []))
    order = {item.name: n for n, item in enumerate(FIELDS)}
    return [item for key in sorted(found, key=lambda key: (key[0], order[key[1]])) for item in found[key]]


def said_values(field: str, value: str) -> list[str]:
    """The single values of what a person said of a field.

    Example:
        >>> said_values("metric", "Dice; AUROC"), said_values("code_url", "https://a.b/c; d")
        (['Dice', 'AUROC'], ['https://a.b/c; d'])
    """
    if FIELD[field].cardinality == "one":
        return [value]
    return [part.strip() for part in value.split(BETWEEN.strip()) if part.strip()]


def _distinct(items: Sequence[Suggested]) -> list[Suggested]:
    """Each value once, as its first report has it; one value where the field has one."""
    kept: dict[tuple[str, str], Suggested] = {}
    for item in items:
        kept.setdefault((fold_name(item.value), item.role), item)
    values = list(kept.values())
    return values[:1] if FIELD[items[0].field].cardinality == "one" else values


def _ruled(row: sqlite3.Row, suggested: Sequence[Suggested]) -> list[Suggested]:
    """What a field comes to after a person's word; a value that was suggested keeps its sentence and role."""
    if row["status"] != "reported":
        return []
    by_person = []
    left = list(suggested)
    for value in said_values(row["field"], row["value"]):
        same = [item for item in left if fold_name(item.value) == fold_name(value)]
        left = [item for item in left if item not in same]
        bare = Suggested(
            row["study"], row["field"], value, "", "reported", "person", row["page"], row["quote"], ""
        )
        said = [replace(item, value=value, status="reported", origin="person") for item in same]
        by_person += said or [bare]
    return by_person if FIELD[row["field"]].cardinality == "one" else by_person + left


def said_of(connection: sqlite3.Connection, study: str, field: str) -> list[str]:
    """The values of a field that a person gave, as they stand."""
    row = connection.execute(
        "SELECT value FROM field_ruling "
        "WHERE study = ? AND field = ? AND status = 'reported' AND conflict = 0",
        (study, field),
    ).fetchone()
    return said_values(field, row["value"]) if row else []
