"""A library as the tables of its graph: what `fact_now` states, and nothing that it does not."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fmatlas.graph.listed import Entry, Listed
from fmatlas.graph.schema import DERIVED_TYPES, ENTITY_LABELS, NODE, RELATION, Property
from fmatlas.names import fold_name
from fmatlas.schema.fields import ENTITY_FIELDS, FIELD

if TYPE_CHECKING:
    import pyarrow as pa

Ends = tuple[str, str]
Row = tuple[Any, ...]

_LABELS = {label.lower(): label for label in ENTITY_LABELS}

# Kinds of links that make trees; over the others an entity does not count as its parent.
TREE_KINDS = ("kind_of", "version_of")

_FACTS = f"""
SELECT study, field, entity, role, p, status, origin, page, quote FROM fact_now
WHERE field IN ({", ".join(f"'{name}'" for name in ENTITY_FIELDS)})
ORDER BY study, field, entity, role
"""

# Entities that a fact names, and everything above them.
_ENTITIES = """
WITH RECURSIVE used (id) AS (
    SELECT entity FROM fact_now
    UNION SELECT link.parent FROM entity_link link JOIN used ON used.id = link.child
)
SELECT id, type, name, origin FROM entity WHERE id IN (SELECT id FROM used) ORDER BY id
"""

_CITATIONS = """
SELECT DISTINCT report.study, citation.study FROM citation JOIN report ON report.sha256 = citation.report
WHERE report.study IS NOT NULL AND report.study <> citation.study ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Tables:
    """A graph as Arrow tables.

    Attributes:
        nodes: by label; columns as the schema declares them.
        relations: by type and the labels of both ends; columns `source_id` and `target_id`, then properties.
    """

    nodes: "dict[str, pa.Table]"
    relations: "dict[tuple[str, Ends], pa.Table]"


def project(connection: sqlite3.Connection, listed: Iterable[Listed] = ()) -> Tables:
    """Read a library as a graph, as of one moment.

    Args:
        connection: of a library.
        listed: the catalogue.

    Returns:
        One table for each label, and one for each type and pair of labels of the schema, even where empty.
    """
    own = not connection.in_transaction
    if own:
        connection.execute("BEGIN")
    try:
        studies = _studies(connection)
        facts = [tuple(row) for row in connection.execute(_FACTS)]
        entities = {row[0]: tuple(row) for row in connection.execute(_ENTITIES)}
        links = [
            tuple(row)
            for row in connection.execute(
                "SELECT child, parent, kind FROM entity_link ORDER BY child, parent, kind"
            )
            if row[0] in entities and row[1] in entities and entities[row[0]][1] == entities[row[1]][1]
        ]
        citations = [tuple(row) for row in connection.execute(_CITATIONS)]
    finally:
        if own:
            connection.execute("COMMIT")

    families = find_families(
        {id: row[2] for id, row in entities.items()},
        [(child, parent) for child, parent, kind in links if kind in TREE_KINDS],
    )
    nodes: dict[str, list[Row]] = {label: [] for label in NODE}
    nodes["Study"] = studies
    for id, kind, name, origin in entities.values():
        nodes[_LABELS[kind]].append((id, name, families[id], origin))

    relations: dict[tuple[str, Ends], list[Row]] = {
        (type, ends): [] for type, relation in RELATION.items() for ends in relation.ends
    }
    for study, field, entity, *properties in facts:
        relations[FIELD[field].relation, ("Study", FIELD[field].node)].append((study, entity, *properties))
    for child, parent, kind in links:
        label = _LABELS[entities[child][1]]
        relations["KIND_OF", (label, label)].append((child, parent, kind))
    relations["CITES", ("Study", "Study")] = citations
    for type, ends, row in _derive(facts):
        relations[type, ends].append(row)
    _add_listed(listed, nodes, relations)
    return Tables(
        {label: _arrow(NODE[label].properties, rows) for label, rows in nodes.items()},
        {
            (type, ends): _arrow((_SOURCE, _TARGET, *RELATION[type].properties), rows)
            for (type, ends), rows in relations.items()
        },
    )


