"""What all the words of a paper together say for each label of a closed field.

Cues look at one place; but a paper that probes linearly also speaks of frozen features and of heads, wherever
that stands. A bag of words forgets the places: a linear model (logistic regression, one weight for a word and
a label) was fitted on coded papers, and what it says is one more feature beside those of the places.
"""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.scene import Scene
from fmatlas.schema.facts import Candidate

BUNDLED = Path(__file__).parent / "bag.csv"
FEATURE = "bag"
_WORD = re.compile(r"[a-z][a-z-]+")
# What others did is told in other words than what the paper does.
_OTHERS = frozenset({"references", "related work", "acknowledgements"})


@dataclass(frozen=True, slots=True, eq=False)
class Bag:
    """Weights of words.

    Attributes:
        words: the row of each word that it knows.
        labels: field and surface of each label; of the category its value.
        weights: words by labels.
        shift: log odds of each label where no word is known.
    """

    words: Mapping[str, int]
    labels: tuple[tuple[str, str], ...]
    weights: NDArray[np.float64]
    shift: NDArray[np.float64]

    def odds(self, counts: Mapping[str, int]) -> dict[tuple[str, str], float]:
        """What the words of a paper say for each label, as log odds."""
        rows, found = vector(counts, self.words)
        odds = self.shift + found @ self.weights[rows]
        return dict(zip(self.labels, odds.round(3).tolist(), strict=True))


def vector(counts: Mapping[str, int], words: Mapping[str, int]) -> tuple[list[int], NDArray[np.float64]]:
    """A paper as a sparse vector of length 1: the rows of the known words that it says, and their numbers.

    A word said often counts as 1 + log of its number.
    """
    known = [word for word in sorted(counts) if word in words]
    found: NDArray[np.float64] = 1.0 + np.log(np.array([counts[word] for word in known]))
    length = float(np.sqrt((found * found).sum()))
    return [words[word] for word in known], found / length if length else found


def count_words(scene: Scene) -> Counter[str]:
    """How often each word stands in what a paper says of itself: no related work, no reference list."""
    found: Counter[str] = Counter()
    for section in scene.reading.sections:
        if section.type not in _OTHERS:
            found.update(_WORD.findall(scene.lower, section.start, section.end))
    found.update(_WORD.findall(scene.lower, scene.reading.body_end, scene.reading.floats_end))
    return found


def with_bag(candidates: Sequence[Candidate], counts: Mapping[str, int], bag: Bag) -> list[Candidate]:
    """The candidates, labels with what the words of the paper say for each; the category's for every
    value."""
    odds = bag.odds(counts)
    of_category = {f"{FEATURE} {value}": p for (field, value), p in odds.items() if field == "category"}
    found = []
    for c in candidates:
        if c.field == "category":
            c = replace(c, features={**c.features, **of_category})
        elif (c.field, c.surface) in odds:
            c = replace(c, features={**c.features, FEATURE: odds[c.field, c.surface]})
        found.append(c)
    return found


@lru_cache(maxsize=2)
def load_bag(path: Path = BUNDLED) -> Bag:
    """The bag of a file, else the one that ships: a line for each word, a column for each label."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        labels = tuple((field, name) for field, _, name in (said.partition(":") for said in next(rows)[1:]))
        shift = np.array(next(rows)[1:], dtype=np.float64)
        table = {word: weights for word, *weights in rows}
    weights = np.array(list(table.values()), dtype=np.float64).reshape(-1, len(labels))
    return Bag({word: i for i, word in enumerate(table)}, labels, weights, shift)
