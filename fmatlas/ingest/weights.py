"""Boosted trees as readable data, and what they say of rows of numbers.

A judge is fitted with LightGBM (see `fmatlas.ingest.learning`) and kept as JSON: names of its features, and
for each
tree the feature, the threshold and the two ways of every fork. At run time only NumPy is needed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.wordings import Weights

BUNDLED = Path(__file__).parent / "judges.json"


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """A sum of trees over named features; its value is the log odds of yes.

    Forks of all trees stand one after another. `feature` indexes `names`, -1 for a leaf; a row goes `left`
    where its number is at most `threshold`; `value` is what a leaf adds, and of a fork the mean of what is
    below it.
    """

    names: tuple[str, ...]
    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    scale: float
    shift: float

    def matrix(self, rows: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """The rows as an array over `names`; what a row does not have is 0."""
        columns = {name: column for column, name in enumerate(self.names)}
        # One more column takes what no tree asks for.
        table = np.zeros((len(rows), len(columns) + 1))
        at = np.repeat(np.arange(len(rows)), np.fromiter(map(len, rows), dtype=np.int64))
        column = np.fromiter(map(columns.get, chain.from_iterable(rows), repeat(-1)), dtype=np.int64)
        values = chain.from_iterable(row.values() for row in rows)
        table[at, column] = np.fromiter(values, dtype=np.float64)
        return table[:, :-1]

    def judge(self, rows: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """The probability of yes for each row, rounded to four places."""
        return self.judge_table(self.matrix(rows)) if rows else np.zeros(0)

    def judge_table(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same for an array of rows by `names`."""
        return np.round(1.0 / (1.0 + np.exp(-self.odds_table(table))), 4)

    def odds_table(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """The log odds of yes for an array of rows by `names`."""
        leaf = self.feature < 0
        feature = np.maximum(self.feature, 0)
        # The ways right and left of each fork; a leaf leads to itself, until all rows have come to one.
        ways = np.where(leaf, np.arange(len(leaf)), [self.right, self.left]).T.ravel()
        node = np.tile(self.roots, len(table))
        begin = np.repeat(np.arange(len(table)) * table.shape[1], len(self.roots))
        numbers = table.ravel()
        while not leaf.take(node).all():
            goes_left = numbers.take(begin + feature.take(node)) <= self.threshold.take(node)
            node = ways.take(2 * node + goes_left)
        odds = self.value.take(node).reshape(len(table), len(self.roots)).sum(axis=1)
        return odds * self.scale + self.shift

    def explain(self, row: Mapping[str, float]) -> dict[str, float]:
        """What each feature adds to the log odds of a row (Saabas' path attribution), largest first."""
        table = self.matrix([row])[0]
        added = np.zeros(len(self.names))
        for root in self.roots.tolist():
            node = root
            while self.feature[node] >= 0:
                f = self.feature[node]
                down = self.left[node] if table[f] <= self.threshold[node] else self.right[node]
                added[f] += (self.value[down] - self.value[node]) * self.scale
                node = down
        found = {
            name: round(float(v), 4) for name, v in zip(self.names, added, strict=True) if abs(v) >= 0.0001
        }
        return dict(sorted(found.items(), key=lambda item: (-abs(item[1]), item[0])))


def from_dumps(
    dumps: Sequence[Mapping[str, Any]], names: Sequence[str], scale: float = 1.0, shift: float = 0.0
) -> dict[str, Any]:
    """The mean of several of LightGBM's `dump_model()` as the JSON that `trees` reads.

    Features that no tree asks for are left out.
    """
    used: dict[str, int] = {}
    listed: list[list[list[float]]] = []
    for dump in dumps:
        for tree in dump["tree_info"]:
            forks: list[list[float]] = []
            _flatten(tree["tree_structure"], names, used, forks)
            listed.append(forks)
    return {"features": list(used), "scale": scale / len(dumps), "shift": shift, "trees": listed}


def _flatten(
    node: Mapping[str, Any], names: Sequence[str], used: dict[str, int], forks: list[list[float]]
) -> int:
    at = len(forks)
    if "split_feature" not in node:
        forks.append([-1, 0, 0, 0, round(float(node["leaf_value"]), 6)])
        return at
    feature = used.setdefault(names[int(node["split_feature"])], len(used))
    forks.append([feature, float(node["threshold"]), 0, 0, round(float(node["internal_value"]), 6)])
    forks[at][2] = _flatten(node["left_child"], names, used, forks)
    forks[at][3] = _flatten(node["right_child"], names, used, forks)
    return at


def trees(data: Mapping[str, Any]) -> Trees:
    """Trees from their JSON."""
    roots: list[int] = []
    rows: list[tuple[float, ...]] = []
    base = 0
    for tree in data["trees"]:
        roots.append(base)
        for feature, threshold, left, right, value in tree:
            rows.append((feature, threshold, left + base, right + base, value))
        base += len(tree)
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    return Trees(
        names=tuple(data["features"]),
        roots=np.array(roots, dtype=np.int64),
        feature=np.array(columns[0], dtype=np.int64),
        threshold=np.array(columns[1], dtype=np.float64),
        left=np.array(columns[2], dtype=np.int64),
        right=np.array(columns[3], dtype=np.int64),
        value=np.array(columns[4], dtype=np.float64),
        scale=float(data["scale"]),
        shift=float(data["shift"]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """All that was learnt from coded papers.

    Attributes:
        version: a hash of the file.
        trees: by name: a field, or `field role`, or `category VALUE`.
        cuts: the probability at which a field's fact is stated.
        priors: by field and surface how often a label is coded, or a name where a report has it; empty
        surface: any.
    """

    version: str
    trees: dict[str, Trees]
    cuts: dict[str, float]
    priors: dict[str, dict[str, float]]
    wordings: Weights


def load_judges(path: Path | None = None) -> Judges:
    """The judges of a file, or the bundled ones."""
    file = path or BUNDLED
    return _load(str(file), file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _load(path: str, mtime: int) -> Judges:
    import hashlib

    del mtime
    raw = Path(path).read_bytes()
    data = json.loads(raw)
    return Judges(
        version=hashlib.sha256(raw).hexdigest()[:16],
        trees={name: trees(t) for name, t in data["judges"].items()},
        cuts=data["cuts"],
        priors=data["priors"],
        wordings=Weights(**data["wordings"]),
    )
