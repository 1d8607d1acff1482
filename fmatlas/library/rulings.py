"""What all decisions come to under today's names of studies and entities.

`resolve` is a pure function; it runs anew whenever names change, so a decision survives re-reading, merges
and a new vocabulary.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from fmatlas.library.decisions import RULING_ROUNDS, entity_merges, in_force
from fmatlas.names import fold_name
from fmatlas.schema.facts import Decision, Evidence
from fmatlas.schema.fields import entity_type


@dataclass(frozen=True, slots=True)
class Ruling:
    """What decisions come to for one fact: `accept` or `reject`.

    `recheck`: the quote it rests on is in no report of the study any more. `conflict`: decisions that were
    made of different things, which are one thing today, disagree; such a ruling states nothing until one is
    undone. `sides` numbers the decisions that count, the latest of each thing.
    """

    study: str
    field: str
    entity: str
    role: str
    verdict: str
    seq: int
    person: str
    quote: str = ""
    page: int = 0
    report: str = ""
    start: int = 0
    end: int = 0
    evidence: str = ""
    recheck: bool = False
    conflict: bool = False
    sides: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldRuling:
    """What a person said of a whole field of a study: `status` `reported` with a value, or another status."""

    study: str
    field: str
    status: str
    value: str
    seq: int
    person: str
    quote: str = ""
    page: int = 0
    evidence: str = ""
    recheck: bool = False
    conflict: bool = False
    sides: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """All rulings, and the entities (id, type, name) that only persons know.

    `homeless` numbers the decisions whose study is not in the library, or that reject what nothing names
    today.
    """

    rulings: tuple[Ruling, ...]
    fields: tuple[FieldRuling, ...]
    new_entities: tuple[tuple[str, str, str], ...]
    homeless: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """One side of a fact decision, under today's names; `thing` is what the decision itself was made of."""

    key: tuple[str, str, str, str]
    thing: tuple[str, ...]
    verdict: str
    decision: Decision


def resolve(
    decisions: Iterable[Decision],
    study_of: Mapping[str, str],
    entity_of: Callable[[str, str, str], str | None],
    known: Mapping[str, str],
    locate: Callable[[str, str], Evidence | None],
) -> Resolved:
    """Bring all decisions to today's names.

    Args:
        decisions: all of them, in any order.
        study_of: from every study key to the id of its study today.
        entity_of: from (type, folded surface, study) to the id of the entity that this names there today.
        known: from the id of every entity of today to its type.
        locate: from (study, quote) to the place of the quote in a report of the study, None where it is gone.

    Returns:
        Rulings by study, field, entity and role. The latest decision of a thing counts. Two things that have
        become one since, with different verdicts, make a conflict.
    """
    decisions = list(decisions)
    active = [d for d in in_force(decisions) if d.round in RULING_ROUNDS]
    merged = entity_merges(decisions)
    new: dict[str, tuple[str, str]] = {}
    homeless: list[int] = []

    def name(kind: str, entity: str, surface: str, study: str, written: str) -> str:
        """The id today of what is pointed at; a `written` name that nothing has becomes an entity."""
        if entity:
            entity = merged.get(entity, entity)
            if known.get(entity) == kind:
                return entity
        surface = surface or fold_name(written)
        found = entity_of(kind, surface, study) if surface else None
        if found:
            return merged.get(found, found)
        if not written:
            return ""
        made = merged.get(f"{kind}:{surface}", f"{kind}:{surface}")
        if made not in known:
            new.setdefault(made, (kind, written))
        return made

    said: list[_Said] = []
    spoken: dict[tuple[str, str], list[Decision]] = {}
    for d in active:
        if d.kind not in ("fact", "field"):
            continue
        study = study_of.get(d.study_key)
        if study is None:
            homeless.append(d.seq)
        elif d.kind == "field":
            spoken.setdefault((study, d.field), []).append(d)
        else:
            kind = entity_type(d.field)
            written = "" if d.verdict in ("reject", "correct") else d.value or d.surface
            entity = name(kind, d.entity, d.surface, study, written)
            thing = (d.study_key, d.entity or d.surface or fold_name(d.value))
            if entity:
                verdict = "reject" if d.verdict in ("reject", "correct") else "accept"
                said.append(_Said((study, d.field, entity, d.role), (*thing, d.role), verdict, d))
            if d.verdict == "correct" and d.value.startswith("role="):
                role = d.value[5:]
                if entity:
                    said.append(_Said((study, d.field, entity, role), (*thing, role), "accept", d))
            elif d.verdict == "correct":
                right = name(kind, "", fold_name(d.value), study, d.value)
                right_thing = (d.study_key, fold_name(d.value), d.role)
                said.append(_Said((study, d.field, right, d.role), right_thing, "accept", d))
            if not entity:
                homeless.append(d.seq)

    grouped: dict[tuple[str, str, str, str], list[_Said]] = {}
    for item in said:
        grouped.setdefault(item.key, []).append(item)
    return Resolved(
        rulings=tuple(_ruling(key, grouped[key], locate) for key in sorted(grouped)),
        fields=tuple(_field_ruling(key, spoken[key], locate) for key in sorted(spoken)),
        new_entities=tuple((entity, *new[entity]) for entity in sorted(new)),
        homeless=tuple(sorted(homeless)),
    )


def _ruling(
    key: tuple[str, str, str, str], said: list[_Said], locate: Callable[[str, str], Evidence | None]
) -> Ruling:
    latest = {item.thing: item for item in said}
    last = said[-1]
    d = last.decision
    place = locate(key[0], d.quote) if d.quote else None
    return Ruling(
        *key,
        verdict=last.verdict,
        seq=d.seq,
        person=d.person,
        quote=place.quote if place else d.quote,
        page=place.page if place else 0,
        report=place.report if place else "",
        start=place.start if place else 0,
        end=place.end if place else 0,
        evidence=d.evidence or ("text" if place else ""),
        recheck=_gone(d, place),
        conflict=len({item.verdict for item in latest.values()}) > 1,
        sides=tuple(sorted(item.decision.seq for item in latest.values())),
    )


def _field_ruling(
    key: tuple[str, str], said: list[Decision], locate: Callable[[str, str], Evidence | None]
) -> FieldRuling:
    latest = {d.study_key: d for d in said}
    d = said[-1]
    place = locate(key[0], d.quote) if d.quote else None
    return FieldRuling(
        *key,
        status="reported" if d.verdict == "accept" else d.verdict,
        value=d.value if d.verdict == "accept" else "",
        seq=d.seq,
        person=d.person,
        quote=place.quote if place else d.quote,
        page=place.page if place else 0,
        evidence=d.evidence or ("text" if place else ""),
        recheck=_gone(d, place),
        conflict=len({(item.verdict, item.value) for item in latest.values()}) > 1,
        sides=tuple(sorted(item.seq for item in latest.values())),
    )


def _gone(decision: Decision, place: Evidence | None) -> bool:
    return bool(decision.quote) and place is None and decision.evidence in ("", "text")