def find_families(names: dict[str, str], links: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The names of the tops above each entity, sorted; of itself where nothing is above it.

    A loop, which only a user's own vocabulary could have, ends where it closes.

    Args:
        names: of entities, by id.
        links: (child, parent).

    Example:
        >>> find_families({"a": "ViT-B/16", "b": "ViT-B", "c": "ViT"}, [("a", "b"), ("b", "c")])["a"]
        ['ViT']
    """
    parents: defaultdict[str, list[str]] = defaultdict(list)
    for child, parent in links:
        parents[child].append(parent)

    def tops(id: str, below: tuple[str, ...]) -> set[str]:
        above = [parent for parent in parents[id] if parent != id and parent not in below]
        return set().union(*(tops(parent, (*below, id)) for parent in above)) if above else {names[id]}

    return {id: sorted(tops(id, ())) for id in names}


def _studies(connection: sqlite3.Connection) -> list[Row]:
    values: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for study, field, value in connection.execute("SELECT study, field, value FROM study_metadata"):
        values[study][field] = value
    rows: list[Row] = []
    for (study,) in connection.execute("SELECT id FROM study ORDER BY id"):
        of = values[study]
        year = of.get("year", "")
        texts = (of.get(name, "") for name in ("category", "authors", "venue", "doi", "arxiv_id"))
        rows.append((study, of.get("title", ""), int(year) if year.isdecimal() else None, *texts))
    return rows


def _derive(facts: Sequence[Row]) -> list[tuple[str, Ends, Row]]:
    """The edges from a model to what its study used, of the studies that introduce exactly one model."""
    introduced: defaultdict[str, set[str]] = defaultdict(set)
    for study, field, entity, *_ in facts:
        if field == "model":
            introduced[study].add(entity)
    edges: list[tuple[str, Ends, Row]] = []
    for study, field, entity, role, *_ in facts:
        by_role = DERIVED_TYPES.get(field)
        if by_role is None or len(introduced[study]) != 1:
            continue
        type = by_role.get(role, by_role.get(""))
        (model,) = introduced[study]
        # That a model builds on itself says no more than that it is its study's own base.
        if type is not None and entity != model:
            edges.append((type, ("Model", FIELD[field].node), (model, entity, study, role)))
    return edges


def _add_listed(
    listed: Iterable[Listed], nodes: dict[str, list[Row]], relations: dict[tuple[str, Ends], list[Row]]
) -> None:
    """Join what the catalogue lists to the library's entities, by id or name; the rest become nodes."""
    ids = {row[0] for label in ENTITY_LABELS for row in nodes[label]}
    by_name = {(label, fold_name(row[1])): row[0] for label in ENTITY_LABELS for row in nodes[label]}
    rows: dict[tuple[str, Ends], dict[Row, None]] = defaultdict(dict)

    def find(entry: Entry) -> str:
        label = _LABELS[entry.type]
        if entry.id in ids:
            return entry.id
        if (id := by_name.get((label, fold_name(entry.name)))) is not None:
            return id
        ids.add(entry.id)
        nodes[label].append((entry.id, entry.name, [entry.name], "catalogue"))
        return entry.id

    for item in listed:
        ends = ("Model", _LABELS[item.value.type])
        rows["LISTED_WITH", ends][find(item.model), find(item.value), item.source] = None
    for key, found in rows.items():
        relations[key] += list(found)


_SOURCE, _TARGET = Property("source_id"), Property("target_id")


def _arrow(properties: Sequence[Property], rows: Sequence[Row]) -> "pa.Table":
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "strings": pa.list_(pa.string()),
        "integer": pa.int64(),
        "number": pa.float64(),
    }
    columns = list(zip(*rows, strict=True)) or [()] * len(properties)
    return pa.table(
        {
            property.name: pa.array(column, types[property.type])
            for property, column in zip(properties, columns, strict=True)
        }
    )
