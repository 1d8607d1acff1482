"""Several rankings into one: reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

K = 60


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage in the fused ranking: its score, and its place (from 1) in each ranking that has it."""

    passage: int
    score: float
    ranks: Mapping[str, int]


def fuse(rankings: Mapping[str, Sequence[int]], weights: Mapping[str, float] | None = None) -> list[Fused]:
    """Passages by the sum of weight / (60 + rank) over the rankings that have them, best first.

    Args:
        rankings: passage ids, best first, by the ranking's name.
        weights: how much each ranking counts, 1 where nothing is said.

    Example:
        >>> [(hit.passage, round(hit.score, 4)) for hit in fuse({"words": [7, 8], "vectors": [8, 9]})]
        [(8, 0.0325), (7, 0.0164), (9, 0.0161)]
    """
    scores: dict[int, float] = {}
    ranks: dict[int, dict[str, int]] = {}
    for name, ranking in sorted(rankings.items()):
        weight = (weights or {}).get(name, 1.0)
        for rank, passage in enumerate(ranking, start=1):
            scores[passage] = scores.get(passage, 0.0) + weight / (K + rank)
            ranks.setdefault(passage, {})[name] = rank
    order = sorted(scores, key=lambda passage: (-scores[passage], passage))
    return [Fused(passage, scores[passage], ranks[passage]) for passage in order]
