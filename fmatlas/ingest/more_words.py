"""Further fields that are found by words: anatomy, metrics, dimension, in-house data, study type.

The words are data: `fmatlas/schema/data/more.csv`.
"""

import csv
import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from fmatlas.ingest.readable import Whereabouts
from fmatlas.ingest.suggestion import Suggestion
from fmatlas.names import Folded, Matcher
from fmatlas.schema.reading import Reading
from fmatlas.schema.vocabulary import BUNDLED

MOST = 10

# Where a study speaks of others or of what might be, a word says little of its own experiments.
ELSEWHERE = frozenset({"introduction", "related work", "discussion", "conclusion", "acknowledgements"})

# How often a report of twelve pages says the words of a dimension if its model takes it in.
_OFTEN = {"3D": 12, "video": 12, "whole slide": 6, "signal": 14, "text": 30, "2D": 25}


class _Wording(NamedTuple):
    value: str
    pattern: re.Pattern[str]
    weight: float


@lru_cache(maxsize=16)
def _rows(field: str) -> tuple[dict[str, str], ...]:
    with (BUNDLED / "more.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(row for row in csv.DictReader(lines) if row["field"] == field)


@lru_cache(maxsize=16)
def _matcher(field: str) -> Matcher[str]:
    return Matcher((row["cue"], row["value"], row["kind"] == "exact") for row in _rows(field))


@lru_cache(maxsize=16)
def _wordings(field: str) -> tuple[_Wording, ...]:
    return tuple(
        _Wording(row["value"], re.compile(row["cue"], re.IGNORECASE), float(row["weight"]))
        for row in _rows(field)
    )


def find_anatomy(reading: Reading, text: Folded, where: Whereabouts) -> list[Suggestion]:
    """Organs and regions that the experiments are about: those named often, or in title or abstract."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    weights: dict[str, float] = defaultdict(float)
    for start, end, value in _matcher("anatomy").find(text):
        section = where.section(start)
        places[value].append((start, end))
        weights[value] += {"front": 6.0, "abstract": 4.0}.get(section, 0.3 if section in ELSEWHERE else 1.0)
    top = max(weights.values(), default=0.0)
    # A study of something else names organs in passing.
    if top < 0.3 * len(reading.pages):
        return []
    chosen = [value for value in weights if weights[value] >= max(4.0, 0.3 * top)]
    return [
        Suggestion("anatomy", value, _best(places[value], where))
        for value in sorted(chosen, key=lambda value: (-weights[value], value))
    ][:MOST]


def find_metrics(text: Folded, where: Whereabouts) -> list[Suggestion]:
    """Measures that stand in tables and their captions, the most used first."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    weights: dict[str, float] = defaultdict(float)
    for start, end, value in _matcher("metric").find(text):
        places[value].append((start, end))
        if where.kind(start) in ("table", "caption"):
            weights[value] += 4.0
        elif where.section(start) in ("results", "experiments", "abstract"):
            weights[value] += 1.0
    chosen = [value for value, weight in weights.items() if weight >= 5.0]
    return [
        Suggestion("metric", value, _best(places[value], where, ("table", "caption")))
        for value in sorted(chosen, key=lambda value: (-weights[value], value))
    ][:MOST]


def find_dimensions(reading: Reading, text: str, where: Whereabouts) -> list[Suggestion]:
    """What the model takes in: each dimension that the report speaks of much, for its length."""
    length = min(len(reading.pages), 12) / 12
    found = []
    for value, pattern, _ in _wordings("dimension"):
        places = [m.span() for m in pattern.finditer(text) if where.section(m.start()) not in ELSEWHERE]
        if places and len(places) >= _OFTEN[value] * length:
            found.append(Suggestion("dimension", value, _best(places, where)))
    return found


def find_in_house(text: str, where: Whereabouts) -> list[Suggestion]:
    """`yes` where the text speaks twice of data of the authors' own institutions; else nothing."""
    places = [
        match.span()
        for _, pattern, _ in _wordings("in_house")
        for match in pattern.finditer(text)
        if where.section(match.start()) not in ELSEWHERE - {"acknowledgements"}
    ]
    return [Suggestion("in_house", "yes", tuple(sorted(places)[:3]))] if len(places) >= 2 else []


def find_study_type(reading: Reading, text: str) -> list[Suggestion]:
    """The one type that title and abstract speak for most; a new model where nothing is said."""
    titles = [(line.start, line.end) for line in reading.lines if line.kind == "title"]
    abstracts = [(s.start, s.end) for s in reading.sections if s.type == "abstract"][:1] or [(0, 2500)]
    sums: dict[str, float] = defaultdict(float, {"new model": 1.0})
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for part, spans in (("title", titles), ("abstract", abstracts)):
        for value, pattern, weight in _wordings(f"study_type {part}"):
            seen = [m.span() for start, end in spans for m in pattern.finditer(text, start, end)]
            places[value] += seen
            sums[value] += weight * min(len(seen), 3)
    best = max(sorted(sums), key=lambda value: sums[value])
    return [Suggestion("study_type", best, tuple((places[best] or titles)[:3]))]


def _best(
    places: list[tuple[int, int]], where: Whereabouts, kinds: tuple[str, ...] = ("body", "caption")
) -> tuple[tuple[int, int], ...]:
    """The three places that show a value best: of these kinds first, outside the introduction first."""

    def rank(place: tuple[int, int]) -> tuple[bool, bool, int]:
        return where.kind(place[0]) not in kinds, where.section(place[0]) in ELSEWHERE, place[0]

    return tuple(sorted(places, key=rank)[:3])
