"""From what a person says of a fact, in their own words, to decisions that point by stable names."""

import sqlite3
from dataclasses import replace

from fmatlas.library.decisions import VERDICTS
from fmatlas.library.lookup import find_entities, find_study, need_entities
from fmatlas.names import fold_name
from fmatlas.review.suggestions import BETWEEN, said_of, said_values
from fmatlas.review.table import Table, table
from fmatlas.schema.errors import UsageError
from fmatlas.schema.facts import Decision
from fmatlas.schema.fields import Field, entity_type, find_field, find_role


def make_decisions(
    connection: sqlite3.Connection,
    verdict: str,
    study: str,
    field: str,
    name: str,
    *,
    person: str,
    role: str = "",
    to: str = "",
    to_role: str = "",
    quote: str = "",
    evidence: str = "",
) -> list[Decision]:
    """The decisions that a person's words come to.

    Args:
        verdict: `accept` or `reject` what the program found; `add` what it missed; `correct` a wrong name
            (`to`), role (`to_role`) or metadata value (`to`).
        study, field, name: as a user writes them; `name` may be empty for a metadata field.
        role: may be left out where only one can be meant; a rejection without it is of every role.

    Raises:
        UsageError: something is unknown, missing or could mean several things.
    """
    if verdict not in VERDICTS["fact"]:
        raise UsageError(f"There is no verdict {verdict!r}. Verdicts are: {', '.join(VERDICTS['fact'])}.")
    study_id, kind = find_study(connection, study), find_field(field)
    said = Decision(
        person=person,
        kind="fact" if kind.kind == "entity" else "field",
        verdict=verdict,
        study_key=study_id,
        field=kind.name,
        quote=quote,
        evidence=evidence,
    )
    if kind.kind != "entity":
        if kind.cardinality == "many":
            return [_of_values(verdict, kind, name, to, said, said_of(connection, study_id, kind.name))]
        return [_of_field(verdict, kind, to or name, said)]
    if not name:
        raise UsageError(f"A decision about a {kind.name} needs its name.")
    if verdict == "correct" and bool(to) == bool(to_role):
        raise UsageError("A correction needs what is right: --to NAME, or --to-role ROLE.")
    value = {"add": name, "correct": to or f"role={find_role(to_role, kind)}"}.get(verdict, "")
    find = find_entities if verdict == "add" else need_entities
    entity = next(iter(find(connection, entity_type(kind.name), name, study_id)), "")
    return [
        replace(said, surface=fold_name(name), entity=entity, role=one, value=value)
        for one in _roles(connection, verdict, kind, study_id, entity, role)
    ]


def decisions(connection: sqlite3.Connection) -> Table:
    """Every decision ever made, in order; `undone` is the number of the decision that took it back, or 0."""
    columns = (
        "seq",
        "at",
        "person",
        "kind",
        "verdict",
        "study_key",
        "field",
        "surface",
        "entity",
        "role",
        "value",
    )
    undone = dict(
        connection.execute("SELECT undoes, max(seq) FROM decision WHERE undoes > 0 GROUP BY undoes")
    )
    rows = connection.execute(f"SELECT {', '.join(columns)}, undoes, quote FROM decision ORDER BY seq")
    return table(
        (*columns, "undoes", "undone", "quote"),
        ((*row[: len(columns)], row["undoes"], undone.get(row["seq"], 0), row["quote"]) for row in rows),
    )


def _of_field(verdict: str, kind: Field, value: str, said: Decision) -> Decision:
    """A decision about a field that holds one value: the value is right, or there is none to report."""
    if verdict == "reject":
        return replace(said, verdict="not reported")
    if not value:
        raise UsageError(f"A decision about the {kind.name} needs the value that is right.")
    return replace(said, verdict="accept", value=value)


def _of_values(verdict: str, kind: Field, name: str, to: str, said: Decision, before: list[str]) -> Decision:
    """The same of a field that holds several values: the new word is on all of them, `before` included."""
    given = said_values(kind.name, to if verdict == "correct" else name)
    if verdict == "reject":
        kept = [value for value in before if fold_name(value) not in set(map(fold_name, given))]
        if given and kept == before:
            raise UsageError(
                f"Nobody said that the {kind.name} is {name}; a suggestion states nothing. Accept what is "
                f'right, or reject the whole field with an empty name, "": it is not reported.'
            )
        return _of_field("accept" if given and kept else "reject", kind, BETWEEN.join(kept), said)
    wrong = fold_name(name) if verdict == "correct" else ""
    values = [value for value in before if fold_name(value) != wrong]
    known = set(map(fold_name, values))
    values += [value for value in given if fold_name(value) not in known]
    return _of_field(verdict, kind, BETWEEN.join(values) if given else "", said)


def _roles(
    connection: sqlite3.Connection, verdict: str, kind: Field, study: str, entity: str, role: str
) -> tuple[str, ...]:
    if role or not kind.roles:
        return (find_role(role, kind),)
    if len(kind.roles) == 1:
        return kind.roles
    judged = connection.execute(
        "SELECT role FROM fact_now WHERE study = ? AND field = ? AND entity = ? ORDER BY role",
        (study, kind.name, entity),
    )
    stated = tuple(row[0] for row in judged)
    if verdict == "reject" and stated:
        return stated
    if verdict != "add" and len(stated) == 1:
        return stated
    raise UsageError(f"Say which role is meant: --role {', --role '.join(kind.roles)}.")
