"""How far each joint bends, and how long each limb is (numpy only).

A limb is a unit vector in the frame of its parent limb, given by two angles on a *dial*: a right angle triad
``(e1, e2, e3)`` per limb. With ``(longitude, latitude) = angles + ZERO_RAD``

    direction = cos(latitude) * (cos(longitude) * e1 + sin(longitude) * e2) + sin(latitude) * e3

so that the angles come back from a direction in closed form. Angles of zero give the rest direction: the body stands,
legs down, arms stretched out at shoulder height, 45 degrees forward (about the plane of the shoulder blades, in
which arms are raised; straight sideways or forward would put a pole of the dial where arms often are).

- Torso, hips, feet, wrists: a swing about one axis and a narrower one out of its plane.
- Elbows and knees: *bend* is the hinge, *turn* the rotation of the upper arm or thigh about its own axis, which limb
  vectors show only once the hinge is bent. The dial's pole lies `HINGE_TILT_DEG` short of a fold of 180 degrees,
  where no joint gets, and its opposite that much beyond straight.
- Right limbs are the mirror image of left ones, with the same angles.

Ranges start from American Academy of Orthopaedic Surgeons, *Joint Motion* (1965), Boone and Azen, J. Bone Joint Surg.
61-A (1979), and White and Panjabi, *Clinical Biomechanics of the Spine* (1990); then they are widened where motion
capture of healthy people goes further, for limb vectors carry the twists of their parents and the two segments of our
spine the bends of many vertebrae.
"""

import numpy as np

from core_model.skeleton import JOINT, LIMB_GROUP, LIMB_MIRROR, NUM_LIMBS, SHAPE_GROUPS

ARM_FORWARD_DEG = 45.0
"""Rest direction of the arms, forward of straight sideways."""
HINGE_TILT_DEG = 20.0
TOES_DOWN_DEG = 20.0
"""Rest direction of the foot, from ankle to toe, below the horizon."""

_X, _Y, _Z = np.eye(3)
_C, _S = np.cos(np.deg2rad(ARM_FORWARD_DEG)), np.sin(np.deg2rad(ARM_FORWARD_DEG))
_ARM, _ARM_FORWARD = _C * _X + _S * _Z, _C * _Z - _S * _X
_C, _S = np.cos(np.deg2rad(TOES_DOWN_DEG)), np.sin(np.deg2rad(TOES_DOWN_DEG))
_FOOT, _FOOT_DOWN = _C * _Z - _S * _Y, -_C * _Y - _S * _Z


def _swing(e1: np.ndarray, e2: np.ndarray, e3: np.ndarray) -> tuple[np.ndarray, float]:
    """A dial at rest along `e1`: the first angle goes towards `e2`, the second towards `e3`."""
    return np.stack([e1, e2, e3]), 0.0


def _hinge(straight: np.ndarray, bent: np.ndarray, side: np.ndarray) -> tuple[np.ndarray, float]:
    """A dial at rest along `straight`: the second angle bends towards `bent`, the first turns that to `side`."""
    tilt = np.deg2rad(HINGE_TILT_DEG)
    pole = np.sin(tilt) * bent - np.cos(tilt) * straight
    return np.stack([np.cos(tilt) * bent + np.sin(tilt) * straight, side, pole]), tilt - np.pi / 2


# joint the limb ends in: dial, then for each angle its name and its limits in degrees
_Row = tuple[tuple[np.ndarray, float], tuple[str, float, float], tuple[str, float, float]]
_TABLE: dict[str, _Row] = {
    "l_hip": (_swing(_X, _Y, _Z), ("left hip: up", 0, 0), ("left hip: forward", 0, 0)),
    "l_knee": (_swing(-_Y, _Z, _X), ("left thigh: forward", -55, 160), ("left thigh: outward", -40, 85)),
    "l_ankle": (_hinge(-_Y, -_Z, _X), ("left knee: turn foot outward", -128, 75), ("left knee: bend", -12, 152)),
    "l_toe": (_swing(_FOOT, _X, _FOOT_DOWN), ("left foot: outward", -135, 135), ("left foot: point", -78, 80)),
    "spine": (_swing(_Y, _Z, _X), ("lower back: forward", 0, 0), ("lower back: left", -35, 35)),
    "thorax": (_swing(_Y, _Z, _X), ("upper back: forward", -55, 80), ("upper back: left", -45, 45)),
    "neck": (_swing(_Y, _Z, _X), ("neck: forward", -90, 80), ("neck: left", -65, 65)),
    "head": (_swing(_Y, _Z, _X), ("head: forward", -70, 75), ("head: left", -60, 60)),
    "l_shoulder": (_swing(_X, _Z, _Y), ("left shoulder: forward", -75, 65), ("left shoulder: up", -45, 50)),
    "l_elbow": (_swing(_ARM, _Y, _ARM_FORWARD), ("left arm: raise", -150, 120), ("left arm: forward", -88, 88)),
    "l_wrist": (_hinge(_ARM, _ARM_FORWARD, _Y), ("left elbow: turn up", -100, 145), ("left elbow: bend", -18, 150)),
    "l_hand": (_swing(_ARM, _ARM_FORWARD, _Y), ("left wrist: forward", -100, 130), ("left wrist: up", -80, 80)),
}  # fmt: skip

