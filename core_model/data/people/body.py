"""One body: shape, pose from joint positions, and linear blend skinning.

Posing turns bones, it never stretches them: limb *directions* are those asked for, lengths stay the body's own, and the
labels are the posed body's own joints. Each limb swings by the smallest rotation from the frame of the bone before it;
its twist puts the elbow's or knee's hinge into the plane of the bend, less and less as the limb becomes straight, where
that plane means nothing.
"""

import math
from dataclasses import dataclass

import numpy as np

from core_model.data.people.assets import Array, Mesh, Rig
from core_model.data.people.rotations import between, cross, frame, signed_angle, swing, turn, unit
from core_model.skeleton import JOINT

STRAIGHT_RAD = (math.radians(6), math.radians(17))
_BONE_OF_JOINT = {
    "r_hip": "RightUpLeg", "r_knee": "RightLeg", "r_ankle": "RightFoot", "l_hip": "LeftUpLeg", "l_knee": "LeftLeg",
    "l_ankle": "LeftFoot", "spine": "Spine", "neck": "Head", "l_shoulder": "LeftArm", "l_elbow": "LeftForeArm",
    "l_wrist": "LeftHand", "r_shoulder": "RightArm", "r_elbow": "RightForeArm", "r_wrist": "RightHand",
}  # fmt: skip
_POSTURE = {
    joint: turn(np.array((1.0, 0.0, 0.0)), math.radians(degrees))
    for joint, degrees in (("spine", -13), ("neck", -12), ("l_toe", -8), ("r_toe", -8))
}
"""How the limb to a joint leans in recordings of people at rest, against this body, whose joints lie elsewhere."""
_LANDMARK_JOINTS = ("head", "l_toe", "r_toe", "l_hand", "r_hand")


@dataclass(frozen=True)
class Gesture:
    """What 21 joints do not say: turn of the head, of both forearms, and bend of the fingers (rad)."""

    head_turn_rad: float = 0.0
    forearm_rad: tuple[float, float] = (0.0, 0.0)
    fingers_rad: float = 0.3


@dataclass(frozen=True)
class PosedBody:
    """Rotations (31,3,3) of the bones from rest, their transforms (31,3,4), and our joints (21,3) in metres."""

    rotations: Array
    transforms: Array
    joints_m: Array


