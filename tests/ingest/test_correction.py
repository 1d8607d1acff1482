"""Corrections of judges: what they add, and when they are kept."""

import json
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from fmatlas.ingest.comparing import Verdict, compare
from fmatlas.ingest.correction import LEAST_SCALE, SETTINGS, corrected, fit_correction
from fmatlas.ingest.weights import Trees, trees

ROUNDS = 30
# One fork on `x`: log odds of -2 where it is at most 0.5, else 2; what `y` says is not known to it.
JUDGE: Trees = trees(
    {
        "features": ["x", "y"],
        "scale": 0.5,
        "shift": 0.0,
        "trees": [[[0, 0.5, 1, 2, 0.0], [-1, 0, 0, 0, -4.0], [-1, 0, 0, 0, 4.0]]],
    }
)


def labelled(of_x: float, of_y: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Four hundred rows; what is right has log odds of `of_x` for x and `of_y` for y, both ways."""
    random = np.random.default_rng(0)
    table = random.integers(0, 2, (400, 2)).astype(np.float64)
    odds = (table * 2 - 1) @ [of_x, of_y]
    return table, (random.random(400) < 1 / (1 + np.exp(-odds))).astype(np.float64)


def test_a_corrected_judge_is_its_odds_scaled_and_shifted_and_what_lightgbm_adds() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    table, right = labelled(1.0, 1.0)
    correction = fit_correction(JUDGE, table, right, ROUNDS)
    started = correction["scale"] * JUDGE.odds_table(table) + correction["shift"]
    model = lightgbm.train(dict(SETTINGS), lightgbm.Dataset(table, right, init_score=started), ROUNDS)
    assert correction["trees"]
    new = corrected(JUDGE, correction)
    assert np.allclose(new.odds_table(table), started + model.predict(table, raw_score=True), atol=1e-4)


def test_a_correction_survives_json_and_is_the_same_each_time() -> None:
    pytest.importorskip("lightgbm")
    table, right = labelled(1.0, 1.0)
    first, again = (fit_correction(JUDGE, table, right, ROUNDS) for _ in range(2))
    assert json.dumps(first) == json.dumps(again)
    read = corrected(JUDGE, json.loads(json.dumps(first)))
    assert np.array_equal(read.odds_table(table), corrected(JUDGE, first).odds_table(table))


def test_trees_learn_what_the_judge_did_not_look_at_and_explain_says_so() -> None:
    pytest.importorskip("lightgbm")
    table, right = labelled(1.0, 2.0)
    new = corrected(JUDGE, fit_correction(JUDGE, table, right, ROUNDS))
    low, high = new.judge([{"x": 1.0, "y": 0.0}, {"x": 1.0, "y": 1.0}])
    assert high > low + 0.1
    assert "y" in new.explain({"x": 1.0, "y": 1.0}) and "y" not in JUDGE.explain({"x": 1.0, "y": 1.0})


def test_a_judge_that_is_too_sure_becomes_less_sure() -> None:
    table, right = labelled(0.8, 0.0)
    correction = fit_correction(JUDGE, table, right)
    assert correction["scale"] < 0.7 and not correction["trees"]
    assert corrected(JUDGE, correction).judge([{"x": 1.0}])[0] < JUDGE.judge([{"x": 1.0}])[0]


def test_labels_against_it_do_not_turn_a_judge_round() -> None:
    table, right = labelled(-3.0, 0.0)
    correction = fit_correction(JUDGE, table, right)
    assert correction["scale"] == LEAST_SCALE


def test_a_correction_for_another_judge_is_refused() -> None:
    table, right = labelled(1.0, 0.0)
    correction = fit_correction(JUDGE, table, right)
    with pytest.raises(KeyError):
        corrected(JUDGE, {**correction, "features": ["z"]})


def papers(*said: tuple[float, bool], n: int = 6) -> dict[int, list[Verdict]]:
    """Papers of which a judge says the same: probability, and what is right; stated from a half on."""
    return {paper: [Verdict(p, p >= 0.5, right) for p, right in said] for paper in range(n)}


def test_what_is_surer_of_the_right_is_kept() -> None:
    change = compare("task", papers((0.6, True), (0.3, False)), {"odds": papers((0.8, True), (0.1, False))})
    assert (change.kept, change.reason, change.better, change.worse) == ("odds", "", 6, 0)
    assert change.new and change.new.loss == pytest.approx(-(math.log(0.8) + math.log(0.9)) / 2)


def test_the_better_of_two_kinds_is_taken() -> None:
    old = papers((0.6, True), (0.3, False))
    tried = {"odds": papers((0.7, True), (0.3, False)), "trees": papers((0.9, True), (0.3, False))}
    assert compare("task", old, tried).kept == "trees"


def test_what_would_state_less_of_the_right_is_not_kept_however_sure() -> None:
    old = papers((0.51, True), (0.9, False), (0.9, True))
    change = compare("task", old, {"odds": papers((0.49, True), (0.6, False), (0.9, True))})
    assert change.new and change.new.loss < change.old.loss
    assert (change.kept, change.reason) == ("", "F1 would fall")


def test_a_gain_in_one_paper_of_many_is_no_sure_gain() -> None:
    old = papers((0.6, True), (0.3, False), n=8)
    new = {**papers((0.59, True), (0.31, False), n=8), 0: papers((0.99, True), (0.01, False))[0]}
    change = compare("task", old, {"odds": new})
    assert change.new and change.new.loss < change.old.loss
    assert (change.kept, change.reason, change.better, change.worse) == ("", "no sure gain", 1, 7)


@pytest.mark.parametrize(
    "old", [papers((0.6, True), (0.3, False), n=4), papers((0.6, True), (0.6, True)), papers((0.3, False))]
)
def test_few_papers_or_only_one_kind_of_label_teach_nothing(old: dict[int, list[Verdict]]) -> None:
    change = compare("task", old, {"odds": papers((0.99, True), (0.01, False))})
    assert (change.kept, change.new) == ("", None) and change.reason.startswith("too few labels")


def test_errors_alone_teach_nothing() -> None:
    old = papers((0.6, False), (0.7, False), (0.4, True))
    change = compare("task", old, {"odds": papers((0.1, False), (0.1, False), (0.6, True))})
    assert change.kept == "" and "confirm what is right" in change.reason
