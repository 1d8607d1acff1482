"""Names: fold them, find thousands of them in a text with the original offsets, reduce them to families.

Papers write one name in many ways: `ViT‑B/16` with any hyphen, `nnUNet`, `nnU-Net`, `MIMIC CXR`, `COCO2017`.
Folding drops what they differ in (case, hyphens, spaces, compatibility forms such as ligatures) and keeps
where every character came from, and where a name may begin and end: never inside a word.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

Key = TypeVar("Key")

# A run of letters and digits, or one other sign that is neither space nor hyphen. Line ends and tabs are
# kept: they part paragraphs and table cells, and no name crosses them.
_TOKEN = re.compile(r"[^\W_]+|[\n\t]|[^\w\s]")
_DROPPED = frozenset(
    "-_\u00ad\u058a\u200b\u200c\u200d\u2060\ufeff\ufffe\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043"
)
_FINAL_DIGITS = re.compile(r"(?<=[^\W\d_])\d+$")

# Names are looked up by their first characters; shorter ones by themselves.
_PREFIX = 4

# Words that say what kind of thing a name is; CODING.md drops them before names are compared.
_KIND_WORDS = re.compile(
    r"\b(?:datasets?|data sets?|benchmarks?|corpus|corpora|challenges?|models?)\b", re.IGNORECASE
)
# What an architecture's name may carry beside its family: size, patch, case, version.
_SIZE = re.compile(
    r"tiny|small|base|large|huge|giant|mini|nano|micro|medium|big|[tsblhgmkxpdv]|xs|xl|xxl|px|ti|so|(?:un)?cased"
)
_FAMILY_SIGNS = re.compile(r"[\s\-_/\u2010-\u2015\u2212]+")
_FAMILY_PIECE = re.compile(r"[^\W\d_]+|\d+")
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
class Folded:
    """A text with case, hyphens and spaces out, and the way back.

    Attributes:
        text: the folded text; `cased` is the same, character by character, with case kept.
        offsets: for each folded character the offset of the original character that it came from.
        starts: the folded positions where a name may begin, in order.
        ends: 1 at each folded position (one past its last character) where a name may end.
    """

    text: str
    cased: str
    offsets: array
    starts: array
    ends: bytearray

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original half-open span of the folded span `start`..`end`."""
        return self.offsets[start], self.offsets[end - 1] + 1


class Match(NamedTuple, Generic[Key]):
    """A name found: its half-open span in the original text, and the key that it was entered with."""

    start: int
    end: int
    key: Key


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """The compatibility form of one character, stable when repeated; empty for hyphens and unseen ones."""
    if char == "×":
        return "x"
    return "".join(c for c in unicodedata.normalize("NFKC", char) if c not in _DROPPED and not c.isspace())


