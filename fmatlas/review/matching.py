"""When a found value is the coded one: same canonical entity, or equal names; backbones by family."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fmatlas.names import backbone_family, comparison_key
from fmatlas.schema.errors import UsageError

_PARENTHESIS = re.compile(r"^(.+?)\s*\(([^()]+)\)\s*$")


@dataclass(frozen=True, slots=True)
class Aliases:
    """Canonical key of each listed spelling, by (field, key of the spelling)."""

    canonical: Mapping[tuple[str, str], str]

    def keys(self, field: str, value: str) -> frozenset[str]:
        """All keys under which a value may be matched: itself, its long and its short form, canonical."""
        forms = [value]
        if both := _PARENTHESIS.match(value):
            forms += [both[1], both[2]]
        plain = {comparison_key(form) for form in forms}
        return frozenset(self.canonical.get((field, key), key) for key in plain if key)


@dataclass(frozen=True, slots=True)
class Match:
    """Indices: pairs of a coded value with all found spellings of it, found only, coded only."""

    hits: tuple[tuple[int, tuple[int, ...]], ...]
    extra: tuple[int, ...]
    missing: tuple[int, ...]


def read_aliases(path: Path) -> Aliases:
    """Read a table `field,canonical,alias`.

    Raises:
        UsageError: the file cannot be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = {"field", "canonical", "alias"} - set(reader.fieldnames or ())
            if missing:
                raise UsageError(f"{path}: column {', '.join(sorted(missing))} is missing.")
            rows = [(r["field"], comparison_key(r["alias"]), comparison_key(r["canonical"])) for r in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as CSV in UTF-8 ({error}).") from error
    return Aliases({(field, alias): canonical for field, alias, canonical in rows})


def match_values(field: str, coded: Sequence[str], found: Sequence[str], aliases: Aliases) -> Match:
    """Pair found with coded values of one paper and field; each distinct value counts once.

    Values that repeat (one for each role) and spellings of one entity are one value. Equal names are paired
    first; what is left of backbones is then paired by family, in order.
    """
    gold = _distinct([aliases.keys(field, value) for value in coded])
    have = _distinct([aliases.keys(field, value) for value in found])
    pairs: list[tuple[int, tuple[int, ...]]] = []
    for keys, indices in list(gold):
        for other in have:
            if keys & other[0]:
                pairs.append((indices[0], tuple(other[1])))
                have.remove(other)
                gold.remove((keys, indices))
                break
    if field == "backbone":
        for keys, indices in list(gold):
            families = {backbone_family(coded[i]) for i in indices}
            for other in have:
                if families & {backbone_family(found[i]) for i in other[1]}:
                    pairs.append((indices[0], tuple(other[1])))
                    have.remove(other)
                    gold.remove((keys, indices))
                    break
    return Match(tuple(pairs), tuple(h[1][0] for h in have), tuple(g[1][0] for g in gold))


def _distinct(keyed: Sequence[frozenset[str]]) -> list[tuple[frozenset[str], list[int]]]:
    groups: list[tuple[frozenset[str], list[int]]] = []
    for index, keys in enumerate(keyed):
        for at, (known, indices) in enumerate(groups):
            if known & keys:
                groups[at] = (known | keys, [*indices, index])
                break
        else:
            groups.append((keys, [index]))
    return groups
