"""One entity for all spellings of a thing, over all reports: a pure function of candidates, vocabulary and
decisions.

A name that the vocabulary knows is its entity. Any other is an entity of its own for each type and folded
surface,
so the same new name in two reports is one thing, and no two things that are written differently become one
by guess.
Persons merge and split on top of that.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fmatlas.schema.fields import entity_type
from fmatlas.schema.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Seen:
    """A name that needs an entity: the report, field, folded surface, as written, and its id in the
    vocabulary or ''."""

    report: str
    field: str
    surface: str
    written: str
    entity: str
    n: int = 1


@dataclass(frozen=True, slots=True)
class Named:
    """What naming comes to.

    Attributes:
        entities: canonical name by id.
        origins: `vocabulary`, `user` or `found` by id.
        of: the entity of each (report, field, surface).
        aliases: entity by (type, surface, scope); scope is empty where the surface means one thing
        everywhere,
            else the report.
    """

    entities: dict[str, str]
    origins: dict[str, str]
    of: dict[tuple[str, str, str], str]
    aliases: dict[tuple[str, str, str], str]


def name_all(
    seen: Iterable[Seen],
    vocabulary: Vocabulary,
    merges: Mapping[str, str] | None = None,
    splits: Mapping[tuple[str, str], str] | None = None,
) -> Named:
    """Give every name its entity.

    Args:
        seen: all names of all reports, in any order.
        vocabulary: what is known.
        merges: entity to entity, as persons said.
        splits: (type, folded surface) that is a thing of its own, and the name that a person gave it.
    """
    merges, splits = merges or {}, splits or {}
    of: dict[tuple[str, str, str], str] = {}
    written: dict[str, Counter[str]] = defaultdict(Counter)
    given: dict[str, str] = {}
    meanings: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for name in sorted(seen, key=lambda s: (s.report, s.field, s.surface)):
        kind = entity_type(name.field)
        if (kind, name.surface) in splits:
            entity = f"{kind}:{name.surface}"
            given[entity] = splits[kind, name.surface]
        else:
            entity = name.entity or f"{kind}:{name.surface}"
            entity = merges.get(entity, entity)
        of[name.report, name.field, name.surface] = entity
        written[entity][name.written] += name.n
        meanings[kind, name.surface].setdefault(name.report, entity)
    entities: dict[str, str] = {}
    origins: dict[str, str] = {}
    for entity in sorted(written):
        known = vocabulary.entities.get(entity)
        forms = written[entity]
        entities[entity] = (
            given.get(entity)
            or (known.name if known else "")
            or min(forms, key=lambda form: (-forms[form], -len(form), form))
        )
        origins[entity] = "user" if entity in given else "vocabulary" if known else "found"
    aliases: dict[tuple[str, str, str], str] = {}
    for (kind, surface), by_report in meanings.items():
        if len(set(by_report.values())) == 1:
            aliases[kind, surface, ""] = next(iter(by_report.values()))
        else:
            aliases.update(((kind, surface, report), entity) for report, entity in by_report.items())
    return Named(entities, origins, of, aliases)
