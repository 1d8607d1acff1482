"""What each place of a name says of it, read from the words around it, and what that makes of the name.

A reader (logistic regression, one weight for a mark of a place and a thing that can be said) was fitted on
mentions that were read one by one. What it finds at the places of a name become features of its candidates,
which the judges weigh beside the others.
"""

import csv
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
    if not mentions.surfaces:
        return list(candidates)
    p = reader.read(mentions.keys())
    numbers: dict[str, int] = {}
    owner = np.array([numbers.setdefault(surface, len(numbers)) for surface in mentions.surfaces])
    found: dict[tuple[str, str], dict[str, float]] = {}
    for field in NAME_FIELDS:
        mine = [c.surface for c in candidates if c.field == field and c.surface in numbers]
        rows = [numbers[surface] for surface in mine]
        said = {name: column[rows] for name, column in _summaries(field, p, owner).items()}
        if not mine:
            continue
        said["said behind"] = said["said best"] - said["said best"].max()
        order = sorted(range(len(mine)), key=lambda i: (-said["said in all"][i], mine[i]))
        said["said rank"] = np.argsort(order).astype(np.float64)
        table = np.stack(list(said.values()), axis=1).round(4).tolist()
        found |= {
            (field, name): dict(zip(said, row, strict=True)) for name, row in zip(mine, table, strict=True)
        }
    return [replace(c, features={**c.features, **found.get((c.field, c.surface), {})}) for c in candidates]


def _summaries(
    field: str, p: NDArray[np.float64], owner: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    """Numbers for every name as a value of a field, from what each of its places says.

    Args:
        field: the field.
        p: places by `SAID`.
        owner: the name of each place, from 0 on without a gap.
    """
    size = np.bincount(owner)
    main = p[:, _COLUMN[OF_FIELD[field]]]
    share = main / (main + p[:, [_COLUMN[name] for name in _AGAINST]].sum(axis=1) + 0.05)
    order = np.lexsort((-main, owner))
    first = np.cumsum(size) - size
    ranked = main[order]
    second = np.where(size > 1, ranked[np.minimum(first + 1, len(ranked) - 1)], 0.0)
    found = {
        "said best": _odds(ranked[first]),
        "said mean": _odds(np.bincount(owner, main) / size),
        "said second": _odds(second),
        "said share best": _odds(np.maximum.reduceat(share[order], first)),
        "said share mean": _odds(np.bincount(owner, share) / size),
        "said often": np.log1p(np.bincount(owner, main > 0.5)),
        "said in all": np.log1p(np.bincount(owner, main)),
    }
    also = ("compared", "cited", "part", *(_ROLES if field == "dataset" else ()))
    return found | {f"said {name}": _odds(np.bincount(owner, p[:, _COLUMN[name]]) / size) for name in also}


def _odds(p: NDArray[np.float64]) -> NDArray[np.float64]:
    p = np.clip(p, 0.005, 0.995)
    odds: NDArray[np.float64] = np.log(p / (1.0 - p))
    return odds
