"""A body's surface about 21 joints: the bundled body of average shape, its limbs as long as theirs (numpy).

Bones turn as in `core_model.data.people.body`; on top of it each is stretched along its limb, from joint to joint, so
that the surface follows any skeleton. Head, hands and feet grow as a whole.
"""

from dataclasses import dataclass

import numpy as np

from core_model.data.people.assets import load_bare_body
from core_model.data.people.body import Body, PosedBody, skin
from core_model.skeleton import JOINT, LIMBS, NUM_LIMBS

_SIDED = {
    "{side}HipJoint": "hip", "{Side}UpLeg": "knee", "{Side}Leg": "ankle", "{Side}Foot": "toe", "{Side}ToeBase": "toe",
    "{Side}Shoulder": "shoulder", "{Side}Arm": "elbow", "{Side}ForeArm": "wrist", "{Side}Hand": "hand",
    "{side}Thumb": "hand", "{Side}FingerBase": "hand", "{Side}HandFinger1": "hand",
}  # fmt: skip
_LIMB_OF_BONE = {
    "Hips": "spine", "LowerBack": "spine", "Spine": "thorax", "Spine1": "thorax", "Neck": "neck", "Neck1": "head",
    "Head": "head",
    **{bone.format(side=side[0], Side=side): f"{side[0].lower()}_{end}"
       for side in ("Left", "Right") for bone, end in _SIDED.items()},
}  # fmt: skip
"""The joint at the end of the limb along which each bone lies."""
_AS_A_WHOLE = {JOINT[name] - 1 for name in ("head", "l_toe", "r_toe", "l_hand", "r_hand")}
_LONG = [JOINT[name] - 1 for name in ("l_knee", "r_knee", "l_ankle", "r_ankle", "l_elbow", "r_elbow", "thorax")]
"""Limbs that say how large somebody is, and so how stout."""
_CARRIED = {
    "Spine": {"l_shoulder": 0.25, "r_shoulder": 0.25}, "Spine1": {"l_shoulder": 0.5, "r_shoulder": 0.5},
    "Neck": {"l_shoulder": 0.25, "r_shoulder": 0.25, "neck": 0.5}, "Neck1": {"neck": 1.0}, "Head": {"neck": 1.0},
}  # fmt: skip
"""Bones of the torso and neck that go along where these joints belong; arms go with their own shoulder."""
_MOST = 2.0
"""Nothing is stretched or shrunk more than this."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A posed body in the frame of its joints."""

    points_m: np.ndarray  # (V, 3)
    normals: np.ndarray  # (V, 3) unit vectors


class Mannequin:
    """One body of average shape. `faces` (F, 3) are triangles of its points, `part` (V,) indices in skeleton.PARTS."""

    def __init__(self) -> None:
        rig, self._mesh = load_bare_body("male")
        average = np.zeros(len(rig.heads.components))
        self._body = Body(rig, average)
        self._points_m = self._mesh.points.at(average)
        self.faces = self._mesh.corner[self._mesh.faces].astype(np.uint32)
        self.part = self._mesh.part
        self._limb = np.array([JOINT[_LIMB_OF_BONE[str(name)]] - 1 for name in rig.names])
        self._carried = np.array([_carried(str(name)) for name in rig.names])
        self._whole = np.isin(self._limb, list(_AS_A_WHOLE))
        rest = _limbs(self._body.rest)
        self._rest_m = np.linalg.norm(rest, axis=1)
        along = (rest / self._rest_m[:, None])[self._limb]
        self._along = along[:, :, None] * along[:, None]

    def posed(self, joints_m: np.ndarray) -> Surface:
        """The surface about joints (21, 3), in their frame; some 2 ms."""
        asked = np.asarray(joints_m, np.float64)
        turned = self._body.pose(asked)
        bones = turned.rotations @ self._stretch(asked)
        heads, joints = self._placed(bones, asked[JOINT["pelvis"]])
        heads = heads + self._carried @ (asked - joints)  # the back of this body bends otherwise
        moved = heads - (bones @ self._body.heads[:, :, None])[:, :, 0]
        transforms = np.concatenate([bones, moved[:, :, None]], axis=2).astype(np.float32)
        points_m, normals = skin(self._mesh, self._points_m, PosedBody(turned.rotations, transforms, asked))
        return Surface(points_m, normals / np.linalg.norm(normals, axis=1, keepdims=True))

    def _placed(self, bones: np.ndarray, pelvis_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where turned and stretched bones begin (31, 3), one after the other, and the joints (21, 3) on them."""
        body, rest = self._body, self._body.heads
        heads = np.zeros_like(rest)
        for bone, parent in enumerate(body.rig.parents.tolist()):
            if parent >= 0:
                heads[bone] = heads[parent] + bones[parent] @ (rest[bone] - rest[parent])
        at = body.rig.landmark_bones
        landmarks = heads[at] + (bones[at] @ (body.landmarks - rest[at])[:, :, None])[:, :, 0]
        joints = body.joints_of(heads, landmarks)
        move = pelvis_m - joints[JOINT["pelvis"]]
        return heads + move, joints + move

    def _stretch(self, joints_m: np.ndarray) -> np.ndarray:
        """(31, 3, 3) what makes each bone as long as its limb, and all as stout as the person is large."""
        ratio = np.clip(np.linalg.norm(_limbs(joints_m), axis=1) / self._rest_m, 1 / _MOST, _MOST)
        long = ratio[self._limb]
        stout = np.where(self._whole, long, np.median(ratio[_LONG]))
        return np.eye(3) * stout[:, None, None] + self._along * (long - stout)[:, None, None]


def _carried(bone: str) -> np.ndarray:
    """(21,) with which joints a bone goes along, and how far."""
    shares, end = np.zeros(len(JOINT)), _LIMB_OF_BONE[bone]
    if bone in _CARRIED:
        for joint, share in _CARRIED[bone].items():
            shares[JOINT[joint]] = share
    elif end.endswith(("shoulder", "elbow", "wrist", "hand")):
        own = end in ("l_shoulder", "r_shoulder")
        for side in "lr":
            shares[JOINT[f"{side}_shoulder"]] = 0.5 if own else float(end[0] == side)
    return shares


def _limbs(joints_m: np.ndarray) -> np.ndarray:
    """(20, 3) from joint to joint."""
    limbs = joints_m[LIMBS[:, 1]] - joints_m[LIMBS[:, 0]]
    assert len(limbs) == NUM_LIMBS
    return limbs  # type: ignore[no-any-return]
