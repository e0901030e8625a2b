"""From the nodes of each kind of motion file to our 21 joints, in metres, y up (numpy).

A joint is a node, a sum of weighted nodes, or a node and a step in its frame (metres). ``"node@carrier"`` means where
the node would be had `carrier` carried it rigidly from the pose of zero angles: the base of the neck, say, sits in the
chest however the neck bends, so that limbs keep their lengths. The pelvis is always the midpoint of the hips.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core_model.data.mocap.motion import Motion
from core_model.errors import MediaError
from core_model.skeleton import JOINT, JOINTS

CMU_UNIT_M = 0.0254 / 0.45
_Rule = str | dict[str, float] | tuple[str, tuple[float, float, float]]
_Z_UP = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
"""To y up from z up and facing -y."""


@dataclass(frozen=True)
class Dialect:
    """How one kind of file names its nodes. `rules`: ours -> nodes; `{s}` is the side in `sides` (left, right)."""

    rules: dict[str, _Rule]
    sides: tuple[str, str]
    unit_m: float
    repair: Callable[[Motion], Motion] = lambda motion: motion
    to_y_up: np.ndarray = field(default_factory=lambda: np.eye(3))

    def fits(self, names: set[str]) -> bool:
        """Whether a file with these nodes speaks this dialect."""
        return all(node in names for rule in self._joint_rules().values() for node in _nodes(rule))

    def _joint_rules(self) -> dict[str, _Rule]:
        rules: dict[str, _Rule] = {}
        for joint in JOINTS[1:]:
            side = {"l_": self.sides[0], "r_": self.sides[1]}.get(joint[:2])
            rule = self.rules[joint if side is None else joint[2:]]
            rules[joint] = rule if side is None else _with_side(rule, side)
        return rules

    def joints_m(self, motion: Motion) -> np.ndarray:
        """(T, 21, 3) our joints in the world, y up."""
        motion = self.repair(motion)
        places, turns = motion.world()
        still, _ = motion.at_zero().world()
        joints = np.zeros((len(places), len(JOINTS), 3))

        def at(name: str) -> np.ndarray:
            node, _, carrier = name.partition("@")
            n, c = motion.index[node], motion.index[carrier or node]
            return places[:, c] + turns[:, c] @ (still[0, n] - still[0, c])

        for joint, rule in self._joint_rules().items():
            if isinstance(rule, tuple):
                step = turns[:, motion.index[rule[0]]] @ (np.array(rule[1]) / self.unit_m)
                joints[:, JOINT[joint]] = at(rule[0]) + step
                continue
            weighted = {rule: 1.0} if isinstance(rule, str) else rule
            joints[:, JOINT[joint]] = sum(weight * at(name) for name, weight in weighted.items())
        joints[:, JOINT["pelvis"]] = (joints[:, JOINT["l_hip"]] + joints[:, JOINT["r_hip"]]) / 2
        joints *= self.unit_m
        return joints @ self.to_y_up.T


def is_known(motion: Motion) -> bool:
    """Whether `joints_of` can read the motion's skeleton."""
    return any(dialect.fits(set(motion.names)) for dialect in DIALECTS)


def joints_of(motion: Motion) -> np.ndarray:
    """Our joints (T, 21, 3), metres, world, y up, of a motion of any known dialect; MediaError where none fits."""
    for dialect in DIALECTS:
        if dialect.fits(set(motion.names)):
            return dialect.joints_m(motion)
    raise MediaError(
        f"The skeleton of this motion (its nodes: {', '.join(motion.names[:6])} ...) is not known.",
        "Add its names to core_model/data/mocap/skeletons.py.",
    )


def _with_side(rule: _Rule, side: str) -> _Rule:
    if isinstance(rule, str):
        return rule.format(s=side)
    if isinstance(rule, tuple):
        return rule[0].format(s=side), rule[1]
    return {name.format(s=side): weight for name, weight in rule.items()}


def _nodes(rule: _Rule) -> list[str]:
    names = [rule] if isinstance(rule, str) else rule[:1] if isinstance(rule, tuple) else list(rule)
    return [part for name in names for part in name.split("@")]


def _put_back_thorax(motion: Motion) -> Motion:
    """The well-known BVH conversion of the CMU database leaves out two bones: the upper chest, so that neck and
    shoulders begin too low, and the lower half of the forearm's last third, so that hands begin too high."""
    chest = np.array([0.0198, 0.9995, 0.0234]) * 2.065
    changed = dict.fromkeys(("Neck", "LeftShoulder", "RightShoulder"), chest)
    for side in ("Left", "Right"):
        changed[f"{side}FingerBase"] = motion.offsets[motion.index[f"{side}Hand"]] / 2
    return motion.with_offsets(changed)


_HEAD_TOP = 2.0  # CMU's head bone ends about the eyes; the top of the head is about twice as far

