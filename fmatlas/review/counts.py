"""How many studies: counts by year, category and every entity field, at any level of the taxonomy.

The analysis set is the library's studies; each counts once in a row, whatever the number of its reports or
facts. The catalogue is never in it.
"""

import sqlite3

from fmatlas.review.table import Table, table
from fmatlas.schema.errors import UsageError
from fmatlas.schema.fields import ENTITY_FIELDS, find_field, find_role

METADATA_COUNTS = ("year", "category")
NAMES = (*METADATA_COUNTS, *ENTITY_FIELDS)


def counts(
    connection: sqlite3.Connection,
    name: str,
    *,
    role: str | None = None,
    level: int | None = None,
    by: tuple[str, ...] = (),
) -> Table:
    """The number of studies for each value of a field.

    Args:
        name: `year`, `category` or an entity field, such as `dataset`.
        role: only facts in this role; without it a field with roles is counted for each role by itself.
        level: without it values count as stated; with it under their ancestor at this depth of the taxonomy
            (0 is the broadest), and a value that lies higher under itself.
        by: `year`, `category` or both: a row for each of their values too.

    Returns:
        Columns `<name>`, `role` (where the field has roles), those of `by`, then `studies` (how many), `n`
        (of how many: the analysis set, or its part under the values of `by`) and `share` (their quotient, 0
        to 1). Sorted by `by` and role, then the most frequent first; years in their own order.

    Raises:
        UsageError: `name`, `role` or `by` is not one that there is.
    """
    field = find_field(name)
    if field.name not in NAMES:
        raise UsageError(f"{field.name} is not counted. Counted are: {', '.join(NAMES)}.")
    groups = [find_field(group).name for group in by]
    if any(group not in METADATA_COUNTS or group == field.name for group in groups):
        raise UsageError("Counts are split by year or category, and not by the field that is counted.")
    roles = (find_role(role, field),) if role else field.roles
    metadata = _metadata(connection)
    ids = [row[0] for row in connection.execute("SELECT id FROM study")]
    group_of = {study: tuple(metadata[group].get(study, "") for group in groups) for study in ids}
    if field.name in METADATA_COUNTS:
        pairs = {(value, "", study) for study, value in metadata[field.name].items()}
    else:
        pairs = _stated(connection, field.name, roles, level)
    studies: dict[tuple[str, str, tuple[str, ...]], int] = {}
    for value, in_role, study in pairs:
        key = (value, in_role, group_of[study])
        studies[key] = studies.get(key, 0) + 1
    n: dict[tuple[str, ...], int] = {}
    for group_values in group_of.values():
        n[group_values] = n.get(group_values, 0) + 1
    with_role = bool(field.roles)
    order = {in_role: position for position, in_role in enumerate(field.roles)}
    rows = [
        (
            value,
            *((in_role,) if with_role else ()),
            *group_values,
            count,
            n[group_values],
            round(count / n[group_values], 4),
        )
        for (value, in_role, group_values), count in sorted(
            studies.items(),
            key=lambda item: (
                item[0][2],
                order.get(item[0][1], 0),
                0 if field.name == "year" else -item[1],
                item[0][0],
            ),
        )
    ]
    return table((field.name, *(("role",) if with_role else ()), *groups, "studies", "n", "share"), rows)


def _metadata(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {name: {} for name in METADATA_COUNTS}
    for row in connection.execute("SELECT study, field, value FROM study_metadata WHERE value <> ''"):
        if row["field"] in found:
            found[row["field"]][row["study"]] = row["value"]
    return found


def _stated(
    connection: sqlite3.Connection, field: str, roles: tuple[str, ...], level: int | None
) -> set[tuple[str, str, str]]:
    """Distinct (name, role, study) of the stated facts; under their ancestors where a level is given."""
    stated = connection.execute(
        "SELECT study, entity, name, role FROM fact_now WHERE field = ?", (field,)
    ).fetchall()
    rows = [row for row in stated if not roles or row["role"] in roles]
    if level is None:
        return {(row["name"], row["role"], row["study"]) for row in rows}
    tree = Tree(connection)
    return {
        (tree.name(above), row["role"], row["study"])
        for row in rows
        for above in tree.at_level(row["entity"], level)
    }


class Tree:
    """The taxonomy of the library's entities: what is a kind, or a version, of what."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._names = dict(connection.execute("SELECT id, name FROM entity"))
        self._parents: dict[str, list[str]] = {}
        for child, parent in connection.execute(
            "SELECT child, parent FROM entity_link WHERE kind IN ('kind_of', 'version_of') "
            "ORDER BY child, parent"
        ):
            self._parents.setdefault(child, []).append(parent)

    def name(self, entity: str) -> str:
        """The canonical name of an entity."""
        return str(self._names[entity])

    def at_level(self, entity: str, level: int) -> set[str]:
        """The entity's ancestors at that depth, 0 being a root; itself where it lies higher."""
        return {path[min(level, len(path) - 1)] for path in self._paths(entity, ())}

    def _paths(self, entity: str, below: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Every way from a root down to the entity. A loop in a user's vocabulary ends where it closes."""
        path = (entity, *below)
        parents = [parent for parent in self._parents.get(entity, ()) if parent not in path]
        if not parents:
            return [path]
        return [way for parent in parents for way in self._paths(parent, path)]
