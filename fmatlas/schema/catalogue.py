"""The catalogue: models and datasets of public lists, each with its source; read-only and never counted."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

PATH = Path(__file__).parent / "data" / "catalogue.db"


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as public lists have it; unknown cells are empty.

    `backbone`, `datasets`, `tasks` and `modality` are lists; `derived` names the fields that were inferred
    from a title or an identifier and not stated by a list; `entity` is its id in the vocabulary, or empty.
    """

    name: str
    year: str
    category: str
    backbone: tuple[str, ...]
    datasets: tuple[str, ...]
    tasks: tuple[str, ...]
    modality: tuple[str, ...]
    title: str
    arxiv_id: str
    source: str
    medical: bool
    derived: tuple[str, ...]
    entity: str


@dataclass(frozen=True, slots=True)
class ListedDataset:
    """A dataset as public lists have it; `aliases`, `modality` and `task` are lists."""

    name: str
    aliases: tuple[str, ...]
    modality: tuple[str, ...]
    task: tuple[str, ...]
    domain: str
    source: str
    entity: str


Listed = TypeVar("Listed", ListedModel, ListedDataset)

_LISTS = frozenset({"backbone", "datasets", "tasks", "modality", "derived", "aliases", "task"})


def listed_models(entity: str = "") -> list[ListedModel]:
    """The listed models, in the lists' order.

    Args:
        entity: a vocabulary id; only what is listed of it.
    """
    with _catalogue() as connection:
        return list(_rows(connection, ListedModel, "model", entity))


def listed_datasets(entity: str = "") -> list[ListedDataset]:
    """The listed datasets, in the lists' order; with `entity` only what is listed of it."""
    with _catalogue() as connection:
        return list(_rows(connection, ListedDataset, "dataset", entity))


@contextmanager
def _catalogue() -> Iterator[sqlite3.Connection]:
    # Immutable: a wheel may lie where no lock file can be written.
    with closing(sqlite3.connect(f"{PATH.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection


def _rows(connection: sqlite3.Connection, kind: type[Listed], table: str, entity: str) -> Iterator[Listed]:
    names = [field.name for field in fields(kind)]
    where = "WHERE entity = ?" if entity else "WHERE ? = ''"
    for row in connection.execute(f"SELECT {', '.join(names)} FROM {table} {where} ORDER BY id", (entity,)):
        yield kind(*(_value(name, value) for name, value in zip(names, row, strict=True)))


def _value(name: str, value: str) -> Any:
    if name == "medical":
        return value == "1"
    return tuple(filter(None, value.split(";"))) if name in _LISTS else value
