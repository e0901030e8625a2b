import numpy as np
import pytest

from core_model.evaluation.reliability import reliability

RNG = np.random.default_rng(9)


def test_honest_confidences_are_calibrated() -> None:
    confidence = RNG.random(200_000)
    right = RNG.random(confidence.shape) < confidence
    result = reliability(confidence, right)
    assert result["calibration_error"] < 1
    assert sum(row["count"] for row in result["bins"]) == confidence.size
    for row in result["bins"]:
        assert 100 * row["low"] <= row["confidence"] <= 100 * row["high"]
        assert row["right"] == pytest.approx(row["confidence"], abs=2)


def test_boasting_costs_what_it_exceeds() -> None:
    result = reliability(np.full((5, 4), 0.9), np.arange(20).reshape(5, 4) < 10)
    assert result["calibration_error"] == pytest.approx(40)
    (row,) = result["bins"]
    assert row["count"] == 20
    assert (row["low"], row["high"], row["right"]) == (0.9, 1.0, 50)


def test_the_ends_belong_to_the_outer_bins() -> None:
    result = reliability(np.array([0.0, 1.0]), np.array([False, True]))
    assert result["calibration_error"] == 0
    assert [(row["low"], row["high"]) for row in result["bins"]] == [(0, 0.1), (0.9, 1.0)]


def test_nothing_measured_is_not_known() -> None:
    result = reliability(np.zeros(0), np.zeros(0, bool))
    assert np.isnan(result["calibration_error"])
    assert result["bins"] == []
