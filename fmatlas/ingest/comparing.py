"""Whether corrected judges are better than the old ones on labelled candidates of papers not learnt from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

LEAST_PAPERS = 5
# So many right and so many wrong candidates a judge needs to be corrected.
LEAST_LABELS = 5
# Judges round to four places; a certain error must not count without a bound.
LEAST_P = 5e-5


@dataclass(frozen=True, slots=True)
class Measure:
    """Counts over labelled candidates, and the mean log loss of their probabilities."""

    hits: int
    false_finds: int
    misses: int
    loss: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where nothing is right and nothing stated."""
        total = 2 * self.hits + self.false_finds + self.misses
        return 2 * self.hits / total if total else 1.0

    def record(self) -> dict[str, float]:
        """The measure ready for JSON."""
        return {"f1": round(self.f1, 4), **asdict(self), "loss": round(self.loss, 6)}


@dataclass(frozen=True, slots=True)
class Change:
    """What learning would change of one judge, on papers that were not learnt from.

    Attributes:
        judge: a field, or `dataset ROLE`.
        papers: papers with labels for it.
        labels: labelled candidates.
        old: as judged before.
        new: as judged with the correction; None where none was tried.
        better, worse: papers whose log loss falls or rises.
        kept: `trees`, `odds` (only scaled and shifted), or empty: the old weights stay.
        reason: why they stay.
    """

    judge: str
    papers: int
    labels: int
    old: Measure
    new: Measure | None = None
    better: int = 0
    worse: int = 0
    kept: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge said of one labelled candidate, and what is right."""

    p: float
    stated: bool
    right: bool

    @property
    def loss(self) -> float:
        """Log loss of the probability."""
        p = min(max(self.p, LEAST_P), 1.0 - LEAST_P)
        return -float(np.log(p if self.right else 1.0 - p))


# The verdicts of one judge by the number of the study.
OfStudies = Mapping[int, Sequence[Verdict]]


def compare(name: str, old: OfStudies, tried: Mapping[str, OfStudies]) -> Change:
    """Whether the verdicts of one judge get better.

    Args:
        name: the judge.
        old: its verdicts as it is, by study.
        tried: by kind of correction the verdicts of judges fitted without the study.

    Returns:
        The change by the best kind. It is kept where F1 is not lower and the log loss falls by more than one
        standard error of the studies' gains.
    """
    before = measure(in_order(old))
    labels = len(in_order(old))
    right = before.hits + before.misses
    empty = Change(name, len(old), labels, before)
    if len(old) < LEAST_PAPERS or min(right, labels - right) < LEAST_LABELS:
        return replace(empty, reason=f"too few labels: {right} right, {labels - right} wrong")
    if 2 * (before.false_finds + before.misses) > labels:
        # Where only errors are noted, what is right is not known, and any judge that says less would win.
        return replace(empty, reason="most labels correct an error: confirm what is right too")
    changes = [_change(empty, old, new, kind) for kind, new in tried.items()]
    return min(changes, key=lambda change: (not change.kept, change.new.loss if change.new else 0.0))


def _change(empty: Change, old: OfStudies, new: OfStudies, kind: str) -> Change:
    gains = np.array([sum(v.loss for v in old[q]) - sum(v.loss for v in new[q]) for q in sorted(old)])
    after = measure(in_order(new))
    surely = float(gains.sum()) > float(gains.std(ddof=1)) * len(gains) ** 0.5
    reason = "F1 would fall" if after.f1 < empty.old.f1 else "" if surely else "no sure gain"
    return replace(
        empty,
        new=after,
        better=int((gains > 0).sum()),
        worse=int((gains < 0).sum()),
        kept="" if reason else kind,
        reason=reason,
    )


def in_order(verdicts: OfStudies) -> list[Verdict]:
    """All verdicts, study by study."""
    return [verdict for study in sorted(verdicts) for verdict in verdicts[study]]


def measure(verdicts: Sequence[Verdict]) -> Measure:
    """Count verdicts."""
    return Measure(
        hits=sum(v.stated and v.right for v in verdicts),
        false_finds=sum(v.stated and not v.right for v in verdicts),
        misses=sum(v.right and not v.stated for v in verdicts),
        loss=sum(v.loss for v in verdicts) / max(1, len(verdicts)),
    )
