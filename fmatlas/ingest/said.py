"""What each place of a name says of it, read from the words around it, and what that makes of the name.

A reader (logistic regression, one weight for a mark of a place and a thing that can be said) was fitted on
mentions that were read one by one. What it finds at the places of a name become features of its candidates,
which the judges weigh beside the others.
"""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.mentions import Mentions, key, word_id
from fmatlas.ingest.shortlist import NAME_FIELDS
from fmatlas.schema.facts import Candidate

BUNDLED = Path(__file__).parent / "said.csv"
PREFIX = "said "

# What a mention can say of the thing, and the letters that a sheet of read mentions has for it.
SAID = {
    "introduced": "I", "base": "B", "architecture": "A",
    "data": "PTEUG", "pretrain": "P", "train": "T", "eval": "E",
    "compared": "C", "cited": "R", "tool": "L", "part": "SVW", "nothing": "X",
}  # fmt: skip
OF_FIELD = {"model": "introduced", "base_model": "base", "backbone": "architecture", "dataset": "data"}
_AGAINST = ("compared", "cited", "tool", "nothing")
_ROLES = ("pretrain", "train", "eval")
# A place with many known marks is no surer than one with few: their sum is divided by the root of
# their number.
SCALE = 6.0
_COLUMN = {name: i for i, name in enumerate(SAID)}


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """Weights of marks.

    Attributes:
        keys: the marks it knows, in order.
        weights: marks by `SAID`.
        shift: log odds of each of `SAID` where no mark is known.
    """

    keys: NDArray[np.uint64]
    weights: NDArray[np.float64]
    shift: NDArray[np.float64]

    def read(self, keys: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Places by `SAID`: the probability that a place with these marks says it."""
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.keys[at] == keys
        row, column = np.nonzero(known)
        total = np.zeros((len(keys), len(SAID)))
        np.add.at(total, row, self.weights[at[row, column]])
        number = np.maximum(known.sum(axis=1), 1)[:, None]
        odds: NDArray[np.float64] = self.shift + SCALE * total / np.sqrt(number)
        return 1.0 / (1.0 + np.exp(-odds))


@lru_cache(maxsize=2)
def load_reader(path: Path = BUNDLED) -> Reader:
    """The reader of a file, else the one that ships: a line for each mark, its kind, words and weights."""
    by_shape: dict[tuple[str, int], list[tuple[list[int], list[float]]]] = {}
    shift: list[float] = []
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        for kind, said, *numbers in rows:
            weights = [float(number) for number in numbers]
            if kind == "always":
                shift = weights
                continue
            words = said.split(" ")
            by_shape.setdefault((kind, len(words)), []).append(([word_id(w) for w in words], weights))
    keys, table = [], []
    for (kind, _), found in by_shape.items():
        ids = np.array([numbers for numbers, _ in found], dtype=np.uint64)
        keys.append(key(kind, *ids.T))
        table.append(np.array([weights for _, weights in found]))
    all_keys = np.concatenate(keys)
    order = np.argsort(all_keys)
    return Reader(all_keys[order], np.concatenate(table)[order], np.array(shift))


def with_said(candidates: Sequence[Candidate], mentions: Mentions, reader: Reader) -> list[Candidate]:
    """The candidates, names with what is said at their places."""
    p = reader.read(mentions.keys())
    places: dict[str, list[int]] = {}
    for i, surface in enumerate(mentions.surfaces):
        places.setdefault(surface, []).append(i)
    found: dict[tuple[str, str], dict[str, float]] = {}
    for field in NAME_FIELDS:
        mine = [c.surface for c in candidates if c.field == field and c.surface in places]
        said = {surface: _summary(field, p[places[surface]]) for surface in mine}
        best = max((of_name["said best"] for of_name in said.values()), default=0.0)
        ranked = sorted(mine, key=lambda surface: (-said[surface]["said in all"], surface))
        for rank, surface in enumerate(ranked):
            behind = {"said behind": said[surface]["said best"] - best, "said rank": float(rank)}
            found[field, surface] = {name: round(x, 4) for name, x in (said[surface] | behind).items()}
    return [replace(c, features={**c.features, **found.get((c.field, c.surface), {})}) for c in candidates]


def _summary(field: str, p: NDArray[np.float64]) -> dict[str, float]:
    """Numbers for a name as a value of a field, from what each of its places says (places by `SAID`)."""
    main = p[:, _COLUMN[OF_FIELD[field]]]
    against = p[:, [_COLUMN[name] for name in _AGAINST]].sum(axis=1)
    share = main / (main + against + 0.05)
    found = {
        "said best": _odds(main.max()),
        "said mean": _odds(main.mean()),
        "said second": _odds(np.sort(main)[-2] if len(main) > 1 else 0.0),
        "said share best": _odds(share.max()),
        "said share mean": _odds(share.mean()),
        "said often": math.log1p(int((main > 0.5).sum())),
        "said in all": math.log1p(float(main.sum())),
    }
    also = ("compared", "cited", "part", *(_ROLES if field == "dataset" else ()))
    return found | {f"{PREFIX}{name}": _odds(p[:, _COLUMN[name]].mean()) for name in also}


def _odds(p: float) -> float:
    p = min(max(float(p), 0.005), 0.995)
    return math.log(p / (1.0 - p))
