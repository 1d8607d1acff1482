"""Log odds that mean what they say: scaled and shifted to fit labels a judge has not seen (Platt 1999)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def platt(
    odds: NDArray[np.float64], yes: NDArray[np.float64], pull: Sequence[float] = (0.1, 0.1)
) -> tuple[float, float]:
    """Scale and shift of log odds that fit labels best, by Newton's method.

    Args:
        odds: log odds as judged.
        yes: 1 where right, else 0.
        pull: how strongly the scale is held at 1, and the shift at 0: about as so many labels would.
    """
    weights, rest = np.array([1.0, 0.0]), np.array([1.0, 0.0])
    held = np.asarray(pull, dtype=np.float64)
    design = np.stack([odds, np.ones_like(odds)], axis=1)
    for _ in range(100):
        p = 1.0 / (1.0 + np.exp(-(design @ weights)))
        gradient = design.T @ (p - yes) + held * (weights - rest)
        hessian = (design * (p * (1 - p))[:, None]).T @ design + np.diag(held)
        step = np.clip(np.linalg.solve(hessian, gradient), -1.0, 1.0)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-9:
            break
    return round(float(weights[0]), 6), round(float(weights[1]), 6)
