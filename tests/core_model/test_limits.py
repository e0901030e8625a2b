"""The tables of joint limits: sides mirror each other, the rest pose stands, names tell which way an angle goes."""

import numpy as np
import pytest
import torch

from core_model import limits
from core_model.geometry.kinematics import forward_kinematics, joints_from_lengths, limb_directions
from core_model.skeleton import JOINT, JOINTS, LIMB_MIRROR, MIRROR, NUM_LIMBS


def test_rest_is_within_all_limits_and_limits_are_ordered() -> None:
    assert (limits.LIMITS_RAD[..., 0] <= 0).all()
    assert (limits.LIMITS_RAD[..., 1] >= 0).all()
    # no angle may reach a pole of its dial: there a direction has many names
    latitude = limits.LIMITS_RAD[:, 1] + limits.ZERO_RAD[:, 1, None]
    assert (np.abs(latitude) <= np.deg2rad(88.1)).all()


def test_free_angles_are_two_a_limb_but_for_hips_and_lower_back() -> None:
    free = {JOINTS[i + 1]: int(limits.FREE_ANGLES[i].sum()) for i in range(NUM_LIMBS)}
    assert free.pop("l_hip") == free.pop("r_hip") == 0
    assert free.pop("spine") == 1
    assert set(free.values()) == {2}


def test_dials_are_orthonormal_and_right_ones_mirror_left_ones() -> None:
    assert np.allclose(limits.DIALS @ limits.DIALS.swapaxes(1, 2), np.eye(3))
    mirrored = limits.DIALS[LIMB_MIRROR] * [-1, 1, 1]
    sided = np.arange(NUM_LIMBS) != LIMB_MIRROR
    assert np.allclose(mirrored[sided], limits.DIALS[sided])
    assert np.array_equal(limits.LIMITS_RAD[LIMB_MIRROR], limits.LIMITS_RAD)


def test_the_canonical_body_stands_upright_and_is_about_170_cm_tall() -> None:
    joints = forward_kinematics(torch.zeros(20, 2), torch.zeros(12))
    height = float(joints[JOINT["head"], 1] - joints[JOINT["l_ankle"], 1]) + 0.08  # ankles are 8 cm above the floor
    assert height == pytest.approx(1.70, abs=0.03)
    assert joints[JOINT["l_hand"], 0] > 0.5
    assert joints[JOINT["l_toe"], 2] > 0.1


def test_mirrored_angles_give_mirrored_joints() -> None:
    rng = np.random.default_rng(0)
    angles = rng.uniform(limits.LIMITS_RAD[..., 0], limits.LIMITS_RAD[..., 1], (50, 20, 2))
    shape = torch.zeros(50, 12, dtype=torch.float64)
    joints = forward_kinematics(torch.from_numpy(angles), shape).numpy()
    flipped = forward_kinematics(torch.from_numpy(limits.mirror_angles(angles)), shape).numpy()
    assert np.allclose(flipped, joints[:, MIRROR] * [-1, 1, 1], atol=1e-12)


AWAY = {"up": (1, 1), "forward": (2, 1), "left": (0, 1), "outward": (0, 1)}
"""Axis and sign by the last word of a name, for the left side of the body."""


TOLD = [
    (limb, which)
    for limb in range(NUM_LIMBS)
    for which in (0, 1)
    if limits.FREE_ANGLES[limb, which] and limits.ANGLE_NAMES[limb][which].rsplit(" ", 1)[1] in AWAY
    if "turn" not in limits.ANGLE_NAMES[limb][which]  # seen only once the hinge is bent: below
]


@pytest.mark.parametrize(("limb", "which"), TOLD)
def test_an_angle_moves_its_limb_the_way_its_name_says(limb: int, which: int) -> None:
    angles = torch.zeros(2, 20, 2)
    angles[1, limb, which] = 0.1
    before, after = limb_directions(angles)[:, limb]
    axis, sign = AWAY[limits.ANGLE_NAMES[limb][which].rsplit(" ", 1)[1]]
    mirrored = -1 if JOINTS[limb + 1].startswith("r_") and axis == 0 else 1
    assert float((after - before)[axis]) * sign * mirrored > 0.05


def moved(**degrees: float) -> np.ndarray:
    """Joints of the canonical body at rest but for some angles, by name with blanks and colons as underscores."""
    angles = torch.zeros(20, 2)
    for limb in range(NUM_LIMBS):
        for which in (0, 1):
            name = limits.ANGLE_NAMES[limb][which].replace(": ", " ").replace(" ", "_")
            angles[limb, which] = np.deg2rad(degrees.pop(name, 0.0))
    assert not degrees
    lengths = torch.from_numpy(limits.limb_lengths_m(np.zeros(12))).float()
    return joints_from_lengths(angles, lengths).numpy()


@pytest.mark.parametrize(("side", "s", "out"), [("left", "l", 1), ("right", "r", -1)])
def test_hinges_bend_the_human_way(side: str, s: str, out: int) -> None:
    kneeling = moved(**{f"{side}_knee_bend": 90})
    assert kneeling[JOINT[f"{s}_ankle"], 2] < -0.3
    turned = moved(**{f"{side}_knee_bend": 90, f"{side}_knee_turn_foot_outward": 45})
    assert (turned - kneeling)[JOINT[f"{s}_ankle"], 0] * out > 0.1
    lowered = moved(**{f"{side}_arm_raise": -90})
    assert lowered[JOINT[f"{s}_elbow"], 1] < lowered[JOINT[f"{s}_shoulder"], 1] - 0.2
    bent = moved(**{f"{side}_elbow_bend": 90})
    assert (bent[JOINT[f"{s}_wrist"], 0] - bent[JOINT[f"{s}_elbow"], 0]) * out < -0.1
    up = moved(**{f"{side}_elbow_bend": 90, f"{side}_elbow_turn_up": 45})
    assert (up - bent)[JOINT[f"{s}_wrist"], 1] > 0.1
    pointed = moved(**{f"{side}_foot_point": 60})
    assert pointed[JOINT[f"{s}_toe"], 1] < pointed[JOINT[f"{s}_ankle"], 1] - 0.15
