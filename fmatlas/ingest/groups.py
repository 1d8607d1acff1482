"""The names of one report, gathered: all spellings of one thing together, with all their places.

Spellings that differ in case, hyphens, spaces, a plural s or a word such as dataset are one; so are an
abbreviation and its long form where the paper defines it, and spellings that the vocabulary gives to one
entity.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
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

    def written(self, canonical: str = "") -> str:
        """The form that stands for the name.

        The canonical name where the report writes it so anywhere; else the form used most often, of equals
        the longer
        and then the first, and one of two letters only if there is no other.
        """
        if canonical:
            same = [form for form in self.forms if comparison_key(form) == comparison_key(canonical)]
            if same:
                return min(same, key=lambda f: (-self.forms[f], f))
        return min(self.forms, key=lambda f: (len(f) < 3, -self.forms[f], -len(f), f))


def gather(
    text: str,
    spans: Iterable[tuple[int, int]],
    lookup: Lookup,
    long_forms: Mapping[str, tuple[str, ...]],
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
    into |= _abbreviated(groups, long_forms, into)
    for group in groups.values():
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
        group.places = _outer(places[key])
    return [groups[key] for key in sorted(groups)]


def _outer(places: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places in order, without those inside another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda p: (p[0], -p[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def name_key(written: str) -> str:
    """The folded form under which a name is grouped within a report."""
    return comparison_key(_POSSESSIVE.sub("", written))


def _plurals(groups: dict[str, Group]) -> dict[str, str]:
    return {key: key[:-1] for key in groups if key.endswith("s") and len(key) > 3 and key[:-1] in groups}


def _abbreviated(
    groups: dict[str, Group], long_forms: Mapping[str, tuple[str, ...]], into: dict[str, str]
) -> dict[str, str]:
    merged: dict[str, str] = {}
    for short, longs in long_forms.items():
        short_key = name_key(short)
        if short_key not in groups:
            continue
        groups[short_key].long = groups[short_key].long or longs[0]
        for long_key in map(name_key, longs):
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
