"""Fit the reader of mentions on mentions that were read one by one; needs scikit-learn. Deterministic."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.mentions import CITED, Mentions, look, name_word, place_word, prints_of, word_id, words_in
from fmatlas.ingest.said import SAID, SCALE, Reader
from fmatlas.ingest.scene import KINDS, Scene
from fmatlas.ingest.shortlist import NAME_FIELDS
from fmatlas.schema.facts import Candidate
from fmatlas.schema.fields import entity_type
from fmatlas.schema.reading import SECTION_TYPES

# A mark is learnt if it stands at so many read places and is among so many that go most with what is said.
OFTEN, KEPT = 3, 30_000
STRENGTH = 0.5
# The log odds of what no read mention says.
NEVER = -6.0


@dataclass(frozen=True, slots=True, eq=False)
class ReadMentions:
    """Read places of one paper.

    Attributes:
        mentions: the places.
        said: places by `SAID`, whether a reader finds it said.
        words: the words of its text, by number.
    """

    mentions: Mentions
    said: NDArray[np.bool_]
    words: Mapping[int, str]


def read_mentions(path: Path) -> dict[str, dict[tuple[str, int], str]]:
    """What was read, by paper: name and print of a place to letters, from a sheet `file,name,print,said`."""
    found: dict[str, dict[tuple[str, int], str]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["file"], {})[row["name"], int(row["print"], 16)] = row["said"]
    return found


def match(scene: Scene, candidates: Sequence[Candidate], read: Mapping[tuple[str, int], str]) -> ReadMentions:
    """The places of a report's names that were read."""
    mentions = look(scene, candidates, most=len(scene.masked))
    both = list(zip(mentions.surfaces, prints_of(scene, mentions), strict=True))
    rows = [i for i, place in enumerate(both) if place in read]
    marks = tuple((kind, tuple(words[rows] for words in of_kind)) for kind, of_kind in mentions.marks)
    surfaces = tuple(mentions.surfaces[i] for i in rows)
    some = Mentions(surfaces, tuple(mentions.places[i] for i in rows), marks)
    said = [[any(c in read[both[i]] for c in letters) for letters in SAID.values()] for i in rows]
    texts = [scene.lower, *(section.title.lower() for section in scene.reading.sections)]
    words = {word_id(word): word for text in texts for _, _, word in words_in(text)}
    return ReadMentions(some, np.array(said, dtype=bool).reshape(len(rows), len(SAID)), words)


def fit_reader(papers: Iterable[tuple[ReadMentions, float]]) -> Reader:
    """Fit on read places, each paper with how much it counts."""
    from scipy.sparse import csr_matrix

    pairs = [(read, weight) for read, weight in papers if len(read.said)]
    keys = np.concatenate([read.mentions.keys() for read, _ in pairs])
    said = np.concatenate([read.said for read, _ in pairs])
    weight = np.concatenate([np.full(len(read.said), weight) for read, weight in pairs])
    known, times = np.unique(keys[keys > 0], return_counts=True)
    known, times = known[times >= OFTEN], times[times >= OFTEN]
    row, column = _known_in(keys, known)
    together = csr_matrix((np.ones(len(row)), (column, row)), shape=(len(known), len(keys))) @ said.astype(
        float
    )
    share = said.mean(axis=0)
    surprise = np.abs(together - times[:, None] * share) / np.sqrt(
        times[:, None] * share * (1 - share) + 1e-9
    )
    known = known[np.sort(np.argsort(-surprise.max(axis=1), kind="stable")[:KEPT])]
    row, column = _known_in(keys, known)
    number = np.maximum(np.bincount(row, minlength=len(keys)), 1)
    table = csr_matrix((SCALE / np.sqrt(number[row]), (row, column)), shape=(len(keys), len(known)))
    fits = [_fit_one(table, weight, yes) for yes in said.T]
    weights = np.stack([of_one for of_one, _ in fits], axis=1).round(3)
    return Reader(known, weights, np.array([shift for _, shift in fits]).round(4))


def _known_in(
    keys: NDArray[np.uint64], known: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The place and the mark of every known mark."""
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    row, column = np.nonzero(known[at] == keys)
    return row, at[row, column]


def _fit_one(
    table: Any, weight: NDArray[np.float64], yes: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Weights of the marks and the shift of one thing that can be said."""
    from sklearn.linear_model import LogisticRegression

    if yes.all() or not yes.any():
        return np.zeros(table.shape[1]), NEVER if not yes.any() else -NEVER
    fit = LogisticRegression(C=STRENGTH, solver="liblinear", tol=0.01).fit(table, yes, sample_weight=weight)
    return fit.coef_[0], float(fit.intercept_[0])


def save_reader(reader: Reader, papers: Sequence[ReadMentions], path: Path) -> None:
    """Write a reader as readable lines; the words of its marks are taken from what it was fitted on."""
    always = [CITED, *map(name_word, ("own", "name", *map(entity_type, NAME_FIELDS)))]
    always += [place_word(section, kind) for section in SECTION_TYPES for kind in KINDS]
    words = {word_id(word): word for word in always}
    for read in papers:
        words.update(read.words)
    named: dict[int, tuple[str, str]] = {}
    for read in papers:
        keys = read.mentions.keys()
        column = 0
        for kind, of_kind in read.mentions.marks:
            width = of_kind[0].shape[1]
            part = keys[:, column : column + width]
            column += width
            for i, j in zip(*np.nonzero(np.isin(part, reader.keys)), strict=True):
                if int(part[i, j]) not in named:
                    said = " ".join(words[int(ids[i, min(j, ids.shape[1] - 1)])] for ids in of_kind)
                    named[int(part[i, j])] = (kind, said)
    lines = sorted((*named[int(k)], *w) for k, w in zip(reader.keys, reader.weights.tolist(), strict=True))
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("mark", "words", *SAID))
        rows.writerow(("always", "", *reader.shift.tolist()))
        rows.writerows((kind, said, *(f"{w:g}" for w in weights)) for kind, said, *weights in lines)
