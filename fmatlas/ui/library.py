"""The library behind the pages: opened once, its answers kept until it changes.

Everything kept is keyed by the library's revisions, so a page shows what is stated now, and a decision is
seen at once. Pages ask this module and `atlas`, and never the database.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from fmatlas.atlas import Atlas, Table, find_library, questions, table
from fmatlas.schema.fields import ENTITY_FIELDS, entity_type
from fmatlas.ui.shown import plain

if TYPE_CHECKING:
    from fmatlas.atlas import Hit

# Streamlit runs every visitor in a thread of its own; the store and the graph take one question at a time.
_lock = RLock()


@contextmanager
def atlas() -> Iterator[Atlas]:
    """The library, for reading, with nobody else asking it meanwhile."""
    with _lock:
        yield _opened(str(_folder()))


@contextmanager
def writable() -> Iterator[Atlas]:
    """The library, for a decision or an embedding; closed afterwards."""
    with Atlas.open(_folder()) as opened:
        yield opened


def library_name() -> str:
    """What the library is called: by its settings, else by its folder."""
    with atlas() as opened:
        return opened.library.settings.name or opened.folder.name


def revision() -> tuple[int, int]:
    """The revisions of text and of facts, which everything kept depends on."""
    with atlas() as opened:
        return opened.library.revision("text"), opened.library.revision("facts")


def status() -> dict[str, Any]:
    """What was read and what not; see `Atlas.status`."""
    return _status(str(_folder()), revision())


def studies() -> pd.DataFrame:
    """The study table."""
    return _studies(str(_folder()), revision())


def facts(min_confidence: float | None = None) -> pd.DataFrame:
    """What the library states, or also what it finds less sure; a row for each fact."""
    return _facts(str(_folder()), revision(), min_confidence)


def suggestions(study: str) -> pd.DataFrame:
    """What is suggested for the further fields of a study, or was said of them; a row for each value."""
    return _suggestions(str(_folder()), revision(), study)


def counts(
    name: str, role: str | None = None, by: tuple[str, ...] = (), level: int | None = None
) -> pd.DataFrame:
    """Studies for each value of a field; see `review.counts`."""
    return _counts(str(_folder()), revision(), name, role, by, level)


def ask(name: str, parameters: dict[str, Any]) -> Table:
    """The answer of the graph to a named question."""
    return _ask(str(_folder()), revision(), name, tuple(sorted(parameters.items())))


def names(*fields: str) -> list[str]:
    """The names that studies state in any of these fields, most frequent first."""
    stated = facts()
    found = stated[stated["field"].isin(fields)].drop_duplicates(["study", "name"])["name"].value_counts()
    return sorted(found.index, key=lambda name: (-int(found[name]), name))


def names_of_type(entity: str) -> list[str]:
    """The same of entities of a type: a base model is a model as well."""
    return names(*(field for field in ENTITY_FIELDS if entity_type(field) == entity))


def titles() -> dict[str, str]:
    """Each study's title, or its file where it has none, by its id."""
    rows = studies()[["study", "title", "file"]].astype(str).itertuples(index=False, name=None)
    return {study: plain(title) or file for study, title, file in rows}


def abstract(study: str) -> str:
    """A study's abstract; empty where none was found."""
    with atlas() as opened:
        return opened.library.metadata(study).get("abstract", "")


def search(query: str, limit: int, filters: list[str], per_study: int) -> "list[Hit]":
    """The passages that answer a question best; see `Atlas.search`."""
    with atlas() as opened:
        return opened.search(query, limit=limit, filters=filters, per_study=per_study)


def passages_without_vector() -> int:
    """How many passages are found by their words only, until they are embedded."""
    with atlas() as opened:
        return opened.passages_without_vector()


def csv(frame: pd.DataFrame) -> str:
    """A frame as CSV in which nothing is run by a spreadsheet."""
    return table(frame.columns, frame.itertuples(index=False, name=None)).csv()


@st.cache_data(show_spinner=False)
def question_list() -> list[dict[str, Any]]:
    """The named questions with their parameters."""
    return questions()


def _folder() -> Any:
    return find_library(os.environ.get("FMATLAS_LIBRARY"))


@st.cache_resource(show_spinner=False, max_entries=2)
def _opened(folder: str) -> Atlas:
    return Atlas.open(folder, readonly=True)


@st.cache_data(show_spinner=False, max_entries=4)
def _status(folder: str, revision: tuple[int, int]) -> dict[str, Any]:
    with atlas() as opened:
        return opened.status()


@st.cache_data(show_spinner=False, max_entries=4)
def _studies(folder: str, revision: tuple[int, int]) -> pd.DataFrame:
    with atlas() as opened:
        return opened.studies()


@st.cache_data(show_spinner=False, max_entries=8)
def _facts(folder: str, revision: tuple[int, int], min_confidence: float | None) -> pd.DataFrame:
    with atlas() as opened:
        return opened.facts(min_confidence=min_confidence)


@st.cache_data(show_spinner=False, max_entries=64)
def _suggestions(folder: str, revision: tuple[int, int], study: str) -> pd.DataFrame:
    with atlas() as opened:
        return opened.suggestions(study)


@st.cache_data(show_spinner=False, max_entries=64)
def _counts(
    folder: str,
    revision: tuple[int, int],
    name: str,
    role: str | None,
    by: tuple[str, ...],
    level: int | None,
) -> pd.DataFrame:
    with atlas() as opened:
        return opened.review.counts(name, role=role, by=by, level=level).frame()


@st.cache_data(show_spinner="Asking the graph", max_entries=64)
def _ask(folder: str, revision: tuple[int, int], name: str, parameters: tuple[tuple[str, Any], ...]) -> Table:
    with atlas() as opened:
        return opened.ask(name, **dict(parameters))