ACCLAIM = Dialect(
    {
        "hip": "{s}femur", "knee": "{s}tibia", "ankle": "{s}foot", "toe": "{s}toes_end", "spine": "upperback",
        "thorax": "upperneck@thorax", "neck": "head", "head": {"head": 1 - _HEAD_TOP, "head_end": _HEAD_TOP},
        "shoulder": "{s}humerus", "elbow": "{s}radius", "wrist": "{s}hand", "hand": "{s}fingers_end",
    },
    ("l", "r"), CMU_UNIT_M,
)  # fmt: skip
CGSPEED = Dialect(
    {
        "hip": "{s}UpLeg", "knee": "{s}Leg", "ankle": "{s}Foot", "toe": "{s}ToeBase_end", "spine": "Spine",
        "thorax": "Neck1@Spine1", "neck": "Head", "head": {"Head": 1 - _HEAD_TOP, "Head_end": _HEAD_TOP},
        "shoulder": "{s}Arm", "elbow": "{s}ForeArm", "wrist": "{s}FingerBase", "hand": "{s}HandIndex1_end",
    },
    ("Left", "Right"), CMU_UNIT_M, repair=_put_back_thorax,
)  # fmt: skip
DAZ = Dialect(
    {
        "hip": "{s}Thigh", "knee": "{s}Shin", "ankle": "{s}Foot",
        "toe": {"{s}Foot": -0.4, "{s}Foot_end": 1.4}, "spine": "chest", "thorax": "neck", "neck": "head",
        "head": ("head", (0.0, 0.19, 0.02)),
        "shoulder": "{s}Shldr", "elbow": "{s}ForeArm", "wrist": "{s}Hand", "hand": "{s}Mid1",
    },
    ("l", "r"), 0.01,
)  # fmt: skip
MAKEHUMAN = Dialect(
    {
        "hip": "{s}hip", "knee": "{s}knee", "ankle": "{s}foot", "toe": "toe2-3.{s}_end", "spine": "chest",
        "thorax": "neck", "neck": "head", "head": ("head", (0.0, 0.19, 0.02)),
        "shoulder": "{s}shoulder", "elbow": "{s}elbow", "wrist": "{s}hand", "hand": "finger3-1.{s}",
    },
    ("l", "r"), 0.01,
)  # fmt: skip
ICLONE = Dialect(
    {
        "hip": "CC_Base_{s}_Thigh", "knee": "CC_Base_{s}_Calf", "ankle": "CC_Base_{s}_Foot",
        "toe": {"CC_Base_{s}_Foot": -0.25, "CC_Base_{s}_MidToe1": 1.25}, "spine": "CC_Base_Spine02",
        "thorax": "CC_Base_NeckTwist01", "neck": "CC_Base_Head",
        "head": ("CC_Base_Head", (0.0, 0.19, 0.02)),
        "shoulder": "CC_Base_{s}_Upperarm", "elbow": "CC_Base_{s}_Forearm", "wrist": "CC_Base_{s}_Hand",
        "hand": "CC_Base_{s}_Mid1",
    },
    ("L", "R"), 0.01,
)  # fmt: skip
FAIR = Dialect(
    {
        "hip": "{s}UpLeg", "knee": "{s}Leg", "ankle": "{s}Foot", "toe": "{s}ToeBase_end", "spine": "Spine2",
        "thorax": "Neck", "neck": "Head", "head": {"Head": -0.3, "Head_end": 1.3},
        "shoulder": "{s}Arm", "elbow": "{s}ForeArm", "wrist": "{s}Hand", "hand": "{s}HandEnd",
    },
    ("Left", "Right"), 0.0387, to_y_up=_Z_UP,
)  # fmt: skip
ROKOKO = Dialect(
    {
        "hip": "{s}UpLeg", "knee": "{s}Leg", "ankle": "{s}Foot", "toe": "{s}ToeBase_end", "spine": "Spine1",
        "thorax": "Neck", "neck": "Head", "head": ("Head", (0.0, 0.19, 0.02)),
        "shoulder": "{s}Arm", "elbow": "{s}ForeArm", "wrist": "{s}Hand", "hand": "{s}HandMiddle1",
    },
    ("Left", "Right"), 0.01,
)  # fmt: skip
DEEPMIMIC = Dialect(
    {
        "hip": "{s}_hip", "knee": "{s}_knee", "ankle": "{s}_ankle", "toe": "{s}_toe", "spine": "chest",
        "thorax": "thorax", "neck": "skull", "head": "neck_end",
        "shoulder": "{s}_shoulder", "elbow": "{s}_elbow", "wrist": "{s}_wrist", "hand": "{s}_hand",
    },
    ("left", "right"), 1.0,
)  # fmt: skip
EXPORTED_MIXAMO = Dialect(
    {
        "hip": "{s}UpLeg", "knee": "{s}Leg", "ankle": "{s}Foot", "toe": "{s}Foot_end", "spine": "Spine1",
        "thorax": "Neck", "neck": "Head", "head": "Head_end",
        "shoulder": "{s}Arm", "elbow": "{s}ForeArm", "wrist": "{s}Hand", "hand": "{s}Hand_end",
    },
    ("Left", "Right"), 1.0,
)  # fmt: skip
EXPORTED_H36M = Dialect(
    {
        "hip": "{s}Hip", "knee": "{s}Knee", "ankle": "{s}Ankle", "toe": "{s}Ankle_end", "spine": "Spine",
        "thorax": "Thorax", "neck": "Neck", "head": "Neck_end",
        "shoulder": "{s}Shoulder", "elbow": "{s}Elbow", "wrist": "{s}Wrist", "hand": "{s}Wrist_end",
    },
    ("L", "R"), 1.0,
)  # fmt: skip
"""Those of `core_model.retarget.rig`."""
DIALECTS = (DEEPMIMIC, ACCLAIM, CGSPEED, DAZ, MAKEHUMAN, ICLONE, ROKOKO, FAIR, EXPORTED_MIXAMO, EXPORTED_H36M)
