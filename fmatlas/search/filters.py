"""Which studies a search is about: filters over what the library states, applied before ranking."""

from collections.abc import Iterable
from dataclasses import dataclass

from fmatlas.library import Library
from fmatlas.library.lookup import entities_below, find_study, need_entities
from fmatlas.schema.errors import UsageError
from fmatlas.schema.fields import CATEGORIES, ENTITY_FIELDS, FIELD, entity_type


@dataclass(frozen=True, slots=True)
class Filters:
    """All that are set must hold; without any, every study is searched.

    Attributes:
        first_year: not before this year.
        last_year: not after this year.
        categories: one of these categories.
        facts: (field, role, name): the study has this fact, or one of a kind, version or part of it; the role
            is empty for any.
        studies: one of these studies, as a user names them.
    """

    first_year: int | None = None
    last_year: int | None = None
    categories: tuple[str, ...] = ()
    facts: tuple[tuple[str, str, str], ...] = ()
    studies: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()


def parse_filters(texts: Iterable[str]) -> Filters:
    """Filters as they are written on the command line.

    Args:
        texts: `year=2023`, `year=2021-2023`, `category=VLFM`, `study=KEY`, `dataset=MIMIC-CXR` or any other
            entity field, `dataset:pretrain=MIMIC-CXR` for one role.

    Raises:
        UsageError: one that is none of these; the message lists what there is.

    Example:
        >>> parse_filters(["year=2021-2023", "dataset:eval=BraTS"])
        Filters(first_year=2021, last_year=2023, categories=(), facts=(('dataset', 'eval', 'BraTS'),),
        studies=())
    """
    years: tuple[int | None, int | None] = (None, None)
    categories: list[str] = []
    facts: list[tuple[str, str, str]] = []
    studies: list[str] = []
    for text in texts:
        key, equals, value = (part.strip() for part in text.partition("="))
        field, _, role = key.partition(":")
        if not equals or not value:
            raise UsageError(
                f"{text!r} is no filter; write FIELD=VALUE, such as year=2021-2023 or dataset=COCO."
            )
        if key == "year":
            years = _years(value)
        elif key == "category":
            if value not in CATEGORIES:
                raise UsageError(
                    f"There is no category {value!r}; the categories are {', '.join(CATEGORIES)}."
                )
            categories.append(value)
        elif key == "study":
            studies.append(value)
        elif field in ENTITY_FIELDS and (not role or role in FIELD[field].roles):
            facts.append((field, role, value))
        else:
            known = ", ".join(("year", "category", "study", *ENTITY_FIELDS))
            raise UsageError(f"Nothing can be filtered by {key!r}; it can by {known}.")
    return Filters(*years, tuple(categories), tuple(facts), tuple(studies))


def _years(text: str) -> tuple[int | None, int | None]:
    first, dash, last = (part.strip() for part in text.replace("..", "-").partition("-"))
    try:
        if not dash:
            return int(first), int(first)
        return (int(first) if first else None), (int(last) if last else None)
    except ValueError:
        raise UsageError(f"year={text} is no year; write year=2023, year=2021-2023 or year=2021-.") from None


def matching_studies(library: Library, filters: Filters) -> list[str] | None:
    """The ids of the studies for which all filters hold, in order; None where no filter is set.

    Raises:
        UsageError: a name that no entity, or no study, of the library has; the message names the closest.
    """
    if not filters:
        return None
    db = library.connection
    found = set(library.studies())
    if filters.first_year is not None or filters.last_year is not None:
        rows = db.execute("SELECT study, value FROM study_metadata WHERE field = 'year'")
        first, last = filters.first_year or 0, filters.last_year or 9999
        found &= {study for study, year in rows if year.isdecimal() and first <= int(year) <= last}
    if filters.categories:
        rows = db.execute("SELECT study, value FROM study_metadata WHERE field = 'category'")
        found &= {study for study, category in rows if category in filters.categories}
    for field, role, name in filters.facts:
        entities = set(entities_below(db, need_entities(db, entity_type(field), name)))
        rows = db.execute("SELECT study, entity, role FROM fact_now WHERE field = ?", (field,))
        found &= {study for study, entity, has in rows if entity in entities and (not role or has == role)}
    if filters.studies:
        found &= {find_study(db, study) for study in filters.studies}
    return sorted(found)
