"""Laws of the smoothers."""

from collections.abc import Callable

import numpy as np
import pytest

from core_model.smoothing import OneEuro, smooth, smooth_at

RNG = np.random.default_rng(3)
PTS_S = np.sort(RNG.uniform(0, 3, 90))  # irregular
WEIGHT = RNG.uniform(size=(90, 4))


def _noise() -> np.ndarray:
    return RNG.normal(size=(90, 4, 3))


@pytest.mark.parametrize("confidence", [None, WEIGHT, np.zeros((90, 4))])
def test_constants_and_straight_motion_stay(confidence: np.ndarray | None) -> None:
    start, speed = RNG.normal(size=(2, 4, 3))
    moving = start + PTS_S[:, None, None] * speed
    np.testing.assert_allclose(smooth(moving, PTS_S, confidence=confidence), moving, atol=1e-9)
    still = np.broadcast_to(start, moving.shape)
    np.testing.assert_allclose(smooth(still, PTS_S, confidence=confidence), still, atol=1e-9)


@pytest.mark.parametrize("index", [0, 41, 89])
def test_one_frame_alone_is_the_same(index: int) -> None:
    values = _noise()
    alone = smooth_at(index, values, PTS_S, confidence=WEIGHT, sigma_s=0.1)
    np.testing.assert_allclose(alone, smooth(values, PTS_S, confidence=WEIGHT, sigma_s=0.1)[index], atol=1e-12)


def test_reversed_time_gives_the_reversed_answer() -> None:
    values = _noise()
    forward = smooth(values, PTS_S, confidence=WEIGHT)
    backward = smooth(values[::-1], -PTS_S[::-1], confidence=WEIGHT[::-1])
    np.testing.assert_allclose(backward[::-1], forward, atol=1e-9)


def test_it_is_linear_and_moves_with_its_input() -> None:
    a, b = _noise(), _noise()
    np.testing.assert_allclose(smooth(2 * a + b + 5, PTS_S), 2 * smooth(a, PTS_S) + smooth(b, PTS_S) + 5, atol=1e-9)


def test_noise_shrinks_and_a_slow_swing_does_not() -> None:
    pts_s = np.arange(250) / 25
    swing = np.sin(2 * np.pi * 0.8 * pts_s)[:, None, None]
    noise = 0.1 * RNG.normal(size=swing.shape)
    error = smooth(swing + noise, pts_s) - swing
    assert error.std() < 0.65 * noise.std()
    assert np.abs(smooth(swing, pts_s) - swing).max() < 0.06


def test_doubted_frames_count_less() -> None:
    pts_s = np.arange(50) / 25
    values, confidence = np.zeros((50, 1, 1)), np.ones((50, 1))
    values[25] = 1.0
    full = smooth(values, pts_s, confidence=confidence)
    confidence[25] = 0.01
    assert np.abs(smooth(values, pts_s, confidence=confidence)).max() < 0.1 * np.abs(full).max()


def test_gaps_stay_gaps_and_spoil_nothing() -> None:
    values = _noise()
    values[40:60] = np.nan
    smoothed = smooth(values, PTS_S)
    np.testing.assert_array_equal(np.isnan(smoothed), np.isnan(values))
    np.testing.assert_allclose(smoothed[:40], smooth(values[:40], PTS_S[:40])[:40], atol=0.5)
    assert np.isfinite(smooth(np.full((5, 4, 3), 1.0), np.zeros(5))).all()  # all at one time


def test_tracks_do_not_mix() -> None:
    track = np.repeat([0, 1], 45)
    values = np.where(track[:, None, None] == 0, 0.0, 100.0) * np.ones((1, 4, 3))
    np.testing.assert_allclose(smooth(values, PTS_S, track=track), values, atol=1e-9)


def test_images_have_no_time_to_be_smoothed_over() -> None:
    values = _noise()
    np.testing.assert_array_equal(smooth(values, np.full(90, np.nan)), values)


def test_long_clips_are_smoothed_in_pieces_without_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    values = _noise()
    whole = smooth(values, PTS_S)
    monkeypatch.setattr("core_model.smoothing._CHUNK", 7)
    np.testing.assert_allclose(smooth(values, PTS_S), whole, atol=1e-12)


@pytest.mark.parametrize("step", [lambda i: np.zeros(3), lambda i: np.full(3, 7.0)])
def test_one_euro_keeps_constants(step: Callable[[int], np.ndarray]) -> None:
    live = OneEuro()
    for i in range(10):
        np.testing.assert_allclose(live.update(step(i), i / 25), step(i))


def test_one_euro_smooths_stillness_and_follows_speed() -> None:
    live = OneEuro(beta=1.0)
    noise = 0.01 * RNG.normal(size=200)
    still = np.array([live.update(np.array([v]), i / 25)[0] for i, v in enumerate(noise)])
    assert still[20:].std() < 0.7 * noise[20:].std()
    live.reset()
    fast = np.array([live.update(np.array([10.0 * i / 25]), i / 25)[0] for i in range(100)])
    assert abs(fast[-1] - 10.0 * 99 / 25) < 0.3


def test_one_euro_starts_afresh_after_a_gap() -> None:
    live = OneEuro()
    live.update(np.array([0.0]), 0.0)
    assert np.isnan(live.update(np.array([np.nan]), 0.04)).all()
    assert live.update(np.array([50.0]), 0.08)[0] == 50.0
    assert live.update(np.array([3.0]), 0.01)[0] == 3.0  # back in time
