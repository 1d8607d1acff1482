"""The words around each place of a name, as numbers that weights can be found for.

A sentence says of a name that the authors build on it, compare with it or evaluate on it, mostly in the words
next to it: `we initialize the encoder with NAME`. So that such words are the same in every report, other
names stand as what they are (`the paper's own`, `a dataset`, `a model`), citations as a mark, numbers as one
word.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.scene import KINDS, Scene
from fmatlas.ingest.shortlist import NAME_FIELDS, WEIGHTS
from fmatlas.schema.facts import Candidate
from fmatlas.schema.reading import SECTION_TYPES

# A name in more places than this is looked at in so many of them, evenly spread.
MOST = 24
WIDE, NEAR = 40, 8
CAPTION, HEADER = 28, 12
# The hand-set score from which a name is taken for the paper's own: half of these are, and four in five of
# the own are among them.
OWN = 7.0
CITED = "<cited>"
_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|\t")
_NOTHING = np.uint64(0)
_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Places of names.

    Attributes:
        surfaces: the name of each place, as its candidates have it.
        places: start and end of each.
        marks: kinds of marks; of each the numbers of its one to three words, places by marks, 0 for none.
    """

    surfaces: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    marks: tuple[tuple[str, tuple[NDArray[np.uint64], ...]], ...]

    def keys(self) -> NDArray[np.uint64]:
        """Places by all marks: the key of each, 0 for none."""
        if not self.marks:
            return np.zeros((len(self.surfaces), 1), dtype=np.uint64)
        return np.concatenate([key(kind, *words) for kind, words in self.marks], axis=1)


def words_in(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, str]]:
    """Start, end and form of each word and sign; all numbers are one word, and so is what parts cells."""
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word = match.group()
        yield *match.span(), "0" if word.isdigit() else "<cell>" if word == "\t" else word


@lru_cache(maxsize=1 << 16)
def word_id(word: str) -> int:
    """The number of a word, the same on every machine; never 0."""
    return crc32(word.encode()) + 1


