"""The exported skeleton: 19 bones that carry our 20 limbs exactly (numpy only).

A bone sits at its *head*, one of our joints, and points to its *tail*, another; in the rest pose all bones have the
world's axes. Two things differ from our tree of limbs. The spine begins with a bone at the same place as the hips,
since our lower back sways against the hip line; and the hips themselves are offsets, being one rigid line.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from core_model.limits import REST_DIRECTIONS
from core_model.skeleton import JOINT, LIMB_MIRROR

Rest = Literal["T", "A"]
Names = Literal["mixamo", "h36m"]
A_POSE_DEG = 45.0
"""How far the arms hang below the horizon in the A-pose."""


class Bone(NamedTuple):
    """One row of the table. `tail` is None for the hips, which point nowhere; only the last of a chain has an `end`."""

    mixamo: str
    h36m: str
    parent: str
    head: str
    tail: str | None
    rest: tuple[float, float, float]
    end: tuple[str, str] | None = None


_UP, _DOWN, _LEFT, _RIGHT = (0.0, 1.0, 0.0), (0.0, -1.0, 0.0), (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)
_X, _Y, _Z = REST_DIRECTIONS[JOINT["l_toe"] - 1].tolist()
_FOOT = (_X, _Y, _Z)


def _arm(side: str, out: tuple[float, float, float]) -> list[Bone]:
    s, ours = side[0], side[0].lower()
    return [
        Bone(f"{side}Shoulder", f"{s}Collar", "Spine1", "thorax", f"{ours}_shoulder", out),
        Bone(f"{side}Arm", f"{s}Shoulder", f"{side}Shoulder", f"{ours}_shoulder", f"{ours}_elbow", out),
        Bone(f"{side}ForeArm", f"{s}Elbow", f"{side}Arm", f"{ours}_elbow", f"{ours}_wrist", out),
        Bone(
            f"{side}Hand", f"{s}Wrist", f"{side}ForeArm", f"{ours}_wrist", f"{ours}_hand", out,
            (f"{side}Hand_End", f"{s}Hand"),
        ),
    ]  # fmt: skip


def _leg(side: str) -> list[Bone]:
    s, ours = side[0], side[0].lower()
    return [
        Bone(f"{side}UpLeg", f"{s}Hip", "Hips", f"{ours}_hip", f"{ours}_knee", _DOWN),
        Bone(f"{side}Leg", f"{s}Knee", f"{side}UpLeg", f"{ours}_knee", f"{ours}_ankle", _DOWN),
        Bone(
            f"{side}Foot", f"{s}Ankle", f"{side}Leg", f"{ours}_ankle", f"{ours}_toe", _FOOT,
            (f"{side}Toe_End", f"{s}Toe"),
        ),
    ]  # fmt: skip


BONES = (
    Bone("Hips", "Pelvis", "", "pelvis", None, _UP),
    Bone("Spine", "Torso", "Hips", "pelvis", "spine", _UP),
    Bone("Spine1", "Spine", "Spine", "spine", "thorax", _UP),
    Bone("Neck", "Thorax", "Spine1", "thorax", "neck", _UP),
    Bone("Head", "Neck", "Neck", "neck", "head", _UP, ("HeadTop_End", "Head")),
    *_arm("Left", _LEFT), *_arm("Right", _RIGHT), *_leg("Left"), *_leg("Right"),
)  # fmt: skip
"""Parents come before their children."""
BONE = {bone.mixamo: i for i, bone in enumerate(BONES)}
BONE_PARENTS = np.array([BONE.get(bone.parent, -1) for bone in BONES], dtype=np.int64)
BONE_HEADS = np.array([JOINT[bone.head] for bone in BONES], dtype=np.int64)
BONE_TAILS = np.array([JOINT[bone.tail] if bone.tail else -1 for bone in BONES], dtype=np.int64)
BONE_REST = np.array([bone.rest for bone in BONES])
"""(19, 3) where each bone points in the T-pose."""


@dataclass(frozen=True, slots=True)
class Rig:
    """A skeleton at rest: facing +z, the hips at the origin."""

    names: tuple[str, ...]  # (19,)
    offsets_m: np.ndarray  # (19, 3) from the parent's head, zero for the hips
    end_names: dict[int, str]  # of the bones that end a chain
    tails_m: np.ndarray  # (19, 3) from head to tail; of no meaning for the hips
    turns: np.ndarray  # (19, 3, 3) the T-pose into this rest pose

    @property
    def heads_m(self) -> np.ndarray:
        """(19, 3) at rest."""
        heads = np.zeros_like(self.offsets_m)
        for bone, parent in enumerate(BONE_PARENTS[1:], start=1):
            heads[bone] = heads[parent] + self.offsets_m[bone]
        return heads

    @property
    def hip_height_m(self) -> float:
        """Of the hips above the lower toe at rest."""
        return float(-(self.heads_m + self.tails_m)[1:, 1].min())


def rig(lengths_m: np.ndarray, rest: Rest = "T", names: Names = "mixamo") -> Rig:
    """The skeleton of a body with limb lengths (20,), arms stretched out (T) or lowered by `A_POSE_DEG` (A)."""
    turns = rest_turns(rest)
    tails = BONE_REST * np.where(BONE_TAILS > 0, lengths_m[BONE_TAILS - 1], 0.0)[:, None]
    tails = (turns @ tails[..., None]).squeeze(-1)
    at_parents_tail = (BONE_PARENTS >= 0) & (BONE_TAILS[BONE_PARENTS] == BONE_HEADS)
    offsets = np.where(at_parents_tail[:, None], tails[BONE_PARENTS], 0.0)
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        offsets[BONE[f"{side}UpLeg"]] = [sign * lengths_m[JOINT[f"{side[0].lower()}_hip"] - 1], 0.0, 0.0]
    column = Bone._fields.index(names)
    ends = {i: bone.end[column] for i, bone in enumerate(BONES) if bone.end}
    return Rig(tuple(str(bone[column]) for bone in BONES), offsets, ends, tails, turns)


def rest_turns(rest: Rest) -> np.ndarray:
    """(19, 3, 3) what turns each bone of the T-pose into the rest pose."""
    turns = np.tile(np.eye(3), (len(BONES), 1, 1))
    if rest == "A":
        cos, sin = np.cos(np.deg2rad(A_POSE_DEG)), np.sin(np.deg2rad(A_POSE_DEG))
        for side, sign in (("Left", -1.0), ("Right", 1.0)):
            lowered = np.array([[cos, -sign * sin, 0.0], [sign * sin, cos, 0.0], [0.0, 0.0, 1.0]])
            turns[[BONE[f"{side}{name}"] for name in ("Arm", "ForeArm", "Hand")]] = lowered
    return turns


def tied_lengths(lengths_m: np.ndarray) -> np.ndarray:
    """Limb lengths (20,) with left and right the same."""
    return (lengths_m + lengths_m[LIMB_MIRROR]) / 2
