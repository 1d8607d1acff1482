"""Names: fold them, find thousands of them in a text with the original offsets, reduce them to families.

Papers write one name in many ways: `ViT‑B/16` with any hyphen, `nnUNet`, `nnU-Net`, `MIMIC CXR`, `COCO2017`.
Folding drops what they differ in (case, hyphens, spaces, compatibility forms such as ligatures) and keeps
where every character came from, and where a name may begin and end: never inside a word.
"""

import re
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    # Texts are folded with NumPy, single names are not: a command that only knows names starts without it.
    import numpy as np
    from numpy.typing import NDArray

Key = TypeVar("Key")

_DROPPED = frozenset(
    "-_\u00ad\u058a\u200b\u200c\u200d\u2060\ufeff\ufffe\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043"
)

# Names are looked up by their first characters; shorter ones by themselves.
_PREFIX = 8
# So many sums of first characters are told apart before that.
_SUMS = 1 << 16

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


class _Plains(dict[int, str]):
    """The compatibility form of each character by its code, as `str.translate` asks for it.

    Stable when repeated; empty for hyphens, spaces and unseen ones. Line ends and tabs are kept: they part
    paragraphs and table cells, and no name crosses them.
    """

    def __missing__(self, code: int) -> str:
        forms = unicodedata.normalize("NFKC", chr(code))
        self[code] = "".join(c for c in forms if c not in _DROPPED and not c.isspace())
        return self[code]


_PLAINS = _Plains({ord(char): char for char in "\n\t"} | {ord("×"): "x"})


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
    import numpy as np

    cased = text.translate(_PLAINS)
    # A run of letters and digits is a word, and any other character by itself.
    in_word = _of_each(text, str.isalnum)
    words = np.cumsum(~(in_word & np.append(False, in_word[:-1])))
    offsets = np.repeat(np.arange(len(text)), _of_each(text, lambda char: len(_PLAINS[ord(char)])))
    starts = np.flatnonzero(np.diff(words[offsets], prepend=0))
    stops = np.append(starts[1:], len(cased))[: len(starts)]
    ends = np.zeros(len(cased) + 2, dtype=np.uint8)
    ends[stops] = 1
    # A name may also end before the final digits of a word.
    digit = _of_each(cased, str.isdecimal)
    letter = _of_each(cased, str.isalnum) & ~digit
    last = np.maximum.accumulate(np.where(digit, -1, np.arange(len(cased))))[stops - 1]
    ends[last[(last >= starts) & (last < stops - 1) & letter[last]] + 1] = 1
    return Folded(
        _lower(cased), cased, array("q", offsets.tobytes()), array("q", starts.tobytes()), bytearray(ends)
    )


def _of_each(text: str, ask: Callable[[str], int]) -> "NDArray[np.int_]":
    """What a function says of each character of a text, asked once for each that is in it."""
    import numpy as np

    distinct = sorted(set(text))
    table = np.zeros(ord(distinct[-1]) + 1 if distinct else 1, dtype=type(ask(" ")))
    table[[ord(char) for char in distinct]] = [ask(char) for char in distinct]
    return table[_codes(text)]


def _codes(text: str) -> "NDArray[np.uint32]":
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


@lru_cache(maxsize=65536)
def fold_name(name: str) -> str:
    """The folded form of a name, which is its key wherever names are grouped.

    Example:
        >>> fold_name("ViT-B/16"), fold_name("MIMIC CXR")
        ('vitb/16', 'mimiccxr')
    """
    return _lower(cased_name(name))


def cased_name(name: str) -> str:
    """The folded form of a name with its case kept.

    Example:
        >>> cased_name("ViT-B/16")
        'ViTB/16'
    """
    return name.translate(_PLAINS)


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

    __slots__ = ("_begins", "_lengths", "_names")

    def __init__(self, names: Iterable[tuple[str, Key, bool]]) -> None:
        import numpy as np

        self._names: dict[str, list[tuple[str, Key]]] = {}
        lengths: dict[str, set[int]] = {}
        for name, key, exact in names:
            cased = cased_name(name)
            text = _lower(cased)
            if not text:
                continue
            entry = (cased if exact else "", key)
            keys = self._names.setdefault(text, [])
            if entry not in keys:
                keys.append(entry)
            lengths.setdefault(text[:_PREFIX], set()).add(len(text))
        self._lengths = {prefix: sorted(found, reverse=True) for prefix, found in lengths.items()}
        self._begins = np.zeros((_PREFIX + 1, _SUMS), dtype=bool)
        for prefix in lengths:
            *_, last = _sums(map(ord, prefix))
            self._begins[len(prefix), last] = True

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
        for start, length in self._may_stand(folded):
            end = start + length
            names = self._names.get(folded.text[start:end]) if end <= len(folded.text) else None
            if names and _may_end(folded, end, length):
                span = folded.span(start, end)
                for cased, key in names:
                    if not cased or cased == folded.cased[start:end]:
                        matches.append(Match(*span, key))
        return matches

    def _may_stand(self, folded: Folded) -> list[tuple[int, int]]:
        """Start and length of all names in the text, and of some stretches that are none: a sieve."""
        import numpy as np

        starts = np.frombuffer(folded.starts, dtype=np.int64)
        # Padded, so that looking ahead never leaves the text.
        words = folded.text + "\0" * _PREFIX
        codes = _codes(words)
        ends = np.frombuffer(folded.ends + bytes(_PREFIX), dtype=bool)
        found: list[tuple[int, int]] = []
        for length, sums in enumerate(_sums(codes[starts + i] for i in range(_PREFIX)), 1):
            begins = self._begins[length, sums]
            if length < _PREFIX:
                # A shorter name fills the words that it is found in, but for a plural s.
                begins &= ends[starts + length] | ends[starts + length + 1]
                found += [(start, length) for start in starts[begins].tolist()]
            else:
                for start in starts[begins].tolist():
                    known = self._lengths.get(words[start : start + _PREFIX], ())
                    found += [(start, longer) for longer in known]
        return sorted(found)


def _sums(columns: Iterable[Any]) -> Iterator[Any]:
    """What codes of characters come to, one after another: numbers below `_SUMS`, or arrays of them."""
    total = 0
    for codes in columns:
        total = (total * 31 + codes) % _SUMS
        yield total


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
