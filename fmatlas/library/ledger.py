"""The decisions of a library: appended, and brought to rulings under the names of its tables."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime

from fmatlas.library.decisions import check_decision
from fmatlas.library.facts import Alias, Claims, Entity, replace_rulings
from fmatlas.library.rulings import Resolved, resolve
from fmatlas.names import fold_name
from fmatlas.schema.errors import UsageError
from fmatlas.schema.facts import Decision, Evidence
from fmatlas.schema.fields import entity_type

_COLUMNS = tuple(item.name for item in fields(Decision) if item.name != "seq")


def read_decisions(db: sqlite3.Connection) -> list[Decision]:
    """Every decision ever made, in order."""
    rows = db.execute(f"SELECT seq, {', '.join(_COLUMNS)} FROM decision ORDER BY seq")
    return [Decision(seq=row[0], **dict(zip(_COLUMNS, tuple(row)[1:], strict=True))) for row in rows]


def append(db: sqlite3.Connection, decision: Decision) -> int:
    """Write a decision under the names of today, and let it take effect at once where it is of a fact or a
    field.

    What it points at by any key or name is noted by the study id and the entity id of today as well, so that
    two decisions of one thing are known as such. A decision of a thing that is in conflict settles it: the
    sides are undone first. Merges, splits and study decisions take effect with the next refresh.

    Raises:
        UsageError: the decision cannot be resolved: see `check_decision`; or an unknown study, or nothing to
        undo.
    """
    check_decision(decision)
    decision = replace(decision, at=decision.at or datetime.now(UTC).isoformat(timespec="seconds"), seq=0)
    if decision.undoes:
        if not db.execute("SELECT 1 FROM decision WHERE seq = ?", (decision.undoes,)).fetchone():
            raise UsageError(
                f"There is no decision {decision.undoes} to undo; `fmatlas decide list` shows them."
            )
    else:
        decision = _under_todays_names(db, decision)
        for seq in _conflicting(db, decision):
            _insert(db, replace(decision, undoes=seq))
    seq = _insert(db, decision)
    rule(db)
    return seq


def rule(db: sqlite3.Connection) -> bool:
    """Bring the rulings up to date with decisions and names; True where that changed anything."""
    resolved = resolve_now(db)
    new = resolved.new_entities
    db.executemany("INSERT OR IGNORE INTO entity (id, type, name, origin) VALUES (?, ?, ?, 'user')", new)
    db.executemany(
        "INSERT OR IGNORE INTO alias (type, surface, entity, scope) VALUES (?, ?, ?, '')",
        [(kind, fold_name(name), entity) for entity, kind, name in new],
    )
    return replace_rulings(db, resolved.rulings, resolved.fields) or bool(new)


def with_rulings(db: sqlite3.Connection, claims: Claims) -> Claims:
    """Claims with the rulings that all decisions come to under their entities and aliases.

    Entities that only persons know are added, each with its alias.
    """
    study_of = dict(map(tuple, db.execute("SELECT sha256, study FROM report WHERE study IS NOT NULL")))
    rows = [(a.type, a.surface, a.entity, study_of.get(a.scope) if a.scope else None) for a in claims.aliases]
    resolved = resolve_now(db, _look_up(sorted(rows, key=str)), {e.id: e.type for e in claims.entities})
    new = resolved.new_entities
    return replace(
        claims,
        entities=(*claims.entities, *(Entity(entity, kind, name, "user") for entity, kind, name in new)),
        aliases=(*claims.aliases, *(Alias(kind, fold_name(name), entity) for entity, kind, name in new)),
        rulings=resolved.rulings,
        field_rulings=resolved.fields,
    )


def resolve_now(
    db: sqlite3.Connection,
    entity_of: Callable[[str, str, str], str | None] | None = None,
    known: Mapping[str, str] | None = None,
) -> Resolved:
    """All decisions brought to today's names.

    Args:
        db: the library; its studies count as they stand in it.
        entity_of: see `rulings.resolve`; without it the library's alias table says what a surface names.
        known: from entity id to type; without it the library's entity table.
    """
    study_of = {row["key"]: row["study"] for row in db.execute("SELECT key, study FROM study_key")}
    if known is None:
        known = {row["id"]: row["type"] for row in db.execute("SELECT id, type FROM entity")}
    return resolve(
        read_decisions(db), study_of, entity_of or _alias_of(db), known, lambda s, q: locate(db, s, q)
    )


def locate(db: sqlite3.Connection, study: str, quote: str) -> Evidence | None:
    """The first place of a quote in the reports of a study; runs of white space count as equal."""
    # Where it was found before it mostly still is; a thousand decisions are not searched for one by one.
    for row in db.execute(
        'SELECT report, start, "end", page FROM ruling WHERE study = ? AND quote = ? AND length(report) > 0',
        (study, quote),
    ):
        if _slice(db, row["report"], row["start"], row["end"]) == quote:
            return Evidence(row["report"], row["start"], row["end"], row["page"], quote)
    wanted = " ".join(quote.split())
    rows = db.execute(
        "SELECT p.report, p.start, p.page, p.text FROM passage p JOIN report r ON r.sha256 = p.report "
        "WHERE r.study = ? ORDER BY r.is_primary DESC, p.report, p.start",
        (study,),
    ).fetchall()
    for row in rows:
        at = row["text"].find(quote)
        if at >= 0:
            start = row["start"] + at
            return Evidence(row["report"], start, start + len(quote), row["page"], quote)
    for text, report in db.execute(
        "SELECT g.text, g.report FROM reading g JOIN report r ON r.sha256 = g.report WHERE r.study = ? "
        "ORDER BY r.is_primary DESC, g.report",
        (study,),
    ):
        span = _find_loosely(text, wanted)
        if span:
            page = max(
                (r["page"] for r in rows if r["report"] == report and r["start"] <= span[0]), default=1
            )
            return Evidence(report, *span, page, text[slice(*span)])
    return None


def _slice(db: sqlite3.Connection, report: str, start: int, end: int) -> str:
    row = db.execute(
        "SELECT substr(text, ?, ?) FROM reading WHERE report = ?", (start + 1, end - start, report)
    ).fetchone()
    return row[0] if row else ""


def _find_loosely(text: str, wanted: str) -> tuple[int, int] | None:
    """The span of `wanted` (single spaces) in `text` with any white space between words."""
    found = re.search(r"\s+".join(map(re.escape, wanted.split())), text) if wanted else None
    return found.span() if found else None


def _alias_of(db: sqlite3.Connection) -> Callable[[str, str, str], str | None]:
    rows = db.execute(
        "SELECT a.type, a.surface, a.entity, r.study FROM alias a LEFT JOIN report r ON r.sha256 = a.scope "
        "WHERE a.scope = '' OR r.study IS NOT NULL ORDER BY a.type, a.surface, a.scope"
    )
    return _look_up(map(tuple, rows))


def _look_up(
    rows: Iterable[tuple[str, str, str, str | None]],
) -> Callable[[str, str, str], str | None]:
    """What a surface names in a study: first what the study itself defines, then what it means everywhere."""
    everywhere: dict[tuple[str, str], str] = {}
    scoped: dict[tuple[str, str, str], str] = {}
    for kind, surface, entity, study in rows:
        if study is None:
            everywhere[kind, surface] = entity
        else:
            scoped.setdefault((kind, surface, study), entity)
    return lambda kind, surface, study: scoped.get((kind, surface, study)) or everywhere.get((kind, surface))


def _under_todays_names(db: sqlite3.Connection, d: Decision) -> Decision:
    if d.study_key:
        row = db.execute("SELECT study FROM study_key WHERE key = ?", (d.study_key,)).fetchone()
        if row is None:
            raise UsageError(
                f"There is no study {d.study_key!r} in this library; `fmatlas table` lists them."
            )
        d = replace(d, study_key=d.study_key if d.kind == "study" else row["study"])
    if d.kind == "fact" and d.surface and not d.entity:
        d = replace(d, entity=_alias_of(db)(entity_type(d.field), d.surface, d.study_key) or "")
    return d


def _conflicting(db: sqlite3.Connection, d: Decision) -> tuple[int, ...]:
    """The decisions whose conflict this one settles."""
    if d.kind == "fact":
        key = (d.study_key, d.field, d.entity, d.role)
        names = "study = ? AND field = ? AND entity = ? AND role = ?"
        if db.execute(f"SELECT 1 FROM ruling WHERE conflict = 1 AND {names}", key).fetchone():
            now = resolve_now(db).rulings
            return next((r.sides for r in now if (r.study, r.field, r.entity, r.role) == key), ())
    if d.kind == "field":
        place = (d.study_key, d.field)
        names = "study = ? AND field = ?"
        if db.execute(f"SELECT 1 FROM field_ruling WHERE conflict = 1 AND {names}", place).fetchone():
            return next((r.sides for r in resolve_now(db).fields if (r.study, r.field) == place), ())
    return ()


def _insert(db: sqlite3.Connection, decision: Decision) -> int:
    cursor = db.execute(
        f"INSERT INTO decision ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})",
        [getattr(decision, name) for name in _COLUMNS],
    )
    return int(cursor.lastrowid or 0)
