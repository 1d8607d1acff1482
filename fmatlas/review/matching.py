"""When a found value is the coded one: same canonical entity, or equal names; backbones by family."""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fmatlas.schema.errors import UsageError

_DROPPED_WORD = re.compile(r"\b(?:dataset|datasets|benchmark|benchmarks|corpus|challenge|model|models)\b")
_DROPPED_SIGN = re.compile(r"[\s\-_‐-―−­]+")
_PARENTHESIS = re.compile(r"^(.+?)\s*\(([^()]+)\)\s*$")
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_SIZES = frozenset(
    [
        "tiny",
        "small",
        "base",
        "large",
        "huge",
        "giant",
        "mini",
        "nano",
        "micro",
        "medium",
        "big",
        "t",
        "s",
        "b",
        "l",
        "h",
        "g",
        "xs",
        "xl",
        "xxl",
        "m",
        "k",
        "x",
        "p",
        "px",
        "d",
        "cased",
        "uncased",
        "v",
        "ti",
        "so",
    ]
)
_FAMILY_NAMES = (
    (re.compile(r"vision transformers?|\bvits\b"), "vit"),
    (re.compile(r"swin ?transformers?|\bswin ?t\b|shifted window transformers?"), "swin"),
    (re.compile(r"residual networks?|\bresnets\b"), "resnet"),
    (re.compile(r"\bu ?nets?\b"), "unet"),
    (re.compile(r"wide ?resnets?"), "wrn"),
    (re.compile(r"variational auto ?encoders?"), "vae"),
    (re.compile(r"\b[23]d\b"), ""),
)


@dataclass(frozen=True, slots=True)
class Aliases:
    """Canonical key of each listed spelling, by (field, key of the spelling)."""

    canonical: Mapping[tuple[str, str], str]

    def keys(self, field: str, value: str) -> frozenset[str]:
        """All keys under which a value may be matched: itself, its long and its short form, canonical."""
        forms = [value]
        if both := _PARENTHESIS.match(value):
            forms += [both[1], both[2]]
        plain = {counting_key(form) for form in forms}
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
            rows = [(r["field"], counting_key(r["alias"]), counting_key(r["canonical"])) for r in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as CSV in UTF-8 ({error}).") from error
    return Aliases({(field, alias): canonical for field, alias, canonical in rows})


def counting_key(value: str) -> str:
    """A name without case, hyphens, spaces and generic words; digits and other signs stay.

    Example:
        >>> counting_key("MIMIC-CXR dataset") == counting_key("Mimic CXR")
        True
        >>> counting_key("ImageNet-1k") == counting_key("ImageNet-21k")
        False
    """
    text = unicodedata.normalize("NFKC", value).casefold()
    bare = _DROPPED_SIGN.sub("", _DROPPED_WORD.sub(" ", text))
    return bare or _DROPPED_SIGN.sub("", text)


def backbone_family(value: str) -> str:
    """An architecture's family: its name without sizes, versions and patch sizes.

    Example:
        >>> backbone_family("ViT-B/16"), backbone_family("Vision Transformer"), backbone_family("bert-base-uncased")
        ('vit', 'vit', 'bert')
    """
    text = re.sub(r"[\s\-_/‐-―−]+", " ", unicodedata.normalize("NFKC", value).casefold()).strip()
    for pattern, name in _FAMILY_NAMES:
        text = pattern.sub(name, text)
    pieces = _PIECE.findall(text)
    if not pieces:
        return text
    first = next((i for i, piece in enumerate(pieces) if piece.isalpha()), 0)
    kept = pieces[first] if len(pieces[first]) > 1 else "".join(pieces[first : first + 2])
    skip = first + (1 if len(pieces[first]) > 1 else 2)
    return kept + "".join(p for p in pieces[skip:] if p.isalpha() and p not in _SIZES)


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
