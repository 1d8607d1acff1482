"""What a named question is: its parameters with their types, its columns, its Cypher."""

from dataclasses import dataclass

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question.

    Attributes:
        name: as it is given.
        type: `name` (of an entity of the type `entity`), `study` (an id, a key or a title), `integer`,
            `choice` (one of `choices`) or `flag`.
        description: what it narrows, for help and pickers.
        required: whether the question needs it.
        default: what it is where it is not given; `''`, 0 and False do not narrow anything.
        choices: the values of a `choice`.
        entity: the type of entity of a `name`.
    """

    name: str
    type: str
    description: str
    required: bool = False
    default: Value = ""
    choices: tuple[str, ...] = ()
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A named query over the graph.

    Attributes:
        name: as it is asked for.
        title: a heading.
        description: what the rows are, in a sentence or two.
        parameters: what it may be given.
        example: parameters to try, by name.
        columns: of the rows, in order.
        cypher: the query, in the words that both engines understand. A parameter of type `name` arrives as
            the list of the ids that it means, empty where it was not given.
        lists: columns that hold collected names; they are sorted and joined by `; `.
    """

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    example: dict[str, Value]
    columns: tuple[str, ...]
    cypher: str
    lists: tuple[str, ...] = ()

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name; hyphens may stand for underscores."""
        plain = name.replace("-", "_")
        return next((parameter for parameter in self.parameters if parameter.name == plain), None)


def name_of(entity: str, description: str, *, name: str = "", required: bool = False) -> Parameter:
    """A parameter that names an entity of a type."""
    return Parameter(name or entity, "name", description, required, entity=entity)


def choice(name: str, description: str, choices: tuple[str, ...], default: str = "") -> Parameter:
    """A parameter with a few values."""
    return Parameter(name, "choice", description, default=default, choices=choices)


def integer(name: str, description: str, default: int = 0) -> Parameter:
    """A parameter that is a whole number."""
    return Parameter(name, "integer", description, default=default)
