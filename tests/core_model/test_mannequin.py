"""The surface lies about the joints that it is given, whoever they belong to."""

import numpy as np
import pytest

from core_model.data.mocap.poses import load_poses
from core_model.mannequin import Mannequin
from core_model.skeleton import BACKGROUND, JOINT, PARTS

BODY = Mannequin()
POSES_M = load_poses("held_out").joints_m[::500]
TURN = np.array([[0.0, 0, 1], [0, -1, 0], [1, 0, 0]])


def centre(joints_m: np.ndarray, part: str) -> np.ndarray:
    """Middle of a part of the surface."""
    return BODY.posed(joints_m).points_m[BODY.part == PARTS.index(part)].mean(axis=0)


@pytest.mark.parametrize("joints_m", POSES_M)
def test_arms_and_legs_lie_about_their_joints(joints_m: np.ndarray) -> None:
    for part, (a, b) in {
        "l_forearm": ("l_elbow", "l_wrist"), "r_upper_arm": ("r_shoulder", "r_elbow"), "l_shin": ("l_knee", "l_ankle"),
    }.items():  # fmt: skip
        start, end = joints_m[JOINT[a]], joints_m[JOINT[b]]
        along = (end - start) / np.linalg.norm(end - start)
        off = centre(joints_m, part) - start
        assert np.linalg.norm(off - (off @ along) * along) < 0.05
        assert 0.2 < off @ along / np.linalg.norm(end - start) < 0.8


def test_it_moves_and_turns_with_the_joints() -> None:
    here, there = BODY.posed(POSES_M[0]), BODY.posed(POSES_M[0] @ TURN.T + [1.0, 2, 3])
    np.testing.assert_allclose(there.points_m, here.points_m @ TURN.T + [1.0, 2, 3], atol=1e-5)
    np.testing.assert_allclose(there.normals, here.normals @ TURN.T, atol=1e-5)


def test_a_larger_person_has_a_larger_surface() -> None:
    small, large = BODY.posed(POSES_M[0]).points_m, BODY.posed(1.5 * POSES_M[0]).points_m
    np.testing.assert_allclose(np.ptp(large, axis=0), 1.5 * np.ptp(small, axis=0), rtol=1e-4)


def test_only_what_hangs_on_a_joint_moves_with_it() -> None:
    moved = POSES_M[0].copy()
    moved[[JOINT["l_wrist"], JOINT["l_hand"]]] += [0.05, 0.1, 0.02]
    before, after = BODY.posed(POSES_M[0]).points_m, BODY.posed(moved).points_m
    far = np.isin(BODY.part, [PARTS.index(name) for name in ("head", "l_shin", "r_hand", "r_forearm")])
    assert np.abs(after - before)[far].max() < 1e-3
    assert np.linalg.norm(after - before, axis=1)[BODY.part == PARTS.index("l_hand")].min() > 0.05


def test_every_point_has_a_part_and_a_unit_normal() -> None:
    assert BODY.part.max() < BACKGROUND
    assert BODY.faces.max() < len(BODY.part)
    np.testing.assert_allclose(np.linalg.norm(BODY.posed(POSES_M[0]).normals, axis=1), 1, atol=1e-6)
