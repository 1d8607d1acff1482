"""A correction on top of a judge: its log odds scaled and shifted, and a few more trees added.

The papers that the bundled judges were fitted on do not ship. A judge fitted anew on a user's few papers
would forget them, so what is learnt in a library starts from the bundled log odds and only corrects them.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.calibration import platt
from fmatlas.ingest.weights import Trees, from_dumps, trees
from fmatlas.schema.errors import FmAtlasError

SETTINGS: dict[str, Any] = {
    "objective": "binary", "num_leaves": 6, "learning_rate": 0.05, "min_data_in_leaf": 15, "lambda_l2": 10.0,
    "feature_fraction": 0.3, "max_bin": 63, "verbose": -1, "num_threads": 1, "deterministic": True,
    "force_row_wise": True, "seed": 1,
}  # fmt: skip
# How strongly scale and shift are held at 1 and 0: as a few dozen labels would.
PULL = (30.0, 10.0)
# A judge whose odds would be turned round by what few labels say is no judge any more.
LEAST_SCALE = 0.25


def need_lightgbm() -> None:
    """Raise what tells a user how to get LightGBM, if it is not installed.

    Raises:
        FmAtlasError: it is not installed.
    """
    try:
        import lightgbm  # noqa: F401
    except ImportError:
        raise FmAtlasError(
            'Learning needs LightGBM, which is not installed: pip install "fmatlas[fit]"'
        ) from None


def fit_correction(
    judge: Trees, table: NDArray[np.float64], yes: NDArray[np.float64], rounds: int = 0
) -> dict[str, Any]:
    """Fit the correction of one judge; deterministic, on one thread.

    Args:
        judge: the judge to start from.
        table: rows of labelled candidates by `judge.names`.
        yes: 1 for each row that is right, else 0.
        rounds: how many trees to add at most; 0, and the odds are only scaled and shifted.

    Returns:
        What `corrected` takes, ready for JSON: new log odds are `scale` times the judge's, plus `shift`, plus
        the sum of `trees`.
    """
    odds = judge.odds_table(table)
    scale, shift = platt(odds, yes, PULL)
    scale = max(scale, LEAST_SCALE)
    fitted: dict[str, Any] = {"features": [], "scale": scale, "shift": shift, "trees": []}
    if not rounds:
        return fitted
    import lightgbm

    data = lightgbm.Dataset(table, yes, init_score=scale * odds + shift)
    model = lightgbm.train(dict(SETTINGS), data, rounds)
    grown = from_dumps([model.dump_model()], judge.names)
    # A tree without a fork adds nothing: LightGBM puts it where no leaf would have enough rows.
    return {
        **fitted,
        "features": grown["features"],
        "trees": [tree for tree in grown["trees"] if len(tree) > 1],
    }


def corrected(judge: Trees, correction: Mapping[str, Any]) -> Trees:
    """A judge with its correction: one sum of trees again.

    Raises:
        KeyError: the correction asks for a feature that the judge does not know.
    """
    added = trees(correction)
    index = {name: i for i, name in enumerate(judge.names)}
    place = np.array([index[name] for name in added.names], dtype=np.int64)
    fork = added.feature >= 0
    feature = added.feature.copy()
    feature[fork] = place[added.feature[fork]]
    scale, before = judge.scale * added.scale, len(judge.feature)
    return replace(
        judge,
        roots=np.concatenate([judge.roots, added.roots + before]),
        feature=np.concatenate([judge.feature, feature]),
        threshold=np.concatenate([judge.threshold, added.threshold]),
        left=np.concatenate([judge.left, added.left + before]),
        right=np.concatenate([judge.right, added.right + before]),
        # The scale is of the whole sum; what the trees of the correction add is meant as it is.
        value=np.concatenate([judge.value, added.value / scale]),
        scale=scale,
        shift=judge.shift * added.scale + added.shift,
    )
