"""How much each wording of a label says for it, learnt from coded papers.

`adapter` says more of parameter-efficient fine-tuning than `frozen` does. Counts of how often a paper with a
wording has the label, drawn towards how often any candidate of that label is right, give log odds for each
wording; their sum and their strongest are numbers that a judge of few papers can use, where one column for
each wording would be too many.

A paper's own coding must not shape the weights that its rows are judged by: learn from the other folds.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fmatlas.schema.facts import Candidate

PREFIX = "cue "

# So many imagined papers, of which the label's usual share is right, stand behind each wording.
DRAW = 4.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Log odds by label: of the label as such, and what each of its wordings adds."""

    base: Mapping[str, float]
    added: Mapping[str, Mapping[str, float]]


def learn(judged: Iterable[tuple[Candidate, bool]]) -> Weights:
    """Weigh the wordings of closed fields.

    Args:
        judged: candidates of coded papers, and whether the paper is coded so.
    """
    totals: dict[str, list[int]] = {}
    counts: dict[str, dict[str, list[int]]] = {}
    for candidate, right in judged:
        totals.setdefault(candidate.entity, [0, 0])[right] += 1
        of_label = counts.setdefault(candidate.entity, {})
        for wording in _wordings(candidate):
            of_label.setdefault(wording, [0, 0])[right] += 1
    base = {label: _odds((yes + 0.3) / (no + yes + 2.0)) for label, (no, yes) in sorted(totals.items())}
    added = {}
    for label, of_label in sorted(counts.items()):
        share = 1.0 / (1.0 + math.exp(-base[label]))
        added[label] = {
            wording: round(_odds((yes + DRAW * share) / (no + yes + DRAW)) - base[label], 4)
            for wording, (no, yes) in sorted(of_label.items())
        }
    return Weights({label: round(odds, 4) for label, odds in base.items()}, added)


def weigh(candidate: Candidate, weights: Weights) -> dict[str, float]:
    """What its wordings say for a candidate, as features: a label never seen has none."""
    if candidate.entity not in weights.base:
        return {}
    known = weights.added.get(candidate.entity, {})
    added = sorted((known.get(wording, 0.0) for wording in _wordings(candidate)), reverse=True)
    return {
        "wording base": weights.base[candidate.entity],
        "wording sum": round(sum(added), 4),
        "wording best": added[0] if added else 0.0,
        "wording best three": round(sum(added[:3]), 4),
    }


def _wordings(candidate: Candidate) -> list[str]:
    return [name.removeprefix(PREFIX) for name in candidate.features if name.startswith(PREFIX)]


def _odds(p: float) -> float:
    return math.log(p / (1.0 - p))
