"""Laws of left and right over time: what was exchanged is found, what moves as people do is left alone."""

import numpy as np
import pytest

from core_model.motion import Motion, smooth_motion
from core_model.sides import PAIRS, consistent_sides, exchanged
from core_model.skeleton import JOINT, MIRROR, NUM_JOINTS

FRAMES, FPS, FOCAL_PX, WIDTH_PX = 90, 30.0, 1000.0, 640.0
LEGS, ARMS = slice(0, 4), slice(4, 8)
REST_M = {
    "pelvis": (0, 0), "r_hip": (-0.1, 0), "r_knee": (-0.1, 0.45), "r_ankle": (-0.1, 0.85), "l_hip": (0.1, 0),
    "l_knee": (0.1, 0.45), "l_ankle": (0.1, 0.85), "spine": (0, -0.2), "thorax": (0, -0.45), "neck": (0, -0.55),
    "head": (0, -0.7), "l_shoulder": (0.18, -0.45), "l_elbow": (0.2, -0.15), "l_wrist": (0.22, 0.1),
    "r_shoulder": (-0.18, -0.45), "r_elbow": (-0.2, -0.15), "r_wrist": (-0.22, 0.1), "l_toe": (0.1, 0.9),
    "r_toe": (-0.1, 0.9), "l_hand": (0.22, 0.2), "r_hand": (-0.22, 0.2),
}  # fmt: skip
SWING = {"knee": 0.12, "ankle": 0.28, "toe": 0.3, "elbow": -0.08, "wrist": -0.18, "hand": -0.22}
"""Metres that a joint of the left swings forth, and of the right back."""


def person(turn_rad: float | np.ndarray = 0.0, step_hz: float = 1.0) -> Motion:
    """Somebody walks on the spot, turned about the vertical: 0 faces the camera, 90 degrees is a view from the side."""
    pts_s = np.arange(FRAMES) / FPS
    body_m = np.zeros((FRAMES, NUM_JOINTS, 3))
    body_m[..., :2] = np.array([REST_M[name] for name in JOINT])
    for name, reach_m in SWING.items():
        for side, sign in (("l", -1), ("r", 1)):
            body_m[:, JOINT[f"{side}_{name}"], 2] += sign * reach_m * np.sin(2 * np.pi * step_hz * pts_s)
    cos, sin = np.broadcast_to(np.cos(turn_rad), FRAMES), np.broadcast_to(np.sin(turn_rad), FRAMES)
    turned_m = body_m.copy()
    turned_m[..., 0] = cos[:, None] * body_m[..., 0] + sin[:, None] * body_m[..., 2]
    turned_m[..., 2] = cos[:, None] * body_m[..., 2] - sin[:, None] * body_m[..., 0] + 4
    return seen(turned_m)


def seen(joints_m: np.ndarray) -> Motion:
    """The motion of joints (T, 21, 3), each 80 % sure."""
    count = len(joints_m)
    return Motion(
        pts_s=np.arange(count) / FPS,
        joints3d_m=joints_m,
        joints2d_px=joints_m[..., :2] / joints_m[..., 2:] * FOCAL_PX + WIDTH_PX / 2,
        angles_rad=np.zeros((count, NUM_JOINTS - 1, 2)),
        confidence=np.full((count, NUM_JOINTS), 0.8),
        box_px=np.tile([0.0, 0.0, WIDTH_PX, WIDTH_PX], (count, 1)),
        focal_px=np.full(count, FOCAL_PX),
        track=np.zeros(count, dtype=np.int64),
    )


def changed(motion: Motion, exchange: np.ndarray) -> Motion:
    """As a network would tell it that exchanges these pairs (T, 8)."""
    told = seen(exchanged(motion.joints3d_m, exchange))
    told.track[:] = motion.track
    return told


def found(motion: Motion) -> np.ndarray:
    m = motion
    return consistent_sides(m.joints3d_m, m.joints2d_px, m.confidence, m.focal_px, m.pts_s, m.track)


def _errors() -> np.ndarray:
    """(T, 8) a whole body, legs, arms, and ankles with their toes, for one to nine frames."""
    wrong = np.zeros((FRAMES, 8), dtype=bool)
    wrong[10:13] = True
    wrong[30:31, LEGS] = True
    wrong[45:54, ARMS] = True
    wrong[70:76, 2:4] = True
    return wrong


