"""Euler angles and quaternions: round trips, and no jumps."""

import numpy as np

from core_model.data.mocap.motion import euler_rotation, rotation_from_quaternion
from core_model.retarget.angles import ORDER, euler_zxy, quaternions_xyzw

RNG = np.random.default_rng(1)


def test_euler_angles_give_the_rotations_back() -> None:
    rotations = euler_rotation(RNG.uniform(-np.pi, np.pi, (50, 7, 3)), ORDER)
    np.testing.assert_allclose(euler_rotation(euler_zxy(rotations), ORDER), rotations, atol=1e-9)


def test_at_the_pole_they_still_do() -> None:
    angles = np.array([[[0.3, np.pi / 2, 0.5]], [[0.3, -np.pi / 2, 0.5]]])
    rotations = euler_rotation(angles, ORDER)
    np.testing.assert_allclose(euler_rotation(euler_zxy(rotations), ORDER), rotations, atol=1e-7)


def test_curves_run_on_through_full_turns_and_over_the_pole() -> None:
    steady = np.linspace(0, 6 * np.pi, 200)[:, None, None] * [[[1, 0, 0], [0, 1, 0], [0, 0, 1]]]
    angles = euler_zxy(euler_rotation(steady, ORDER))
    np.testing.assert_allclose(angles, steady, atol=1e-7)


def test_no_other_angles_would_be_nearer_to_the_frame_before() -> None:
    moving = np.cumsum(RNG.normal(0, 0.1, (300, 4, 3)), axis=0)
    angles = euler_zxy(euler_rotation(moving, ORDER))
    assert np.abs(np.diff(angles, axis=0)).max() <= np.pi + 1e-9


def test_quaternions_give_the_rotations_back_without_sign_flips() -> None:
    moving = np.cumsum(RNG.normal(0, 0.2, (300, 4, 3)), axis=0)
    rotations = euler_rotation(moving, ORDER)
    xyzw = quaternions_xyzw(rotations)
    np.testing.assert_allclose(rotation_from_quaternion(xyzw[..., [3, 0, 1, 2]]), rotations, atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(xyzw, axis=-1), 1)
    assert (xyzw[1:] * xyzw[:-1]).sum(-1).min() > 0
