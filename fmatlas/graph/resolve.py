"""From what a user gives a question to what the query gets: names become ids, all values are checked."""

import sqlite3
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from fmatlas.graph.questions import Parameter, Question
from fmatlas.names import fold_name
from fmatlas.schema.errors import UsageError
from fmatlas.schema.vocabulary import Vocabulary, load_vocabulary

# The whole numbers that both engines hold.
_LARGEST = 2**63 - 1

_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT ? UNION SELECT link.child FROM entity_link link JOIN below ON below.id = link.parent
)
SELECT id FROM below
"""


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
                find_entities(connection, parameter.entity, str(value), exact, vocabulary_folder)
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


def find_entities(
    connection: sqlite3.Connection,
    kind: str,
    name: str,
    exact: bool = False,
    vocabulary_folder: Path | None = None,
) -> list[str]:
    """The entities that a name means, and unless `exact` all below them in the taxonomy.

    Looked up in order: an id, a name or alias of the library, one that a single report defines, a name or
    alias of the vocabulary (then the library may state nothing of it, and the answer is empty, not an error).

    Returns:
        Ids, sorted.

    Raises:
        UsageError: nothing of that type has the name; the message suggests what is near.

    """
    folded = fold_name(name)
    found = {
        row[0] for row in connection.execute("SELECT id FROM entity WHERE type = ? AND id = ?", (kind, name))
    }
    names = list(connection.execute("SELECT id, name FROM entity WHERE type = ?", (kind,)))
    found = found or {id for id, written in names if fold_name(written) == folded}
    for scope in ("scope = ''", "scope <> ''"):
        found = found or {
            row[0]
            for row in connection.execute(
                f"SELECT entity FROM alias WHERE type = ? AND surface = ? AND {scope}", (kind, folded)
            )
        }
    vocabulary = None if found else load_vocabulary(vocabulary_folder)
    if vocabulary is not None:
        found = _in_vocabulary(vocabulary, kind, name, folded)
    if not found:
        raise UsageError(
            f"There is no {kind} called {name!r}.{_suggest(folded, [written for _, written in names])}"
        )
    if exact:
        return sorted(found)
    below = {row[0] for id in found for row in connection.execute(_BELOW, (id,))}
    return sorted(below | (_below_in(vocabulary, found) if vocabulary is not None else set()))


def find_study(connection: sqlite3.Connection, text: str) -> str:
    """The id of the study that is meant: by id, a key (`arxiv:`, `doi:` may be left out), or title.

    Raises:
        UsageError: there is none, or there are several.
    """
    keys = (text, f"arxiv:{text}", f"doi:{text}")
    rows = connection.execute(
        "SELECT id FROM study WHERE id IN (?, ?, ?) UNION SELECT study FROM study_key WHERE key IN (?, ?, ?)",
        keys * 2,
    ).fetchall()
    found = {row[0] for row in rows}
    if not found:
        titles = list(connection.execute("SELECT study, value FROM study_metadata WHERE field = 'title'"))
        folded = fold_name(text)
        found = {study for study, title in titles if fold_name(title) == folded}
        found = found or {study for study, title in titles if folded in fold_name(title)}
    if len(found) == 1:
        return str(found.pop())
    if found:
        some = ", ".join(sorted(found)[:3])
        raise UsageError(f"{len(found)} studies are called {text!r}: give the id of one, such as {some}.")
    raise UsageError(f"There is no study {text!r}: give its id, its DOI or arXiv id, or a part of its title.")


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


def _suggest(folded: str, names: list[str]) -> str:
    by_fold = {fold_name(name): name for name in sorted(names)}
    near = [by_fold[match] for match in get_close_matches(folded, sorted(by_fold), n=3, cutoff=0.6)]
    return f" Did you mean {', '.join(near)}?" if near else ""