@pytest.mark.parametrize("turn_rad", [0.0, 0.6, np.pi])
def test_what_was_exchanged_is_found(turn_rad: float) -> None:
    wrong = _errors()
    np.testing.assert_array_equal(found(changed(person(turn_rad), wrong)), wrong)


@pytest.mark.parametrize("step_hz", [0.5, 1.0, 1.8])
@pytest.mark.parametrize("turn_rad", [0.0, 1.0, np.pi / 2, np.linspace(0, 4 * np.pi, FRAMES)])
def test_legs_that_pass_each_other_and_people_who_turn_are_left_alone(
    turn_rad: float | np.ndarray, step_hz: float
) -> None:
    assert not found(person(turn_rad, step_hz)).any()


def test_a_repaired_motion_needs_no_repair() -> None:
    rng = np.random.default_rng(0)
    noisy = seen(person(0.7).joints3d_m + rng.normal(scale=0.05, size=(FRAMES, NUM_JOINTS, 3)))
    told = changed(noisy, rng.random((FRAMES, 8)) < 0.3)
    exchange = found(told)
    assert exchange.any()
    assert not found(changed(told, exchange)).any()


def test_the_mirror_image_has_the_mirrored_answer() -> None:
    told = changed(person(0.4), _errors())
    mirrored = seen((told.joints3d_m * [-1, 1, 1])[:, MIRROR])
    np.testing.assert_array_equal(found(mirrored), found(told))


def test_reversed_time_has_the_reversed_answer() -> None:
    told = changed(person(0.4), _errors())
    np.testing.assert_array_equal(found(seen(told.joints3d_m[::-1])), found(told)[::-1])


def test_two_people_say_nothing_of_each_other() -> None:
    motion = person()
    motion.track[40:] = 1
    wrong = np.zeros((FRAMES, 8), dtype=bool)
    wrong[40:] = True  # the second is told the other way round throughout, which nobody can know
    assert not found(changed(motion, wrong)).any()
    wrong[60:63] = False
    exchange = found(changed(motion, wrong))
    assert exchange[60:63].all()
    assert exchange.any(axis=1).sum() == 3


def test_lone_frames_gaps_and_images_are_left_alone() -> None:
    wrong = _errors()
    told = changed(person(), wrong)
    told.joints3d_m[[9, 13, 29, 31]] = np.nan
    told.confidence[[9, 13, 29, 31]] = 0
    exchange = found(told)
    assert not exchange[:44].any()  # on islands of their own nothing contradicts them
    np.testing.assert_array_equal(exchange[45:], wrong[45:])
    told.pts_s[:] = np.nan
    assert not found(told).any()
    assert not found(seen(person().joints3d_m[:1])).any()
    assert found(seen(person().joints3d_m[:0])).shape == (0, 8)


def test_exchanging_twice_changes_nothing() -> None:
    values, exchange = np.random.default_rng(1).normal(size=(FRAMES, NUM_JOINTS, 3)), _errors()
    once = exchanged(values, exchange)
    np.testing.assert_array_equal(exchanged(once, exchange), values)
    np.testing.assert_array_equal(once[11, PAIRS], values[11, PAIRS[:, ::-1]])
    np.testing.assert_array_equal(exchanged(once[..., 0], exchange), values[..., 0])


def test_the_smoothed_motion_is_that_of_the_truth_and_the_raw_one_stays_raw() -> None:
    true, wrong = person(0.3), _errors()
    told = changed(true, wrong)
    told.confidence[:] = exchanged(np.broadcast_to(np.linspace(0.7, 0.9, NUM_JOINTS), (FRAMES, NUM_JOINTS)), wrong)
    before = told.joints3d_m.copy()
    smoothed = smooth_motion(told)
    np.testing.assert_array_equal(told.joints3d_m, before)
    np.testing.assert_allclose(smoothed.confidence, np.broadcast_to(np.linspace(0.7, 0.9, NUM_JOINTS), (FRAMES, 21)))
    true.confidence[:] = smoothed.confidence
    expected = smooth_motion(true)
    np.testing.assert_allclose(smoothed.joints3d_m, expected.joints3d_m, atol=1e-9)
    np.testing.assert_allclose(smoothed.angles_rad, expected.angles_rad, atol=1e-9)
