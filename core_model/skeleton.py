"""The skeleton: 21 joints, 20 limbs, 14 parts, and the maps to other conventions (numpy only).

Joints are the 17 of Human3.6M in its order, then toes and hands. *Limb* ``i`` (0..19) is the bone that ends in
joint ``i + 1``; its parent joint is ``PARENTS[i + 1]``. The pelvis is the midpoint of the two hips.
"""

from types import MappingProxyType

import numpy as np

JOINTS = (
    "pelvis", "r_hip", "r_knee", "r_ankle", "l_hip", "l_knee", "l_ankle", "spine", "thorax", "neck", "head",
    "l_shoulder", "l_elbow", "l_wrist", "r_shoulder", "r_elbow", "r_wrist", "l_toe", "r_toe", "l_hand", "r_hand",
)  # fmt: skip
JOINT = MappingProxyType({name: i for i, name in enumerate(JOINTS)})
NUM_JOINTS = len(JOINTS)
NUM_LIMBS = NUM_JOINTS - 1

_PARENT_NAMES = (
    None, "pelvis", "r_hip", "r_knee", "pelvis", "l_hip", "l_knee", "pelvis", "spine", "thorax", "neck",
    "thorax", "l_shoulder", "l_elbow", "thorax", "r_shoulder", "r_elbow", "l_ankle", "r_ankle", "l_wrist", "r_wrist",
)  # fmt: skip
PARENTS = np.array([-1 if name is None else JOINT[name] for name in _PARENT_NAMES], dtype=np.int64)
LIMBS = np.stack([PARENTS[1:], np.arange(1, NUM_JOINTS)], axis=1)
"""(20, 2) parent and child joint of each limb."""


def _mirror_name(name: str) -> str:
    swap = {"l_": "r_", "r_": "l_"}
    return swap.get(name[:2], name[:2]) + name[2:]


MIRROR = np.array([JOINT[_mirror_name(name)] for name in JOINTS], dtype=np.int64)
"""(21,) joint that each joint becomes under a left/right flip."""
LIMB_MIRROR = MIRROR[1:] - 1
"""(20,) limb that each limb becomes under a left/right flip."""

SHAPE_GROUPS = (
    "hip", "thigh", "shin", "foot", "spine", "chest", "neck", "head", "shoulder", "upper_arm", "forearm", "hand",
)  # fmt: skip
"""Limbs whose lengths vary together (left and right are tied): the body shape factor has one number each."""
NUM_SHAPE = len(SHAPE_GROUPS)
_LIMB_GROUP_NAMES = (
    "hip", "thigh", "shin", "hip", "thigh", "shin", "spine", "chest", "neck", "head",
    "shoulder", "upper_arm", "forearm", "shoulder", "upper_arm", "forearm", "foot", "foot", "hand", "hand",
)  # fmt: skip
LIMB_GROUP = np.array([SHAPE_GROUPS.index(name) for name in _LIMB_GROUP_NAMES], dtype=np.int64)
"""(20,) index into SHAPE_GROUPS of each limb."""

PARTS = (
    "head", "torso",
    "l_upper_arm", "r_upper_arm", "l_forearm", "r_forearm", "l_hand", "r_hand",
    "l_thigh", "r_thigh", "l_shin", "r_shin", "l_foot", "r_foot",
)  # fmt: skip
NUM_PARTS = len(PARTS)
BACKGROUND = NUM_PARTS
"""Channel of the background in a (15, H, W) segmentation: the last."""
_PART_ANCHOR_NAMES = (
    ("neck", "head"), ("thorax", "pelvis"),
    ("l_shoulder", "l_elbow"), ("r_shoulder", "r_elbow"), ("l_elbow", "l_wrist"), ("r_elbow", "r_wrist"),
    ("l_wrist", "l_hand"), ("r_wrist", "r_hand"),
    ("l_hip", "l_knee"), ("r_hip", "r_knee"), ("l_knee", "l_ankle"), ("r_knee", "r_ankle"),
    ("l_ankle", "l_toe"), ("r_ankle", "r_toe"),
)  # fmt: skip
PART_ANCHORS = np.array([[JOINT[a], JOINT[b]] for a, b in _PART_ANCHOR_NAMES], dtype=np.int64)
"""(14, 2) the two anchor joints of each part: near end, far end."""


def _limbs_between(one: int, other: int) -> frozenset[int]:
    """Limbs on the way up from a joint to another, from whichever lies deeper."""
    for low, high in ((other, one), (one, other)):
        limbs, joint = set[int](), low
        while joint not in (high, -1):
            limbs.add(joint - 1)
            joint = int(PARENTS[joint])
        if joint == high:
            return frozenset(limbs)
    raise ValueError(f"{JOINTS[one]} and {JOINTS[other]} lie on different branches")


PART_LIMBS = tuple(_limbs_between(int(near), int(far)) for near, far in PART_ANCHORS)
"""The limbs inside each part: the angles that move it."""
PART_MIRROR = np.array([PARTS.index(_mirror_name(name)) for name in PARTS], dtype=np.int64)

LSP_14 = (
    "r_ankle", "r_knee", "r_hip", "l_hip", "l_knee", "l_ankle", "r_wrist", "r_elbow", "r_shoulder",
    "l_shoulder", "l_elbow", "l_wrist", "thorax", "head",
)  # fmt: skip
"""Our names of the 14 joints of Leeds Sports Poses in its order (its neck is our thorax, its head top our head)."""


def title(name: str) -> str:
    """What a person calls a joint or a part.

    >>> title("l_upper_arm"), title("pelvis")
    ('Left upper arm', 'Pelvis')
    """
    side = {"l_": "left ", "r_": "right "}.get(name[:2], "")
    return (side + (name[2:] if side else name).replace("_", " ")).capitalize()