def _lower(text: str) -> str:
    """Lower case that keeps the number of characters."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def fold(text: str) -> Folded:
    """Fold a text of any length; linear in it.

    Example:
        >>> folded = fold("the nnU‑Net of")
        >>> folded.text, folded.span(3, 9)
        ('thennunetof', (4, 11))
    """
    cased: list[str] = []
    offsets, starts, borders = array("l"), array("l"), array("l")
    at = 0
    for token in _TOKEN.finditer(text):
        word = token[0]
        start = token.start()
        if word.isascii():
            if word == "-":
                continue
            offsets.extend(range(start, start + len(word)))
        else:
            plains = [_plain(char) for char in word]
            offsets.extend(start + i for i, plain in enumerate(plains) for _ in plain)
            word = "".join(plains)
            if not word:
                continue
        cased.append(word)
        starts.append(at)
        if word[-1].isdigit() and (digits := _FINAL_DIGITS.search(word)):
            borders.append(at + digits.start())
        at += len(word)
        borders.append(at)
    ends = bytearray(at + 2)
    for border in borders:
        ends[border] = 1
    joined = "".join(cased)
    return Folded(_lower(joined), joined, offsets, starts, ends)


@lru_cache(maxsize=65536)
def fold_name(name: str) -> str:
    """The folded form of a name, which is its key wherever names are grouped.

    Example:
        >>> fold_name("ViT-B/16"), fold_name("MIMIC CXR")
        ('vitb/16', 'mimiccxr')
    """
    return fold(name).text


class Matcher(Generic[Key]):
    """Finds many names at once: for each place the longest name, shorter ones that it overlaps are dropped.

    A name begins and ends at a word's border, never inside a word: `SAM` is not in `sample` or `MedSAM`. A
    final number may follow it (`COCO2017`) and a plural s (`CXRs`). What stands beside it after a hyphen is
    the caller's to judge, see `whole_word`: `CLIP` is found in `CLIP-ViL` where that is no name of its own.

    Args:
        names: (name as written, key, whether case must be as written). All keys of one name are found.

    Example:
        >>> Matcher([("nnU-Net", "a", False), ("SAM", "b", True)]).find("nnUNet beats a sample, not SAM.")
        [Match(start=0, end=6, key='a'), Match(start=27, end=30, key='b')]
    """

    __slots__ = ("_lengths", "_names")

    def __init__(self, names: Iterable[tuple[str, Key, bool]]) -> None:
        self._names: dict[str, list[tuple[str, Key]]] = {}
        lengths: dict[str, set[int]] = {}
        for name, key, exact in names:
            folded = fold(name)
            if not folded.text:
                continue
            entry = (folded.cased if exact else "", key)
            keys = self._names.setdefault(folded.text, [])
            if entry not in keys:
                keys.append(entry)
            lengths.setdefault(folded.text[:_PREFIX], set()).add(len(folded.text))
        self._lengths = {prefix: sorted(found, reverse=True) for prefix, found in lengths.items()}

    def find(self, text: str | Folded) -> list[Match[Key]]:
        """The longest name at each place, in order of place.

        Args:
            text: the text, or the same folded before, which several matchers can share.
        """
        return longest(self.find_all(text))

    def find_all(self, text: str | Folded) -> list[Match[Key]]:
        """All names at all places, those inside longer ones too, in order of their beginnings."""
        folded = fold(text) if isinstance(text, str) else text
        matches: list[Match[Key]] = []
        # Padded, so that a short name at the very end is not taken for a prefix.
        words, lengths, ends = folded.text + "\0" * _PREFIX, self._lengths, folded.ends
        for start in folded.starts:
            known = lengths.get(words[start : start + _PREFIX])
            if known:
                self._add(matches, folded, start, known)
            # Shorter names stand under themselves and fill the words that they are found in.
            if 1 in ends[start + 1 : start + _PREFIX + 1]:
                for size in range(1, _PREFIX):
                    if words[start : start + size] in lengths:
                        self._add(matches, folded, start, (size,))
        return matches

    def _add(self, matches: list[Match[Key]], folded: Folded, start: int, lengths: Iterable[int]) -> None:
        """Add the names of these lengths that stand at `start`."""
        for length in lengths:
            end = start + length
            names = self._names.get(folded.text[start:end]) if end <= len(folded.text) else None
            if names and _may_end(folded, end, length):
                span = folded.span(start, end)
                for cased, key in names:
                    if not cased or cased == folded.cased[start:end]:
                        matches.append(Match(*span, key))


def _may_end(folded: Folded, end: int, length: int) -> bool:
    """Whether a name of so many characters may end here: at a border, or before a plural s at one."""
    if folded.ends[end]:
        return True
    return (
        length > 1
        and folded.cased[end : end + 1] == "s"
        and folded.ends[end + 1] == 1
        and folded.text[end - 1].isalpha()
    )


def longest(matches: Iterable[Match[Key]]) -> list[Match[Key]]:
    """Keep the longest of matches that overlap, the first of equally long ones; all keys of one span stay."""
    spans: dict[tuple[int, int], list[Match[Key]]] = {}
    for match in matches:
        spans.setdefault((match.start, match.end), []).append(match)
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        while kept and start < kept[-1][1] and end - start > kept[-1][1] - kept[-1][0]:
            kept.pop()
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return [match for span in kept for match in spans[span]]


def whole_word(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of everything that is joined to a name without a space, closing punctuation left off.

    Example:
        >>> whole_word("of CLIP-ViL, which", 3, 7)
        (3, 11)
    """
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in "([{\"'“‘,;":
        start -= 1
    while end < len(text) and not text[end].isspace() and text[end] not in ")]}\"'”’,;":
        end += 1
    while end > start and text[end - 1] in ".:!?":
        end -= 1
    return start, end


@lru_cache(maxsize=65536)
def comparison_key(name: str) -> str:
    """What is left of a name when it is compared as CODING.md says: folded, without words such as `dataset`.

    Example:
        >>> comparison_key("MIMIC-CXR dataset") == comparison_key("Mimic CXR")
        True
        >>> comparison_key("ImageNet-1k") == comparison_key("ImageNet-21k")
        False
    """
    return fold_name(_KIND_WORDS.sub(" ", name)) or fold_name(name)


@lru_cache(maxsize=65536)
def backbone_family(name: str) -> str:
    """The key of an architecture's family: its name without size, version and patch size.

    Example:
        >>> [backbone_family(name) for name in ("ViT-B/16", "Vision Transformer", "bert-base-uncased")]
        ['vit', 'vit', 'bert']
    """
    text = _FAMILY_SIGNS.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()
    for pattern, same in _FAMILY_NAMES:
        text = pattern.sub(same, text)
    pieces = _FAMILY_PIECE.findall(text)
    if not pieces:
        return text
    first = next((i for i, piece in enumerate(pieces) if piece.isalpha()), 0)
    # A single letter is no name: with the piece after it, it is (`U-Net` was met above, `C3D` is here).
    after = first + (2 if len(pieces[first]) == 1 else 1)
    rest = (piece for piece in pieces[after:] if piece.isalpha() and not _SIZE.fullmatch(piece))
    return "".join(pieces[first:after]) + "".join(rest)
