"""Laws of the bones' turns: joints come back, nothing depends on where the person faces, elbows are hinges."""

import numpy as np
import pytest
import torch

from core_model.data.mocap import load_poses
from core_model.geometry.kinematics import joints_from_directions
from core_model.retarget.rig import BONE, BONE_REST, BONE_TAILS, Rest, rig
from core_model.retarget.turns import bone_turns, joints_of_turns, local_turns
from core_model.skeleton import JOINT, LIMBS
from tests.core_model.motions import dance_take

FPS = 30.0
LENGTHS_M = np.linspace(0.1, 0.3, 20)
LENGTHS_M[JOINT["r_hip"] - 1] = LENGTHS_M[JOINT["l_hip"] - 1]


def recorded() -> np.ndarray:
    """Poses of people, each with the lengths above, (N, 21, 3)."""
    joints = load_poses("held_out").joints_m[::7].astype(np.float64)
    limbs = joints[:, LIMBS[:, 1]] - joints[:, LIMBS[:, 0]]
    limbs[:, JOINT["l_hip"] - 1] = -limbs[:, JOINT["r_hip"] - 1]
    ways = torch.from_numpy(limbs / np.linalg.norm(limbs, axis=-1, keepdims=True))
    return joints_from_directions(ways, torch.from_numpy(LENGTHS_M).expand(len(ways), 20)).numpy()


def yaw(angle_rad: float) -> np.ndarray:
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])


@pytest.mark.parametrize("rest", ["T", "A"])
def test_joints_come_back_exactly_from_the_turns(rest: Rest) -> None:
    joints, skeleton = recorded() + [1.0, 2.0, 3.0], rig(LENGTHS_M, rest)
    turns = bone_turns(joints, FPS)
    np.testing.assert_allclose(turns @ turns.swapaxes(-1, -2), np.broadcast_to(np.eye(3), turns.shape), atol=1e-9)
    assert np.linalg.det(turns).min() > 0.99
    back = joints_of_turns(local_turns(turns, skeleton), joints[:, 0], skeleton)
    np.testing.assert_allclose(back, joints, atol=1e-9)


def test_the_pose_at_rest_has_no_turns() -> None:
    skeleton = rig(LENGTHS_M)
    still = np.broadcast_to(np.eye(3), (3, len(BONE), 3, 3))
    joints = joints_of_turns(still, np.zeros((3, 3)), skeleton)
    np.testing.assert_allclose(bone_turns(joints, FPS), still, atol=1e-9)
    assert joints[0, JOINT["l_wrist"], 0] > joints[0, JOINT["l_shoulder"], 0] > 0  # the left side is at +x
    assert joints[0, JOINT["l_toe"], 2] > 0.05  # and the toes at +z


def test_arms_hang_lower_in_the_a_pose_and_nothing_else_differs() -> None:
    t_pose, a_pose = rig(LENGTHS_M, "T"), rig(LENGTHS_M, "A")
    arms = [BONE[f"{side}{name}"] for side in ("Left", "Right") for name in ("Arm", "ForeArm", "Hand")]
    others = [bone for bone in BONE.values() if bone not in arms]
    np.testing.assert_array_equal(t_pose.tails_m[others], a_pose.tails_m[others])
    lengths = LENGTHS_M[BONE_TAILS[arms] - 1]
    np.testing.assert_allclose(a_pose.tails_m[arms][:, 1], -lengths * np.sqrt(0.5))
    np.testing.assert_allclose(a_pose.tails_m[arms][:, 0], BONE_REST[arms][:, 0] * lengths * np.sqrt(0.5))


def test_who_turns_on_the_spot_turns_only_the_hips() -> None:
    joints, skeleton = dance_take().joints_m, rig(dance_take().lengths_m)
    one = local_turns(bone_turns(joints, FPS), skeleton)
    other = local_turns(bone_turns(joints @ yaw(2.0).T, FPS), skeleton)
    np.testing.assert_allclose(other[:, 0], yaw(2.0) @ one[:, 0], atol=1e-9)
    np.testing.assert_allclose(other[:, 1:], one[:, 1:], atol=1e-9)


def test_elbows_and_knees_turn_about_one_axis_once_bent() -> None:
    joints = np.repeat(recorded()[:, None], 40, axis=1)  # each held for a while
    held = [local_turns(bone_turns(pose, FPS), rig(LENGTHS_M))[20] for pose in joints[:60]]
    for name, axis in (("LeftForeArm", 1), ("RightForeArm", 1), ("LeftLeg", 0), ("RightLeg", 0)):
        local = np.stack(held)[:, BONE[name]]
        bend = np.arccos(np.clip((np.trace(local, axis1=1, axis2=2) - 1) / 2, -1, 1))
        assert (bend > 0.3).sum() > 10
        assert np.median(local[bend > 0.3, axis, axis]) > 0.995, name
        if name.endswith("Leg"):  # shins fold backwards, about +x
            assert (local[bend > 0.3, 2, 1] > 0).mean() > 0.9


def test_a_straight_arm_keeps_the_plane_it_had() -> None:
    """Straightened for a moment, an arm does not spin about itself."""
    take = dance_take(90)
    joints = take.joints_m.copy()
    upper = joints[:, JOINT["l_elbow"]] - joints[:, JOINT["l_shoulder"]]
    length = np.linalg.norm(joints[:, JOINT["l_wrist"]] - joints[:, JOINT["l_elbow"]], axis=1, keepdims=True)
    straight = joints[:, JOINT["l_elbow"]] + upper / np.linalg.norm(upper, axis=1, keepdims=True) * length
    joints[40:44, JOINT["l_wrist"]] = straight[40:44]
    before = bone_turns(take.joints_m, FPS)[:, BONE["LeftArm"]]
    after = bone_turns(joints, FPS)[:, BONE["LeftArm"]]
    off = np.arccos(np.clip((np.trace(before.swapaxes(1, 2) @ after, axis1=1, axis2=2) - 1) / 2, -1, 1))
    assert np.rad2deg(off).max() < 25


def test_a_knee_pressed_through_does_not_turn_the_thigh_about() -> None:
    """Readings of straight legs bend a little to either side; the kneecap stays in front."""
    joints = np.repeat(dance_take(1).joints_m, 60, axis=0)
    hip, length = joints[:, JOINT["l_hip"]], 0.4
    bend = np.deg2rad(10 * np.sin(np.arange(60)))
    shin = np.column_stack([np.zeros(60), -np.cos(bend), -np.sin(bend)])
    joints[:, JOINT["l_knee"]] = hip + [0, -length, 0]
    joints[:, JOINT["l_ankle"]] = joints[:, JOINT["l_knee"]] + length * shin
    turns = bone_turns(joints, FPS)
    thigh = (turns[:, BONE["Hips"]].swapaxes(1, 2) @ turns[:, BONE["LeftUpLeg"]])[..., 0]
    assert (thigh @ thigh[0]).min() > 0.95
    assert thigh[:, 0].min() > 0.5
