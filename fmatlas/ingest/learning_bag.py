"""Fit the bag of words on coded papers; needs scikit-learn. Deterministic."""

import csv
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fmatlas.ingest.bag import Bag, vector

# A word is learnt if it stands in so many papers, and not in nearly all; a label if so many have it,
# of the papers that are alike and of all.
LEAST_PAPERS, MOST_PAPERS = 8, 0.7
LEAST_CODED, LEAST_CODED_ALL = 4, 12
STRENGTH = 60.0


@dataclass(frozen=True, slots=True)
class Worded:
    """A coded paper as a bag of words.

    Attributes:
        counts: how often each word stands in it.
        labels: the labels it has.
        fields: the fields it is coded for.
        weight: how much it counts; 1 for a paper of the kind that will be read.
    """

    counts: Mapping[str, int]
    labels: Collection[tuple[str, str]]
    fields: Collection[str]
    weight: float


def fit_bag(papers: Sequence[Worded]) -> Bag:
    """Weights of the words for every label that enough papers have."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    of_papers = Counter(word for paper in papers for word in paper.counts)
    most = MOST_PAPERS * len(papers)
    words = {w: i for i, w in enumerate(sorted(w for w, n in of_papers.items() if LEAST_PAPERS <= n <= most))}
    data, columns, ends = [], [], [0]
    for paper in papers:
        rows, found = vector(paper.counts, words)
        data.append(found)
        columns += rows
        ends.append(len(columns))
    table = csr_matrix((np.concatenate([*data, []]), columns, ends), (len(papers), len(words)))
    weight = np.array([paper.weight for paper in papers])
    alike = Counter(label for paper in papers if paper.weight == 1.0 for label in paper.labels)
    coded = Counter(label for paper in papers for label in paper.labels)
    labels, fitted, shift = [], [], []
    for label, n in sorted(alike.items()):
        has = np.array([label in paper.labels for paper in papers])
        told = np.array([label[0] in paper.fields for paper in papers])
        if not words or n < LEAST_CODED or coded[label] < LEAST_CODED_ALL or has[told].all():
            continue
        kind = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear")
        fit = kind.fit(table[told], has[told], sample_weight=weight[told])
        labels.append(label)
        fitted.append(fit.coef_[0])
        shift.append(float(fit.intercept_[0]))
    weights = np.array(fitted).reshape(len(labels), len(words)).T.round(3)
    return Bag(words, tuple(labels), weights, np.array(shift).round(3))


def save_bag(bag: Bag, path: Path) -> None:
    """Write a bag as readable lines."""
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("word", *(f"{field}:{name}" for field, name in bag.labels)))
        rows.writerow(("", *(f"{w:g}" for w in bag.shift)))
        rows.writerows((word, *(f"{w:g}" for w in bag.weights[i])) for word, i in bag.words.items())
