"""The names of one report, gathered: all spellings of one thing together, with all their places.

Spellings that differ in case, hyphens, spaces, a plural s or a word such as dataset are one; so are an
abbreviation and its long form where the paper defines it, and spellings that the vocabulary gives to one entity.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from fmatlas.ingest.lookup import Hit, Lookup
from fmatlas.names import comparison_key

_POSSESSIVE = re.compile(r"[’']s?$")


@dataclass(slots=True)
class Group:
    """All spellings of one thing in one report.

    Attributes:
        key: the folded form that stands for it: that of the form written most often.
        forms: how often it is written in which way.
        places: spans, in order, without repeats.
        hits: what the vocabulary knows under any of the forms, by type.
        long: long form of an abbreviation that the paper defines, else empty.
    """

    key: str
    forms: Counter[str] = field(default_factory=Counter)
    places: list[tuple[int, int]] = field(default_factory=list)
    hits: dict[str, Hit] = field(default_factory=dict)
    long: str = ""

    @property
    def written(self) -> str:
        """The form used most often, the longer and then the alphabetically first one of equals."""
        return min(self.forms, key=lambda f: (-self.forms[f], -len(f), f))


def gather(
    text: str,
    spans: Iterable[tuple[int, int]],
    lookup: Lookup,
    abbreviations: dict[str, tuple[str, tuple[int, int]]],
) -> list[Group]:
    """Group spans of names by what they name; groups in order of key."""
    groups: dict[str, Group] = {}
    places: dict[str, set[tuple[int, int]]] = defaultdict(set)
    known: dict[str, str] = {}
    for start, end in spans:
        written = text[start:end]
        key = known.get(written)
        if key is None:
            key = known[written] = name_key(written)
        if not key:
            continue
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(key)
        if (start, end) not in places[key]:
            places[key].add((start, end))
            group.forms[" ".join(_POSSESSIVE.sub("", written).split())] += 1
    into = _plurals(groups)
    into |= _abbreviated(groups, abbreviations, into)
    for key, group in groups.items():
        for form in group.forms:
            for hit in lookup.named(form):
                group.hits.setdefault(hit.type, hit)
    into |= _same_entity(groups, into)
    for key in sorted(into):
        target = _end(into, key)
        if target == key or target not in groups or key not in groups:
            continue
        groups[target].forms.update(groups[key].forms)
        places[target] |= places[key]
        for type_, hit in groups[key].hits.items():
            groups[target].hits.setdefault(type_, hit)
        groups[target].long = groups[target].long or groups[key].long
        del groups[key]
    for key, group in groups.items():
        group.places = sorted(places[key])
    return [groups[key] for key in sorted(groups)]


def name_key(written: str) -> str:
    """The folded form under which a name is grouped within a report."""
    return comparison_key(_POSSESSIVE.sub("", written))


def _plurals(groups: dict[str, Group]) -> dict[str, str]:
    return {key: key[:-1] for key in groups if key.endswith("s") and len(key) > 3 and key[:-1] in groups}


def _abbreviated(
    groups: dict[str, Group], abbreviations: dict[str, tuple[str, tuple[int, int]]], into: dict[str, str]
) -> dict[str, str]:
    merged: dict[str, str] = {}
    for short, (long, _) in abbreviations.items():
        short_key, long_key = name_key(short), name_key(long)
        if short_key in groups:
            groups[short_key].long = groups[short_key].long or long
            if long_key in groups and long_key != short_key and long_key not in into:
                merged[long_key] = short_key
    return merged


def _same_entity(groups: dict[str, Group], into: dict[str, str]) -> dict[str, str]:
    """Groups that the vocabulary gives to one entity, merged into the one written most often."""
    by_entity: dict[str, list[str]] = defaultdict(list)
    for key, group in groups.items():
        for hit in group.hits.values():
            if hit.type in ("dataset", "model", "backbone") and not hit.ambiguous:
                by_entity[hit.entity].append(key)
    merged: dict[str, str] = {}
    for keys in by_entity.values():
        ordered = sorted(set(keys), key=lambda k: (-sum(groups[k].forms.values()), k))
        for key in ordered[1:]:
            if key not in into and key not in merged and ordered[0] not in merged:
                merged[key] = ordered[0]
    return merged


def _end(into: dict[str, str], key: str) -> str:
    seen = {key}
    while key in into and into[key] not in seen:
        key = into[key]
        seen.add(key)
    return key
