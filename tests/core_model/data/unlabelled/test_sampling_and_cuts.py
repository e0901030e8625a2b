"""Frames are taken by time, and shots begin where the picture changes for good."""

import numpy as np
import pytest

from core_model.data.unlabelled.cuts import LONGEST_SHOT_S, Look, difference, find_cuts, look_of, shot_numbers
from core_model.data.unlabelled.sampling import sample_indices


@pytest.mark.parametrize("fps", [5.0, 8.0, 23.976, 30.0, 60.0, 240.0])
def test_samples_follow_the_clock_not_the_frame_rate(fps: float) -> None:
    pts_s = 3.0 + np.arange(int(10 * fps)) / fps
    taken_s = pts_s[sample_indices(pts_s, 8.0, 1000)]
    assert len(taken_s) == min(80, len(pts_s))
    assert len(taken_s) / (taken_s[-1] - taken_s[0]) < 8.2
    if fps > 8:  # never later than the next frame after the tick
        assert np.abs(taken_s - 3.0 - np.arange(80) / 8).max() <= 1 / fps + 1e-6


def test_uneven_times_are_sampled_evenly() -> None:
    rng = np.random.default_rng(0)
    pts_s = np.cumsum(rng.uniform(0.005, 0.06, 400))
    gaps = np.diff(pts_s[sample_indices(pts_s, 8.0, 1000)])
    assert gaps.min() > 0.06
    assert gaps.max() < 0.19


def test_a_long_video_is_looked_at_in_windows() -> None:
    pts_s = np.arange(25 * 3600) / 25
    taken = sample_indices(pts_s, 8.0, 800)
    assert len(taken) == 800
    gaps = np.diff(pts_s[taken])
    assert np.median(gaps) < 0.2  # neighbours stay neighbours
    assert pts_s[taken[-1]] > 3500
    assert (gaps > 10).sum() == 4


def test_no_frames_no_samples() -> None:
    assert len(sample_indices(np.zeros(0), 8.0, 10)) == 0
    assert sample_indices(np.array([0.5]), 8.0, 10).tolist() == [0]


def place(seed: int) -> np.ndarray:
    """A picture (90, 160, 3) of its own."""
    rng = np.random.default_rng(seed)
    return np.kron(rng.integers(0, 255, (6, 8, 3)), np.ones((15, 20, 1))).astype(np.uint8)


def scene(seed: int, count: int, pan_px: int = 3) -> list[Look]:
    """Looks of a noisy camera that turns."""
    rng = np.random.default_rng(seed + 100)
    frames = [np.roll(place(seed), i * pan_px, axis=1) for i in range(count)]
    return [look_of((f + rng.normal(0, 6, f.shape)).clip(0, 255).astype(np.uint8)) for f in frames]


def test_differences_are_a_distance() -> None:
    one, other = look_of(place(1)), look_of(place(2))
    assert difference(one, one) == 0
    assert difference(one, other) == pytest.approx(difference(other, one))
    assert 0 < difference(one, other) <= 1


def test_cuts_are_found_where_they_are() -> None:
    assert find_cuts(scene(1, 20) + scene(2, 9) + scene(3, 20)) == [20, 29]
    assert find_cuts(scene(1, 40)) == []
    assert find_cuts(scene(1, 40, pan_px=8)) == []  # a fast turn is no cut
    assert find_cuts(scene(1, 1)) == find_cuts([]) == []


@pytest.mark.parametrize("length", [1, 2])
def test_a_flash_is_no_cut(length: int) -> None:
    flash = [look_of(np.full((90, 160, 3), 250, np.uint8))] * length
    looks = scene(1, 30)
    assert find_cuts(looks[:15] + flash + looks[15 + length :]) == []


def test_shots_also_end_at_gaps_and_when_they_get_long() -> None:
    looks = scene(1, 1) * 10
    pts_s = np.arange(10) / 8
    assert shot_numbers(looks, pts_s).tolist() == [0] * 10
    pts_s[6:] += 2
    assert shot_numbers(looks, pts_s).tolist() == [0] * 6 + [1] * 4
    pts_s = np.arange(10) * 0.9 * LONGEST_SHOT_S / 60
    assert shot_numbers(looks * 20, np.arange(200) * 0.9).max() == 2
