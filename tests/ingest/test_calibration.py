"""Log odds are scaled and shifted to mean what they say."""

import numpy as np

from fmatlas.ingest.calibration import platt


def labelled(scale: float, shift: float, n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Odds of which the true ones are `scale` times as large, plus `shift`."""
    chance = np.random.default_rng(7)
    odds = chance.normal(0.0, 2.0, n)
    p = 1.0 / (1.0 + np.exp(-(scale * odds + shift)))
    return odds, (chance.random(n) < p).astype(np.float64)


def test_what_judges_overstate_is_scaled_down() -> None:
    scale, shift = platt(*labelled(0.5, -1.0))
    assert abs(scale - 0.5) < 0.06
    assert abs(shift + 1.0) < 0.1


def test_after_calibration_the_mean_probability_is_the_share_of_right_ones() -> None:
    odds, yes = labelled(1.7, 0.8)
    scale, shift = platt(odds, yes)
    p = 1.0 / (1.0 + np.exp(-(scale * odds + shift)))
    assert abs(float(p.mean()) - float(yes.mean())) < 0.001


def test_few_labels_hardly_move_odds_that_are_held() -> None:
    odds, yes = labelled(0.3, -2.0, n=12)
    free, held = platt(odds, yes), platt(odds, yes, (200.0, 200.0))
    assert abs(held[0] - 1.0) < abs(free[0] - 1.0)
    assert abs(held[0] - 1.0) < 0.1
    assert abs(held[1]) < 0.1


def test_labels_that_are_all_alike_are_survived() -> None:
    scale, shift = platt(np.array([1.0, 2.0, -1.0]), np.ones(3))
    assert np.isfinite([scale, shift]).all()