_MIRROR_X = np.diag([-1.0, 1.0, 1.0])


def _build() -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[tuple[str, str], ...]]:
    """Dials (20, 3, 3), zeros (20, 2), limits (20, 2, 2) and names of all limbs from the table of left limbs."""
    dials, zeros = np.zeros((NUM_LIMBS, 3, 3)), np.zeros((NUM_LIMBS, 2))
    limits, names = np.zeros((NUM_LIMBS, 2, 2)), [("", "")] * NUM_LIMBS
    for joint, ((dial, zero), first, second) in _TABLE.items():
        limb = JOINT[joint] - 1
        for target, side in ((LIMB_MIRROR[limb], "right"), (limb, "left")):
            dials[target] = dial if target == limb else dial @ _MIRROR_X
            zeros[target, 1] = zero
            limits[target] = np.deg2rad([first[1:], second[1:]])
            names[target] = (first[0].replace("left", side, 1), second[0].replace("left", side, 1))
            if LIMB_MIRROR[limb] == limb:
                names[target] = (first[0], second[0])
    return dials, zeros, limits, tuple(names)


DIALS, ZERO_RAD, LIMITS_RAD, ANGLE_NAMES = _build()
"""Rows e1, e2, e3 of each limb's dial (20, 3, 3); offset of the angles (20, 2); lowest and highest angle
(20, 2, 2); what a person calls each angle, by the way it goes when it grows, 20 pairs."""
FREE_ANGLES = LIMITS_RAD[..., 1] > LIMITS_RAD[..., 0]
"""(20, 2) bool. The hips lie on the body frame's x axis and the lower back in its x-y plane: nothing to turn there."""

_LON, _LAT = ZERO_RAD[:, :1], ZERO_RAD[:, 1:]
REST_DIRECTIONS = np.cos(_LAT) * (np.cos(_LON) * DIALS[:, 0] + np.sin(_LON) * DIALS[:, 1]) + np.sin(_LAT) * DIALS[:, 2]
"""(20, 3) each limb in the body frame when all angles are zero."""

_MIRROR_SIGN = np.ones((NUM_LIMBS, 2))
_MIRROR_SIGN[np.arange(NUM_LIMBS) == LIMB_MIRROR, 1] = -1.0


def mirror_angles(angles_rad: np.ndarray) -> np.ndarray:
    """The pose seen in a mirror, (..., 20, 2) -> (..., 20, 2): left and right change places, exactly.

    >>> angles = np.random.default_rng(0).uniform(LIMITS_RAD[..., 0], LIMITS_RAD[..., 1])
    >>> bool((mirror_angles(mirror_angles(angles)) == angles).all())
    True
    """
    return angles_rad[..., LIMB_MIRROR, :] * _MIRROR_SIGN.astype(angles_rad.dtype)


_CANONICAL_M = {
    "hip": 0.092, "thigh": 0.415, "shin": 0.425, "foot": 0.190, "spine": 0.220, "chest": 0.285, "neck": 0.100,
    "head": 0.190, "shoulder": 0.175, "upper_arm": 0.280, "forearm": 0.255, "hand": 0.085,
}  # fmt: skip
CANONICAL_LENGTHS_M = np.array([_CANONICAL_M[group] for group in SHAPE_GROUPS])
"""(12,) limb lengths of the canonical body, about 1.70 m tall, one a shape group."""
LENGTH_BOUND = float(np.log(1.4))
"""Length = canonical * exp(bound * shape): a shape of 1 makes a limb 40 % longer, of -1 shorter by the same factor."""


def limb_lengths_m(shape: np.ndarray) -> np.ndarray:
    """Body shape (..., 12) in [-1, 1] -> limb lengths (..., 20) in metres."""
    return (CANONICAL_LENGTHS_M * np.exp(LENGTH_BOUND * np.asarray(shape)))[..., LIMB_GROUP]
