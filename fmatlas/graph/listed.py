"""What the bundled catalogue lists of known models, under the vocabulary's names: the `LISTED_WITH` edges."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from fmatlas.names import fold_name
from fmatlas.schema import catalogue
from fmatlas.schema.vocabulary import Vocabulary, load_vocabulary

# Types of what a model is listed with. A list's "backbone" is often another model, such as SAM.
_TYPES = {
    "backbone": ("backbone", "model"),
    "datasets": ("dataset",),
    "tasks": ("task",),
    "modality": ("modality",),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entity as the catalogue means it: its id in the vocabulary, or one of its own."""

    id: str
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What a public list, `source`, says of a model."""

    model: Entry
    value: Entry
    source: str


@lru_cache(maxsize=1)
def catalogue_version() -> str:
    """The version of the bundled catalogue: a hash of its file."""
    return hashlib.sha256(catalogue.PATH.read_bytes()).hexdigest()[:16]


@lru_cache(maxsize=1)
def read_listed() -> tuple[Listed, ...]:
    """Everything that the catalogue lists of models that have a name."""
    vocabulary = load_vocabulary()
    ids = {(alias.type, fold_name(alias.surface)): alias.entity for alias in vocabulary.aliases}
    listed = []
    for row in catalogue.listed_models():
        if row.entity not in vocabulary.entities:
            continue
        model = Entry(row.entity, "model", vocabulary.entities[row.entity].name)
        values = {
            "backbone": row.backbone,
            "datasets": row.datasets,
            "tasks": row.tasks,
            "modality": row.modality,
        }
        listed += [
            Listed(model, value, row.source)
            for column, written in values.items()
            for name in written
            if (value := _entry(name, _TYPES[column], ids, vocabulary)).id != model.id
        ]
    return tuple(dict.fromkeys(listed))


def _entry(
    name: str, types: tuple[str, ...], ids: dict[tuple[str, str], str], vocabulary: Vocabulary
) -> Entry:
    folded = fold_name(name)
    for type in types:
        id = ids.get((type, folded), "")
        if id in vocabulary.entities:
            return Entry(id, type, vocabulary.entities[id].name)
    return Entry(f"{types[0]}:catalogue:{folded}", types[0], name)
