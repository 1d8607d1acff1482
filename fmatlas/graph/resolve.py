"""From what a user gives a question to what the query gets: names become ids, all values are checked."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fmatlas.graph.questions import Parameter, Question
from fmatlas.library.lookup import entities_below, find_entities, find_study, unknown_entity
from fmatlas.names import fold_name
from fmatlas.schema.errors import UsageError
from fmatlas.schema.vocabulary import Vocabulary, load_vocabulary

# The whole numbers that both engines hold.
_LARGEST = 2**63 - 1


def resolve_parameters(
    question: Question,
    given: Mapping[str, Any],
    connection: sqlite3.Connection,
    vocabulary_folder: Path | None = None,
) -> dict[str, Any]:
    """The parameters of a question's query.

    Args:
        question: the question.
        given: values by parameter name; None counts as not given.
        connection: of the library.
        vocabulary_folder: the user's own vocabulary, for names that the library does not state.

    Returns:
        A value for each parameter of the question that its query uses.

    Raises:
        UsageError: one is missing, unknown, or of the wrong type; the message says what there is.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        parameter = question.parameter(name)
        if parameter is None:
            names = ", ".join(known.name for known in question.parameters) or "none"
            raise UsageError(f"{question.name} has no parameter {name}. Its parameters: {names}.")
        if value is not None and value != "":
            values[parameter.name] = value
    parameters: dict[str, Any] = {}
    for parameter in question.parameters:
        if parameter.required and parameter.name not in values:
            example = " ".join(f"--{name} {value}" for name, value in question.example.items())
            raise UsageError(
                f"{question.name} needs {parameter.name}, for example: {question.name} {example}"
            )
        value = values.get(parameter.name, parameter.default)
        if parameter.type == "name":
            exact = _flag(question, values)
            found = (
                named_entities(connection, parameter.entity, str(value), exact, vocabulary_folder)
                if value
                else []
            )
            parameters[parameter.name] = found
        elif parameter.type == "study":
            parameters[parameter.name] = find_study(connection, str(value)) if value else ""
        elif parameter.type == "integer":
            parameters[parameter.name] = _integer(parameter, value)
        elif parameter.type == "choice":
            if value and value not in parameter.choices:
                choices = ", ".join(parameter.choices)
                raise UsageError(f"{parameter.name} is {value!r}; it can be: {choices}.")
            parameters[parameter.name] = value
    return parameters


def named_entities(
    connection: sqlite3.Connection,
    kind: str,
    name: str,
    exact: bool = False,
    vocabulary_folder: Path | None = None,
) -> list[str]:
    """The entities that a name means, and unless `exact` all below them in the taxonomy.

    A name that only the vocabulary knows is no error: the library states nothing of it, the answer is empty.

    Returns:
        Ids, sorted.

    Raises:
        UsageError: nothing of that type has the name; the message suggests what is near.
    """
    found = set(find_entities(connection, kind, name))
    if found:
        return sorted(found) if exact else entities_below(connection, found)
    vocabulary = load_vocabulary(vocabulary_folder)
    found = _in_vocabulary(vocabulary, kind, name, fold_name(name))
    if not found:
        raise unknown_entity(connection, kind, name)
    if exact:
        return sorted(found)
    # What the library states may lie below a name that stands above all of it.
    below = _below_in(vocabulary, found)
    return sorted(below | set(entities_below(connection, below)))


def _flag(question: Question, values: Mapping[str, Any]) -> bool:
    if question.parameter("exact") is None:
        return True
    value = values.get("exact", False)
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "1", "yes", "false", "0", "no"):
        return str(value).lower() in ("true", "1", "yes")
    raise UsageError(f"exact of {question.name} is {value!r}; it can be: true, false.")


def _integer(parameter: Parameter, value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or int(text) > _LARGEST:
        raise UsageError(f"{parameter.name} is {value!r}; it must be a whole number, 0 or more.")
    return int(text)


def _in_vocabulary(vocabulary: Vocabulary, kind: str, name: str, folded: str) -> set[str]:
    if name in vocabulary.entities and vocabulary.entities[name].type == kind:
        return {name}
    return {
        alias.entity
        for alias in vocabulary.aliases
        if alias.type == kind and fold_name(alias.surface) == folded
    }


def _below_in(vocabulary: Vocabulary, found: set[str]) -> set[str]:
    """All below some entities by the vocabulary's own links, for a name above all that the library states."""
    below = set(found)
    while more := {link.child for link in vocabulary.links if link.parent in below} - below:
        below |= more
    return below
