"""What is claimed, as a whole: entities, facts, evidence, rulings.

New claims are compared with what stands, and only the difference is written: a refresh that finds nothing new
changes nothing, and the revision stays.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fmatlas.library.rulings import FieldRuling, Ruling
from fmatlas.schema.facts import Evidence, Fact, StatedFact


@dataclass(frozen=True, slots=True)
class Entity:
    """A canonical thing. `origin` is `vocabulary`, `user` (a person named it) or `found` (in a report)."""

    id: str
    type: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A folded surface that names an entity, everywhere or (`scope`) in the one report that defines it."""

    type: str
    surface: str
    entity: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class EntityLink:
    """`child` is a `kind_of`, `version_of`, `derived_from` or `part_of` its `parent`."""

    child: str
    parent: str
    kind: str


@dataclass(frozen=True, slots=True)
class StudyValue:
    """What was judged of a study that is no entity: its category."""

    study: str
    field: str
    value: str
    p: float
    cut: float
    role: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Entry `n` of a report's reference list is this study of the library."""

    report: str
    n: int
    study: str


@dataclass(frozen=True, slots=True)
class Claims:
    """All that a refresh comes to; every collection is the whole of it, in any order.

    Where `rulings` is None, the library brings its decisions to these entities and aliases itself, and adds
    the entities that only persons know.
    """

    entities: Sequence[Entity] = ()
    aliases: Sequence[Alias] = ()
    links: Sequence[EntityLink] = ()
    facts: Sequence[Fact] = ()
    values: Sequence[StudyValue] = ()
    citations: Sequence[Citation] = ()
    rulings: Sequence[Ruling] | None = None
    field_rulings: Sequence[FieldRuling] = ()
    model_version: str = ""


def replace_claims(db: sqlite3.Connection, claims: Claims) -> bool:
    """Make the tables hold exactly these claims; True where that changed anything.

    Foreign keys are checked at the end of the transaction, which the caller has open.

    Raises:
        sqlite3.IntegrityError: a claim names a study, field, entity or report that there is none of.
    """
    db.execute("PRAGMA defer_foreign_keys = ON")
    changed = [
        replace_rows(db, "entity", ("id",), ("type", "name", "origin"), _entities(claims)),
        replace_rows(db, "alias", ("type", "surface", "scope"), ("entity",), _aliases(claims)),
        replace_rows(db, "entity_link", ("child", "parent", "kind"), (), _links(claims)),
        replace_rows(
            db,
            "fact",
            ("study", "field", "entity", "role"),
            ("p", "cut", "origin", "model_version"),
            _facts(claims),
        ),
        replace_rows(
            db,
            "evidence",
            ("study", "field", "entity", "role", "rank"),
            ("report", "start", "end", "page", "quote"),
            _evidence(claims),
        ),
        replace_rows(
            db,
            "study_value",
            ("study", "field", "value", "role"),
            ("p", "cut", "model_version", "report", "start", "end", "page", "quote"),
            _values(claims),
        ),
        replace_rows(
            db, "citation", ("report", "n"), ("study",), ((c.report, c.n, c.study) for c in claims.citations)
        ),
        replace_rulings(db, claims.rulings or (), claims.field_rulings),
    ]
    return any(changed)


def replace_rulings(db: sqlite3.Connection, rulings: Iterable[Ruling], fields: Iterable[FieldRuling]) -> bool:
    """Make the tables hold exactly these rulings; True where that changed anything."""
    changed = replace_rows(
        db,
        "ruling",
        ("study", "field", "entity", "role"),
        (
            *("verdict", "seq", "person", "quote", "page", "report", "start", "end"),
            *("evidence", "recheck", "conflict"),
        ),
        (
            (
                *(r.study, r.field, r.entity, r.role, r.verdict, r.seq, r.person, r.quote),
                *(r.page, r.report, r.start, r.end, r.evidence, int(r.recheck), int(r.conflict)),
            )
            for r in rulings
        ),
    )
    return (
        replace_rows(
            db,
            "field_ruling",
            ("study", "field"),
            ("status", "value", "seq", "person", "quote", "page", "evidence", "recheck", "conflict"),
            (
                (
                    *(r.study, r.field, r.status, r.value, r.seq, r.person, r.quote),
                    *(r.page, r.evidence, int(r.recheck), int(r.conflict)),
                )
                for r in fields
            ),
        )
        or changed
    )


def replace_rows(
    db: sqlite3.Connection,
    table: str,
    key: tuple[str, ...],
    rest: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
) -> bool:
    """Make a table hold exactly these rows (key columns, then the rest), writing only what differs."""
    names = [f'"{name}"' for name in (*key, *rest)]
    size = len(key)
    want = {row[:size]: row[size:] for row in rows}
    have = {
        tuple(row)[:size]: tuple(row)[size:] for row in db.execute(f"SELECT {', '.join(names)} FROM {table}")
    }
    gone = sorted(have.keys() - want.keys())
    new = sorted(k for k, value in want.items() if have.get(k) != value)
    where = " AND ".join(f"{name} = ?" for name in names[:size])
    db.executemany(f"DELETE FROM {table} WHERE {where}", gone)
    update = ", ".join(f"{name} = excluded.{name}" for name in names[size:])
    db.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT DO {'UPDATE SET ' + update if update else 'NOTHING'}",
        [k + want[k] for k in new],
    )
    return bool(gone or new)


def stated_facts(
    db: sqlite3.Connection, field: str | None = None, study: str | None = None
) -> list[StatedFact]:
    """The rows of `fact_now`, of one field or one study where given, by study, field, name and role."""
    rows = db.execute(
        "SELECT study, field, entity, name, role, p, status, origin, page, quote FROM fact_now "
        "WHERE (? IS NULL OR field = ?) AND (? IS NULL OR study = ?) "
        "ORDER BY study, field, name, entity, role",
        (field, field, study, study),
    )
    return [StatedFact(*row) for row in rows]


def _entities(claims: Claims) -> Iterator[tuple[Any, ...]]:
    return ((e.id, e.type, e.name, e.origin) for e in claims.entities)


def _aliases(claims: Claims) -> Iterator[tuple[Any, ...]]:
    return ((a.type, a.surface, a.scope, a.entity) for a in claims.aliases)


def _links(claims: Claims) -> Iterator[tuple[Any, ...]]:
    return ((item.child, item.parent, item.kind) for item in claims.links)


def _facts(claims: Claims) -> Iterator[tuple[Any, ...]]:
    return (
        (f.study, f.field, f.entity, f.role, f.p, f.cut, f.origin, claims.model_version) for f in claims.facts
    )


def _evidence(claims: Claims) -> Iterator[tuple[Any, ...]]:
    for f in claims.facts:
        for rank, e in enumerate(f.evidence):
            yield f.study, f.field, f.entity, f.role, rank, e.report, e.start, e.end, e.page, e.quote


def _values(claims: Claims) -> Iterator[tuple[Any, ...]]:
    for v in claims.values:
        e = v.evidence or Evidence("", 0, 0, 0, "")
        yield (
            *(v.study, v.field, v.value, v.role, v.p, v.cut, claims.model_version),
            *(e.report, e.start, e.end, e.page, e.quote),
        )