def key(kind: str, *words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One number for a kind of mark with one to three words; 0 where a word is missing."""
    mixed = np.full(words[0].shape, word_id(kind), dtype=np.uint64)
    there = np.ones(words[0].shape, dtype=bool)
    with np.errstate(over="ignore"):
        for word in words:
            mixed = (mixed ^ (word + (mixed << np.uint64(6)) + (mixed >> np.uint64(2)))) * _PRIME
            there &= word != _NOTHING
    return np.where(there, mixed | np.uint64(1), _NOTHING)


def look(scene: Scene, candidates: Iterable[Candidate], most: int = MOST) -> Mentions:
    """Look around the places of all names among the candidates of a report, at most so many of a name."""
    kinds, places = _names(candidates)
    targets = sorted(
        (start, end, surface) for surface, of_name in places.items() for start, end in spread(of_name, most)
    )
    if not targets or not len(scene.starts):
        return Mentions((), (), ())
    words = _words(scene)
    starts = np.array([start for start, _, _ in targets])
    ends = np.array([end for _, end, _ in targets])
    at, ids = _as_kinds(words, kinds, places)
    row = np.clip(np.searchsorted(scene.starts, starts, "right") - 1, 0, len(scene.starts) - 1)
    low = np.searchsorted(at, scene.starts[row])
    high = np.searchsorted(at, np.maximum(scene.ends[row], ends))
    here = np.searchsorted(at, starts, "right") - 1
    after = np.maximum(np.searchsorted(at, ends), here + 1)
    left = _side(ids, here, low, -1)
    right = _side(ids, after - 1, high, 1)
    own = np.array([word_id(kinds[surface]) for _, _, surface in targets], dtype=np.uint64)
    about = np.stack([_about(scene, int(r), int(s)) for r, s in zip(row, starts, strict=True)])
    where = np.array(
        [word_id(place_word(SECTION_TYPES[scene.section[r]], KINDS[scene.kind[r]])) for r in row],
        dtype=np.uint64,
    )
    surfaces = tuple(surface for _, _, surface in targets)
    spans = tuple((start, end) for start, end, _ in targets)
    return Mentions(surfaces, spans, _marks(left, right, own, where, about))


def prints_of(scene: Scene, mentions: Mentions) -> list[int]:
    """A number for each place that its near words give, the same wherever in the text they stand."""
    words = _words(scene)
    at = np.array([start for start, _, _ in words])
    found = []
    for start, end in mentions.places:
        i, j = int(np.searchsorted(at, start)), int(np.searchsorted(at, end))
        found.append(crc32(repr([number for _, _, number in words[max(0, i - 6) : j + 6]]).encode()))
    return found


def spread(places: Sequence[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """At most so many of the places, evenly spread."""
    if len(places) <= most:
        return list(places)
    return [places[i * len(places) // most] for i in range(most)]


def _names(
    candidates: Iterable[Candidate],
) -> tuple[dict[str, str], dict[str, tuple[tuple[int, int], ...]]]:
    """By surface what kind of name it is, and its places."""
    kinds: dict[str, str] = {}
    places: dict[str, tuple[tuple[int, int], ...]] = {}
    for c in candidates:
        if c.field not in NAME_FIELDS:
            continue
        places[c.surface] = c.places
        score = sum(c.features.get(name, 0.0) * weight for name, weight in WEIGHTS["model"].items())
        known = c.entity.partition(":")[0] if c.entity else "name"
        kind = kinds.setdefault(c.surface, known)
        if c.field == "model" and score >= OWN:
            kinds[c.surface] = "own"
        elif kind == "name":
            kinds[c.surface] = known
    return {surface: name_word(kind) for surface, kind in kinds.items()}, places


def name_word(kind: str) -> str:
    """The word that stands for a name of a kind: `own`, a type of entity, or `name`."""
    return f"<{kind}>"


def place_word(section: str, kind: str) -> str:
    """The word for where a sentence stands."""
    return f"{section}/{kind}"


def _words(scene: Scene) -> list[tuple[int, int, int]]:
    """Start, end and number of each word; a citation is one word."""
    cited = set(scene.cited.tolist())
    words = [(at, at, word_id(CITED)) for at in cited]
    for begin, stop in scene.spans:
        words += [(start, end, word_id(word)) for start, end, word in words_in(scene.lower, begin, stop)]
    return sorted(words)


def _as_kinds(
    words: Sequence[tuple[int, int, int]],
    kinds: dict[str, str],
    places: dict[str, tuple[tuple[int, int], ...]],
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Starts and numbers of the words, each name as one word that says its kind."""
    spans = sorted((start, -end, kinds[surface]) for surface, found in places.items() for start, end in found)
    merged: list[tuple[int, int, int]] = []
    i = done = 0
    for start, negative, kind in spans:
        if start < done:
            continue
        while i < len(words) and words[i][0] < start:
            merged.append(words[i])
            i += 1
        merged.append((start, -negative, word_id(kind)))
        done = -negative
        while i < len(words) and words[i][0] < done:
            i += 1
    merged += words[i:]
    at = np.array([start for start, _, _ in merged], dtype=np.int64)
    return at, np.array([number for _, _, number in merged], dtype=np.uint64)


def _side(
    ids: NDArray[np.uint64], here: NDArray[np.int64], limit: NDArray[np.int64], step: int
) -> NDArray[np.uint64]:
    """The next `WIDE` words on one side of each place, nearest first, up to the sentence's end."""
    index = here[:, None] + step * np.arange(1, WIDE + 1)
    inside = index >= limit[:, None] if step < 0 else index < limit[:, None]
    inside &= (index >= 0) & (index < len(ids))
    return np.where(inside, ids[np.clip(index, 0, len(ids) - 1)], _NOTHING)


def _about(scene: Scene, row: int, start: int) -> NDArray[np.uint64]:
    """Words of the heading above, or of the caption and the first row of a table."""
    reading = scene.reading
    numbers: list[int] = []
    if KINDS[scene.kind[row]] == "table":
        for found in reading.floats:
            if found.rows and found.rows[0][0].start <= start < found.rows[-1][-1].end + 1:
                header = found.rows[0]
                numbers = _first(scene, found.caption_start, found.caption_end, CAPTION)
                numbers += _first(scene, header[0].start, header[-1].end, HEADER)
                break
    elif start < reading.body_end:
        title = next((s.title for s in reading.sections if s.start <= start < s.end), "")
        numbers = [word_id(word) for _, _, word in islice(words_in(title.lower()), HEADER)]
    return np.array(numbers + [0] * (CAPTION + HEADER - len(numbers)), dtype=np.uint64)


def _first(scene: Scene, start: int, end: int, most: int) -> list[int]:
    return [word_id(word) for _, _, word in islice(words_in(scene.lower, start, end), most)]


def _marks(
    left: NDArray[np.uint64],
    right: NDArray[np.uint64],
    own: NDArray[np.uint64],
    where: NDArray[np.uint64],
    about: NDArray[np.uint64],
) -> tuple[tuple[str, tuple[NDArray[np.uint64], ...]], ...]:
    """All marks of each place: single words by side and nearness, pairs and triples near it, where it
    stands."""
    own, where = own[:, None], where[:, None]
    marks: list[tuple[str, tuple[NDArray[np.uint64], ...]]] = [("about", (about,))]
    for side, words in (("left", left), ("right", right)):
        marks += [(side, (words,)), (f"{side} near", (words[:, :NEAR],))]
        marks += [(f"{side} {d + 1}", (words[:, d : d + 1],)) for d in range(3)]
        marks.append((f"{side} near", (words[:, :NEAR], words[:, 1 : NEAR + 1])))
        marks += [(f"{side} {d + 1}", (words[:, d : d + 1], words[:, d + 1 : d + 2])) for d in range(2)]
        marks.append((f"{side} near", (words[:, :6], words[:, 1:7], words[:, 2:8])))
        marks += [(f"kind {side} 1", (own, words[:, :1])), (f"where {side} 1", (where, words[:, :1]))]
    marks += [("between", (left[:, :1], right[:, :1])), ("kind", (own,)), ("where", (where,))]
    return (*marks, ("kind where", (own, where)))
