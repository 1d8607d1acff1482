"""The property graph, declared once; both engines' definitions and loading statements are made from it.

Facts hang on the study, and every question is answered over them. `KIND_OF` holds the taxonomies. Edges
between a model and what its study used are derived for the eye, where a study introduces exactly one model.
What the bundled catalogue lists is `LISTED_WITH` and nothing else, so that no count over studies has it.
"""

from dataclasses import dataclass

from fmatlas.schema.fields import FIELDS

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a node or relationship; `type` is `string`, `strings`, `integer` or `number`."""

    name: str
    type: str = "string"


@dataclass(frozen=True, slots=True)
class Node:
    """A kind of node; its key is always the property `id`."""

    label: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A kind of relationship.

    Attributes:
        type: its name.
        ends: the pairs of labels that it may join.
        properties: what it carries.
        key: the properties that tell two relationships between the same nodes apart.
    """

    type: str
    ends: tuple[tuple[str, str], ...]
    properties: tuple[Property, ...] = ()
    key: tuple[str, ...] = ()


STUDY = Node(
    "Study",
    (
        Property("id"),
        Property("title"),
        Property("year", "integer"),
        Property("category"),
        Property("authors"),
        Property("venue"),
        Property("doi"),
        Property("arxiv_id"),
    ),
)

# `families` are the names of the tops of the trees that the entity stands in; its own name where it is a top.
_ENTITY = (Property("id"), Property("name"), Property("families", "strings"), Property("origin"))

ENTITY_LABELS: tuple[str, ...] = tuple(sorted({field.node for field in FIELDS if field.kind == "entity"}))

NODES: tuple[Node, ...] = (STUDY, *(Node(label, _ENTITY) for label in ENTITY_LABELS))

_FACT = (
    Property("role"),
    Property("p", "number"),
    Property("status"),
    Property("origin"),
    Property("page", "integer"),
    Property("quote"),
)

_DERIVED = (Property("study"), Property("role"))

FACT_RELATIONS: tuple[Relation, ...] = tuple(
    Relation(field.relation, (("Study", field.node),), _FACT, ("role",))
    for field in FIELDS
    if field.kind == "entity"
)

# Field of a study -> the edge that its only model gets, by role (`''`: any other role).
DERIVED_TYPES: dict[str, dict[str, str]] = {
    "dataset": {"pretrain": "TRAINED_ON", "train": "TRAINED_ON", "eval": "EVALUATED_ON"},
    "backbone": {"": "HAS_BACKBONE"},
    "base_model": {"": "EXTENDS"},
}

LISTED_LABELS: tuple[str, ...] = ("Backbone", "Dataset", "Modality", "Model", "Task")

RELATIONS: tuple[Relation, ...] = (
    *FACT_RELATIONS,
    Relation("CITES", (("Study", "Study"),)),
    Relation("KIND_OF", tuple((label, label) for label in ENTITY_LABELS), (Property("kind"),), ("kind",)),
    Relation("TRAINED_ON", (("Model", "Dataset"),), _DERIVED, ("study", "role")),
    Relation("EVALUATED_ON", (("Model", "Dataset"),), _DERIVED, ("study", "role")),
    Relation("HAS_BACKBONE", (("Model", "Backbone"),), _DERIVED, ("study", "role")),
    Relation("EXTENDS", (("Model", "Model"),), _DERIVED, ("study", "role")),
    Relation(
        "LISTED_WITH", tuple(("Model", label) for label in LISTED_LABELS), (Property("source"),), ("source",)
    ),
)

NODE: dict[str, Node] = {node.label: node for node in NODES}
RELATION: dict[str, Relation] = {relation.type: relation for relation in RELATIONS}

PROPERTIES: frozenset[str] = frozenset(
    property.name
    for properties in (*(n.properties for n in NODES), *(r.properties for r in RELATIONS))
    for property in properties
)

_LADYBUG_TYPES = {"string": "STRING", "strings": "STRING[]", "integer": "INT64", "number": "DOUBLE"}


def ladybug_tables() -> list[str]:
    """The statements that create every node and relationship table in an empty Ladybug database."""
    statements = []
    for node in NODES:
        columns = ", ".join(f"{p.name} {_LADYBUG_TYPES[p.type]}" for p in node.properties)
        statements.append(f"CREATE NODE TABLE {node.label} ({columns}, PRIMARY KEY (id))")
    for relation in RELATIONS:
        parts = [f"FROM {source} TO {target}" for source, target in relation.ends]
        parts += [f"{p.name} {_LADYBUG_TYPES[p.type]}" for p in relation.properties]
        statements.append(f"CREATE REL TABLE {relation.type} ({', '.join(parts)})")
    return statements


def ladybug_copy(type: str, ends: tuple[str, str] | None = None) -> str:
    """The statement that loads the Arrow table `$rows` into a node table, or between `ends`."""
    if ends is None or len(RELATION[type].ends) == 1:
        return f"COPY {type} FROM $rows"
    return f"COPY {type} FROM $rows (from='{ends[0]}', to='{ends[1]}')"


def neo4j_constraints() -> list[str]:
    """The statements that make every node's key unique, which also gives the index that MERGE needs."""
    return [
        f"CREATE CONSTRAINT {node.label.lower()}_id IF NOT EXISTS FOR (n:{node.label}) REQUIRE n.id IS UNIQUE"
        for node in NODES
    ]


def neo4j_merge_nodes(label: str) -> str:
    """The statement that writes `$rows` of one label; each node remembers the `$build` that wrote it."""
    assignments = ", ".join(f"n.{p.name} = row.{p.name}" for p in NODE[label].properties if p.name != "id")
    return f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) SET {assignments}, n.build = $build"


def neo4j_merge_relations(type: str, ends: tuple[str, str]) -> str:
    """The statement that writes `$rows` of one type between two labels.

    The key stands inside the pattern: without it the facts of two roles would fold into one.
    """
    relation = RELATION[type]
    key = ", ".join(f"{name}: row.{name}" for name in relation.key)
    pattern = f"r:{type} {{{key}}}" if key else f"r:{type}"
    assignments = "".join(
        f"r.{p.name} = row.{p.name}, " for p in relation.properties if p.name not in relation.key
    )
    return (
        f"UNWIND $rows AS row MATCH (a:{ends[0]} {{id: row.source_id}}) "
        f"MATCH (b:{ends[1]} {{id: row.target_id}}) "
        f"MERGE (a)-[{pattern}]->(b) SET {assignments}r.build = $build"
    )
