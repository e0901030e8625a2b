"""Frame rates and gaps."""

import numpy as np
import pytest

from core_model.retarget.timing import frame_rate, resampled


@pytest.mark.parametrize("fps", [24000 / 1001, 25, 30000 / 1001, 30, 60, 12.5, 7.0])
@pytest.mark.parametrize("start_s", [0.0, 3.21])
def test_an_even_clip_has_its_own_rate(fps: float, start_s: float) -> None:
    assert frame_rate(start_s + np.arange(200) / fps) == pytest.approx(fps, abs=1e-9)


def test_whole_milliseconds_hide_no_rate() -> None:
    assert frame_rate(np.round(np.arange(500) / 30, 3)) == 30
    assert frame_rate(np.round(np.arange(3000) * 1001 / 30000, 3)) == 30000 / 1001


def test_a_pause_does_not_change_the_rate() -> None:
    assert frame_rate(np.concatenate([np.arange(50), np.arange(80, 130)]) / 25) == 25


def test_one_frame_has_some_rate() -> None:
    assert frame_rate(np.array([0.0])) > 0


@pytest.mark.parametrize("fps", [10.0, 25.0, 59.94, 120.0])
def test_steady_motion_stays_steady_at_any_rate(fps: float) -> None:
    pts_s = np.sort(np.random.default_rng(0).uniform(0, 2, 60))
    speed = np.random.default_rng(1).normal(size=(21, 3))
    samples = resampled(pts_s[:, None, None] * speed, pts_s, fps)
    np.testing.assert_allclose(np.diff(samples.times_s), 1 / fps)
    inside = samples.times_s <= pts_s[-1]
    np.testing.assert_allclose(samples.values[inside], samples.times_s[inside, None, None] * speed, atol=1e-9)


def test_at_its_own_rate_a_clip_stays_as_it_is() -> None:
    values = np.random.default_rng(0).normal(size=(30, 21, 3))
    samples = resampled(values, 5 + np.arange(30) / 29.97, 29.97)
    np.testing.assert_allclose(samples.values, values, atol=1e-9)
    assert not samples.gap_s.any()


def test_ends_are_cut_and_holes_are_crossed_and_told() -> None:
    values = np.arange(30.0)[:, None]
    values[[0, 1, 29]] = np.nan
    values[10:14] = np.nan
    samples = resampled(values, np.arange(30) / 10, 10)
    assert samples.times_s[0] == pytest.approx(0.2)
    np.testing.assert_allclose(samples.values[:, 0], np.arange(2, 29))
    np.testing.assert_allclose(samples.gap_s, np.where((np.arange(27) >= 8) & (np.arange(27) < 12), 0.5, 0.0))


def test_one_known_row_is_a_clip_of_one() -> None:
    values = np.full((5, 2), np.nan)
    values[3] = 7
    samples = resampled(values, np.arange(5) / 30, 60)
    assert samples.values.tolist() == [[7, 7]]
