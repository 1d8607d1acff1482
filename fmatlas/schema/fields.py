"""The fields of a study: what is coded of every paper, and how each stands in the graph.

Fields are rows, not code: a library keeps them in its `field` table, so that users can add their own.
"""

from dataclasses import dataclass

from fmatlas.schema.errors import UsageError


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is recorded of a study.

    Attributes:
        name: the name in tables, exports and coding sheets.
        kind: `metadata` (one value chosen among candidates), `entity` (values are canonical entities)
            or `value` (free values with evidence).
        cardinality: `one` or `many`.
        level: `core` fields count in the micro-F1; `more` are suggestions.
        roles: the roles an entity may have; empty where a field has none.
        node: label of the graph node that an entity of the field becomes; empty for other kinds.
        relation: type of the relationship from the study to that node.
    """

    name: str
    kind: str
    cardinality: str = "many"
    level: str = "core"
    roles: tuple[str, ...] = ()
    node: str = ""
    relation: str = ""


FIELDS: tuple[Field, ...] = (
    Field("title", "metadata", "one"),
    Field("authors", "metadata", "one"),
    Field("year", "metadata", "one"),
    Field("venue", "metadata", "one"),
    Field("abstract", "metadata", "one"),
    Field("arxiv_id", "metadata", "one"),
    Field("doi", "metadata", "one"),
    Field("category", "metadata", "one"),
    Field("model", "entity", roles=("introduced",), node="Model", relation="INTRODUCES"),
    Field("base_model", "entity", node="Model", relation="BUILDS_ON"),
    Field(
        "backbone",
        "entity",
        roles=("vision", "text", "other"),
        node="Backbone",
        relation="USES_BACKBONE",
    ),
    Field("dataset", "entity", roles=("pretrain", "train", "eval"), node="Dataset", relation="USES_DATASET"),
    Field("task", "entity", node="Task", relation="ADDRESSES"),
    Field("loss", "entity", node="Loss", relation="OPTIMISES"),
    Field("modality", "entity", node="Modality", relation="HANDLES"),
    Field("strategy", "entity", node="Strategy", relation="TRAINED_BY"),
    Field("study_type", "value", "one", "more"),
    Field("dimension", "value", "many", "more"),
    Field("anatomy", "value", "many", "more"),
    Field("metric", "value", "many", "more"),
    Field("data_size", "value", "many", "more", roles=("pretrain", "train")),
    Field("parameters", "value", "many", "more"),
    Field("compute", "value", "many", "more"),
    Field("code_url", "value", "one", "more"),
    Field("in_house", "value", "one", "more"),
)

FIELD: dict[str, Field] = {field.name: field for field in FIELDS}

ENTITY_FIELDS: tuple[str, ...] = tuple(field.name for field in FIELDS if field.kind == "entity")

CATEGORIES: tuple[str, ...] = ("VFM", "VLFM", "other")


def entity_type(field: str) -> str:
    """The type of entity that a field's values are: `base_model` and `model` share the type `model`.

    Example:
        >>> entity_type("base_model"), entity_type("dataset")
        ('model', 'dataset')
    """
    return FIELD[field].node.lower()


_SINGULAR = {"losses": "loss", "modalities": "modality", "strategies": "strategy", "categories": "category"}


def find_field(name: str) -> Field:
    """The field that a user names; case, hyphens and a plural `s` do not matter.

    Raises:
        UsageError: there is no such field; the message lists those that there are.

    Example:
        >>> find_field("Datasets").name, find_field("base-model").name
        ('dataset', 'base_model')
    """
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    for form in (plain, _SINGULAR.get(plain, plain.removesuffix("s"))):
        if form in FIELD:
            return FIELD[form]
    raise UsageError(f"There is no field {name!r}. Fields are: {', '.join(FIELD)}.")


def find_role(role: str, field: Field | None = None) -> str:
    """The role of a field, or of any, as it is spelled; empty stays empty.

    Raises:
        UsageError: there is no such role; the message lists those that there are.
    """
    plain = role.strip().lower()
    roles = field.roles if field else tuple(dict.fromkeys(role for each in FIELDS for role in each.roles))
    if plain and plain not in roles:
        of = f"{field.name} has" if field else "There is"
        raise UsageError(f"{of} no role {role!r}. Roles are: {', '.join(roles) or 'none'}.")
    return plain
