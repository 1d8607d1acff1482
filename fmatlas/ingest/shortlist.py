"""Of some three hundred names of a report the few dozen that may be a value of a field.

The weights are set by hand and not fitted, so that no coded paper helps to choose its own candidates; they
only have
to rank well enough for the right names to be among the first.
"""

import numpy as np
from numpy.typing import NDArray

NAME_FIELDS = ("model", "base_model", "backbone", "dataset")

LENGTHS = {"model": 25, "base_model": 60, "backbone": 45, "dataset": 80}

WEIGHTS: dict[str, dict[str, float]] = {
    "model": {
        "own score": 1,
        "rel propose X": 2,
        "rel called X": 1,
        "in title": 1.5,
        "opens title": 3,
        "count share": 2,
        "n abstract": 0.3,
        "known dataset": -1.5,
        "modelish": 0.3,
        "n own": 0.2,
        "cell ours": 0.5,
        "capitals": 0.5,
    },
    "base_model": {
        "known model": 2,
        "known backbone": 0.7,
        "known dataset": -1.2,
        "modelish": 0.7,
        "family": 0.5,
        "count": 0.6,
        "n own": 0.4,
        "sent pretrained": 0.3,
        "sent initialized": 0.4,
        "sent frozen": 0.3,
        "adjA model": 0.5,
        "sent based on": 0.3,
        "cited": 0.3,
        "in title": 0.7,
        "n abstract": 0.2,
        "dataish": -0.4,
        "sent we use": 0.2,
        "capitals": 0.5,
        "adjA encoder": 0.4,
        "adjA method": 0.3,
    },
    "backbone": {
        "known backbone": 2.5,
        "family": 1.5,
        "adjA backbone": 1,
        "adjA encoder": 1,
        "adjA network": 0.6,
        "adjA decoder": 0.5,
        "adjA model": 0.3,
        "sent backbone": 0.4,
        "sent encoder": 0.3,
        "count": 0.3,
        "n own": 0.3,
        "known dataset": -1,
        "dataish": -0.5,
        "size": 0.5,
        "adjB backbone": 0.6,
        "adjB encoder": 0.5,
        "known model": 0.3,
        "capitals": 0.3,
        "sent network": 0.2,
        "adjA layer": 0.2,
    },
    "dataset": {
        "known dataset": 2,
        "adjA dataset": 1.2,
        "adjB dataset": 0.5,
        "adjA data unit": 0.4,
        "adjA benchmark": 0.6,
        "chain dataset": 1.5,
        "dataish": 0.7,
        "sent dataset": 0.5,
        "count": 0.4,
        "n own": 0.3,
        "adjB on": 0.5,
        "adjB from": 0.2,
        "sent evaluated on": 0.3,
        "sent trained on": 0.2,
        "n head data": 0.5,
        "known model": -1.2,
        "known backbone": -1.2,
        "modelish": -0.5,
        "family": -0.7,
        "capitals": 0.5,
        "adjA part of data": 0.5,
        "cell alone": 0.2,
        "long data": 0.7,
        "name data": 0.6,
        "year": 0.3,
    },
}


def shortlist(field: str, names: list[str], table: NDArray[np.float64]) -> list[int]:
    """Indices of the rows most likely to be of a field, at most `LENGTHS` of it, in order of index."""
    weights = WEIGHTS[field]
    columns = [names.index(name) for name in weights]
    score = np.round(table[:, columns] @ np.array(list(weights.values())), 9)
    return sorted(np.argsort(-score, kind="stable")[: LENGTHS[field]].tolist())