class Body:
    """A rig with one shape (K,). Frames are those of the asked joints; the pelvis lands in the origin."""

    def __init__(self, rig: Rig, shape: Array) -> None:
        self.rig = rig
        self.bone = {name: i for i, name in enumerate(rig.names)}
        self.heads = rig.heads.at(shape).astype(np.float64)
        self.landmarks = rig.landmarks.at(shape).astype(np.float64)
        self.rest = self.joints_of(self.heads, self.landmarks)
        self._bone_index = np.array([self.bone[name] for name in _BONE_OF_JOINT.values()])
        self._fingers = np.array([self.bone[f"{s}HandFinger1"] for s in ("Left", "Right")])

    def joints_of(self, heads: Array, landmarks: Array) -> Array:
        """Our joints (21,3) from bone heads (31,3) and landmarks (5,3) of one pose."""
        joints = np.empty((21, 3))
        for name, bone in _BONE_OF_JOINT.items():
            joints[JOINT[name]] = heads[self.bone[bone]]
        joints[JOINT["pelvis"]] = (joints[JOINT["r_hip"]] + joints[JOINT["l_hip"]]) / 2
        collar = (heads[self.bone["LeftShoulder"]] + heads[self.bone["RightShoulder"]]) / 2
        joints[JOINT["thorax"]] = 0.6 * heads[self.bone["Neck"]] + 0.4 * collar
        joints[[JOINT[name] for name in _LANDMARK_JOINTS]] = landmarks
        return joints

    def pose(self, joints_m: Array, gesture: Gesture | None = None) -> PosedBody:
        """Pose the body so that its limbs point where those of `joints_m` (21,3) do."""
        asked = np.asarray(joints_m, dtype=np.float64)
        rotations = self._rotations(asked, gesture or Gesture())
        heads = np.empty_like(self.heads)
        heads[0] = self.heads[0]
        for i, parent in enumerate(self.rig.parents.tolist()):
            if parent >= 0:
                heads[i] = heads[parent] + rotations[parent] @ (self.heads[i] - self.heads[parent])
        bones = self.rig.landmark_bones
        arms = (rotations[bones] @ (self.landmarks - self.heads[bones])[:, :, None])[:, :, 0]
        joints = self.joints_of(heads, heads[bones] + arms)
        heads -= joints[0]
        joints -= joints[0]
        moved = heads - (rotations @ self.heads[:, :, None])[:, :, 0]
        transforms = np.concatenate([rotations, moved[:, :, None]], axis=2)
        return PosedBody(rotations, transforms.astype(np.float32), joints)

    def _rotations(self, asked: Array, gesture: Gesture) -> Array:
        rest, at = self.rest, JOINT
        turned: dict[str, Array] = {}

        def both(a: str, b: str) -> tuple[Array, Array]:
            limb = rest[at[b]] - rest[at[a]]
            if b in _POSTURE:
                limb = _POSTURE[b] @ limb
            return limb, asked[at[b]] - asked[at[a]]

        (x0, x1), (y0, y1) = both("r_hip", "l_hip"), both("pelvis", "spine")
        hips = frame(x1, y1) @ frame(x0, y0).T
        (x0, x1), (y0, y1) = both("r_shoulder", "l_shoulder"), both("spine", "thorax")
        chest = frame(x1, y1) @ frame(x0, y0).T
        turned["Hips"] = turned["LHipJoint"] = turned["RHipJoint"] = hips
        for share, name in ((0.3, "LowerBack"), (0.7, "Spine"), (1.0, "Spine1")):
            turned[name] = between(hips, chest, share)
        self._head(turned, chest, both("thorax", "neck"), both("neck", "head"), gesture.head_turn_rad)
        for i, (side, s) in enumerate((("Left", "l"), ("Right", "r"))):
            self._leg(turned, side, [both(f"{s}_{a}", f"{s}_{b}") for a, b in _LEG])
            limbs = [both(f"{s}_{a}", f"{s}_{b}") for a, b in _ARM]
            self._arm(turned, side, limbs, gesture.forearm_rad[i], gesture.fingers_rad)
        return np.stack([turned[name] for name in self.rig.names])

    @staticmethod
    def _head(
        turned: dict[str, Array],
        chest: Array,
        neck: tuple[Array, Array],
        head: tuple[Array, Array],
        head_turn_rad: float,
    ) -> None:
        neck_turn = _follow(chest, neck)
        turned["Neck"] = between(chest, neck_turn, 0.7)
        turned["Neck1"] = turn(unit(neck[1]), 0.4 * head_turn_rad) @ neck_turn
        turned["Head"] = turn(unit(head[1]), head_turn_rad) @ _follow(neck_turn, head)

    @staticmethod
    def _leg(turned: dict[str, Array], side: str, limbs: list[tuple[Array, Array]]) -> None:
        thigh = _bend_plane(_follow(turned["Hips"], limbs[0]), limbs[0], limbs[1])
        shin = _follow(thigh, limbs[1])
        turned[f"{side}UpLeg"], turned[f"{side}Leg"] = thigh, shin
        turned[f"{side}Foot"] = turned[f"{side}ToeBase"] = _follow(shin, limbs[2])

    @staticmethod
    def _arm(
        turned: dict[str, Array], side: str, limbs: list[tuple[Array, Array]], forearm_rad: float, fingers_rad: float
    ) -> None:
        chest = turned["Spine1"]
        out = 1.0 if side == "Left" else -1.0
        upper, before = chest.T @ unit(limbs[0][1]), unit(limbs[0][0])
        lift = math.radians(35) * min(1.0, max(0.0, (float(upper[1]) + 0.4) / 1.4))
        forward = math.radians(20) * float(upper[2] - before[2])
        shoulder = chest @ turn(np.array((0.0, 0.0, 1.0)), out * lift) @ turn(np.array((0.0, 1.0, 0.0)), -out * forward)
        arm = _bend_plane(_follow(shoulder, limbs[0]), limbs[0], limbs[1])
        fore = _follow(arm, limbs[1])
        axis = unit(limbs[1][1])
        hand = _follow(turn(axis, forearm_rad) @ fore, limbs[2])
        turned[f"{side}Shoulder"], turned[f"{side}Arm"] = shoulder, arm
        turned[f"{side}ForeArm"] = turn(axis, 0.5 * forearm_rad) @ fore
        turned[f"{side}Hand"] = turned[f"{side}FingerBase"] = turned[f"{side[0]}Thumb"] = hand
        knuckles = hand @ unit(cross(limbs[1][0], np.array((0.0, 1.0, 0.0))))
        turned[f"{side}HandFinger1"] = turn(knuckles, -out * fingers_rad) @ hand


_LEG = (("hip", "knee"), ("knee", "ankle"), ("ankle", "toe"))
_ARM = (("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "hand"))


def _follow(base: Array, limb: tuple[Array, Array]) -> Array:
    """`base` and the smallest swing that points the limb (rest, asked) where it should."""
    return swing(unit(base @ limb[0]), unit(limb[1])) @ base


def _bend_plane(rotation: Array, upper: tuple[Array, Array], lower: tuple[Array, Array]) -> Array:
    """Twist `rotation` about the upper limb until the hinge at rest lies in the plane of the asked bend."""
    axis, low = unit(upper[1]), unit(lower[1])
    normal = cross(axis, low)
    bend = math.atan2(math.sqrt(float(normal @ normal)), float(axis @ low))
    share = min(1.0, max(0.0, (bend - STRAIGHT_RAD[0]) / (STRAIGHT_RAD[1] - STRAIGHT_RAD[0])))
    if share == 0:
        return rotation
    share = share * share * (3 - 2 * share)
    hinge = rotation @ cross(upper[0], lower[0])
    return turn(axis, share * signed_angle(hinge, normal, axis)) @ rotation


def skin(mesh: Mesh, points_m: Array, posed: PosedBody) -> tuple[Array, Array]:
    """Linear blend skinning: posed points (V,3) and unit normals (V,3) of a shaped mesh's rest points (V,3)."""
    blended = (mesh.weights @ posed.transforms.reshape(31, 12)).reshape(-1, 3, 4)
    points = np.einsum("vij,vj->vi", blended[:, :, :3], points_m) + blended[:, :, 3]
    normals = np.einsum("vij,vj->vi", blended[:, :, :3], mesh.normals)
    return points, normals
