"""A joint goes where it is pulled, if it can; the rest of the body stays; limits hold."""

import numpy as np
import pytest

from core_model.limits import LIMITS_RAD
from core_model.prediction import ATLAS_PX, CROP_PX, Camera, Factors
from core_model.reaching import reach
from core_model.skeleton import JOINT
from core_model.synthesis import joints_of

REACHING = ("l_wrist", "r_hand", "l_elbow", "r_ankle", "l_toe", "l_knee", "head", "r_shoulder", "thorax")


def person(angles_rad: np.ndarray) -> Factors:
    """Somebody four metres away, upright."""
    camera = Camera(np.diag([-1.0, -1.0, 1.0]), np.array([0.1, 0.0, 4.0]), 900.0, (960, 720))
    atlas, background = np.zeros((14, 4, *ATLAS_PX), np.float32), np.zeros((CROP_PX, CROP_PX, 3), np.uint8)
    return Factors(angles_rad, np.zeros(12), camera, np.array([200.0, 60, 760, 620]), atlas, background)


def random_angles(rng: np.random.Generator, share: float = 0.5) -> np.ndarray:
    """Within the middle of the limits, about rest."""
    return rng.uniform(LIMITS_RAD[..., 0] * share, LIMITS_RAD[..., 1] * share)


def where(factors: Factors, angles_rad: np.ndarray, joint: int) -> np.ndarray:
    """(3,) camera frame."""
    return joints_of(factors.edited(angles_rad=angles_rad))[0][joint]


@pytest.mark.parametrize("name", REACHING)
def test_what_another_pose_reaches_is_reached_within_the_limits(name: str) -> None:
    rng, joint, misses = np.random.default_rng(3), JOINT[name], []
    for _ in range(6):
        start, other = random_angles(rng), random_angles(rng)
        factors = person(start)
        target_m = where(factors, start + 0.5 * (other - start), joint)
        angles = reach(factors, joint, target_m)
        assert (angles >= LIMITS_RAD[..., 0] - 1e-9).all()
        assert (angles <= LIMITS_RAD[..., 1] + 1e-9).all()
        misses.append(np.linalg.norm(where(factors, angles, joint) - target_m))
        target_px = factors.camera.project(target_m)
        seen_px = factors.camera.project(where(factors, reach(factors, joint, target_px), joint))
        assert np.linalg.norm(seen_px - target_px) < 8
    assert np.median(misses) < 0.02
    assert max(misses) < 0.06


def test_only_what_lies_between_joint_and_pelvis_moves() -> None:
    factors = person(random_angles(np.random.default_rng(0)))
    joint = JOINT["l_wrist"]
    angles = reach(factors, joint, where(factors, factors.angles_rad, joint) + [0.1, 0.1, 0.0])
    moved = np.flatnonzero((angles != factors.angles_rad).any(axis=1))
    assert {JOINT["l_elbow"] - 1, JOINT["l_wrist"] - 1} <= set(moved)
    assert set(moved) <= {JOINT[n] - 1 for n in ("l_wrist", "l_elbow", "l_shoulder", "thorax", "spine")}
    reach_m = np.abs(angles - factors.angles_rad)
    assert reach_m[JOINT["thorax"] - 1].max() < reach_m[[JOINT["l_elbow"] - 1, JOINT["l_wrist"] - 1]].max()


def test_pulled_nowhere_it_stays() -> None:
    factors = person(random_angles(np.random.default_rng(1)))
    joint = JOINT["r_ankle"]
    angles = reach(factors, joint, where(factors, factors.angles_rad, joint))
    np.testing.assert_allclose(angles, factors.angles_rad, atol=1e-6)


def test_back_where_it_began_the_pose_is_the_one_it_began_with() -> None:
    factors = person(random_angles(np.random.default_rng(2)))
    joint, rest = JOINT["l_wrist"], factors.angles_rad
    home = where(factors, rest, joint)
    away = reach(factors, joint, home + [0.15, -0.1, 0.1], rest)
    back = reach(factors.edited(angles_rad=away), joint, home, rest)
    np.testing.assert_allclose(back, rest, atol=0.03)


def test_too_far_away_it_stretches_towards_it() -> None:
    factors = person(np.zeros((20, 2)))
    joint, shoulder = JOINT["l_wrist"], JOINT["l_shoulder"]
    target_m = where(factors, factors.angles_rad, shoulder) + [0.0, -3.0, 0.0]  # y is down: straight up
    angles = reach(factors, joint, target_m)
    along = where(factors, angles, joint) - where(factors, angles, shoulder)
    assert along[1] / np.linalg.norm(along) < -0.9
    assert np.linalg.norm(along) > 0.5  # the arm is straight


def test_a_straight_arm_can_be_pushed_in() -> None:
    factors = person(np.zeros((20, 2)))
    joint, shoulder = JOINT["l_wrist"], JOINT["l_shoulder"]
    hand, root = (where(factors, factors.angles_rad, j) for j in (joint, shoulder))
    angles = reach(factors, joint, root + 0.7 * (hand - root))
    assert np.linalg.norm(where(factors, angles, joint) - (root + 0.7 * (hand - root))) < 0.02


def test_hips_and_pelvis_cannot_be_pulled() -> None:
    factors = person(random_angles(np.random.default_rng(4)))
    for name in ("pelvis", "l_hip", "r_hip"):
        np.testing.assert_array_equal(reach(factors, JOINT[name], np.array([0.0, 0, 3])), factors.angles_rad)


def test_pixels_at_a_depth_are_seen_where_they_were() -> None:
    camera, rng = person(np.zeros((20, 2))).camera, np.random.default_rng(0)
    points_px, depth_m = rng.uniform(0, 700, (5, 2)), rng.uniform(1, 5, 5)
    points_m = camera.unproject(points_px, depth_m)
    np.testing.assert_allclose(points_m[:, 2], depth_m)
    np.testing.assert_allclose(camera.project(points_m), points_px, atol=1e-9)
