"""Joints <-> turns of the rig's bones (numpy; the smallest rotations are those of `core_model.geometry`).

Two points of a limb leave its turn about itself open. It is settled by what does show it: the hip line, the shoulder
line for the chest and half of it for the lower back, the plane of a bent elbow or knee for upper arm and thigh; from
there on bones turn by the smallest rotation, so that elbows and knees are hinges. A plane is worth nothing where the
limb is straight: there that of the moments before and after holds, else the one at rest.
"""

import numpy as np
import torch

from core_model.geometry.rotations import smallest_rotation
from core_model.retarget.rig import BONE, BONE_HEADS, BONE_PARENTS, BONE_REST, BONE_TAILS, Rig
from core_model.skeleton import JOINT

PLANE_SIGMA_S = 0.1
"""How far in time a bent limb's plane holds for a straighter one."""
REST_PLANE = 0.05
"""Weight of the plane at rest, beside the sine of the bend."""
PRESSED_THROUGH = (0.25, 0.5)
"""Sines between which a bend against the hinge begins to count: a little of it is a limb pressed straight, not one
turned about itself by half a turn."""
_HINGES = {
    "LeftArm": ("LeftForeArm", 1, -1.0), "RightArm": ("RightForeArm", 1, 1.0),
    "LeftUpLeg": ("LeftLeg", 0, 1.0), "RightUpLeg": ("RightLeg", 0, 1.0),
}  # fmt: skip
"""The bone below, the axis of the hinge at rest, and its sign: that of upper x lower when the limb bends."""


def bone_turns(joints_m: np.ndarray, fps: float) -> np.ndarray:
    """Joints (T, 21, 3) in the world, at an even pace -> (T, 19, 3, 3) what turns each bone of the T-pose into the
    world. The joints follow from them exactly, whatever the turns about the bones' own axes."""
    points = np.where(BONE_TAILS >= 0, BONE_TAILS, BONE_HEADS)
    ways = _unit(joints_m[:, points] - joints_m[:, BONE_HEADS], BONE_REST)
    hips = joints_m[:, JOINT["l_hip"]] - joints_m[:, JOINT["r_hip"]]
    shoulders = joints_m[:, JOINT["l_shoulder"]] - joints_m[:, JOINT["r_shoulder"]]
    hips, shoulders = _unit(hips, np.array([1.0, 0, 0])), _unit(shoulders, np.array([1.0, 0, 0]))
    turns = np.empty((*ways.shape, 3))
    turns[:, BONE["Hips"]] = _across_first(hips, ways[:, BONE["Spine"]])
    turns[:, BONE["Spine"]] = _along_first(ways[:, BONE["Spine"]], 1, hips + shoulders, 0)
    turns[:, BONE["Spine1"]] = _along_first(ways[:, BONE["Spine1"]], 1, shoulders, 0)
    for bone in range(BONE["Neck"], len(BONE)):
        turns[:, bone] = _carried(turns[:, BONE_PARENTS[bone]], BONE_REST[bone], ways[:, bone])
        for name, hinge in _HINGES.items():
            if bone == BONE[name]:
                turns[:, bone] = _hinged(turns[:, bone], ways, bone, hinge, fps)
    return turns


def local_turns(turns: np.ndarray, rig: Rig) -> np.ndarray:
    """(T, 19, 3, 3) turns from the T-pose into the world -> turns of each bone against its parent, from the rig's rest
    pose, in which all axes are the world's."""
    of_rest = turns @ rig.turns.swapaxes(-1, -2)
    local = of_rest.copy()
    local[:, 1:] = of_rest[:, BONE_PARENTS[1:]].swapaxes(-1, -2) @ of_rest[:, 1:]
    return local


def joints_of_turns(local: np.ndarray, root_m: np.ndarray, rig: Rig) -> np.ndarray:
    """Turns (T, 19, 3, 3) against the parents and hips (T, 3) in the world -> joints (T, 21, 3): the inverse."""
    turns, heads = local.copy(), np.empty((*local.shape[:2], 3))
    heads[:, 0] = root_m
    joints = np.empty((len(local), len(JOINT), 3))
    for bone, parent in enumerate(BONE_PARENTS):
        if parent >= 0:
            turns[:, bone] = turns[:, parent] @ local[:, bone]
            heads[:, bone] = heads[:, parent] + turns[:, parent] @ rig.offsets_m[bone]
        joints[:, BONE_HEADS[bone]] = heads[:, bone]
        if bone in rig.end_names:
            joints[:, BONE_TAILS[bone]] = heads[:, bone] + turns[:, bone] @ rig.tails_m[bone]
    return joints


def _hinged(carried: np.ndarray, ways: np.ndarray, bone: int, hinge: tuple[str, int, float], fps: float) -> np.ndarray:
    """Turns (T, 3, 3) about the same ways as `carried`, but with the hinge's axis where the plane of the limb says."""
    lower, axis, sign = hinge
    plane = sign * np.cross(ways[:, bone], ways[:, BONE[lower]])  # as long as the sine of the bend
    own = (carried.swapaxes(-1, -2) @ plane[..., None]).squeeze(-1)
    low, high = PRESSED_THROUGH
    counts = np.clip((np.linalg.norm(own, axis=1) - low) / (high - low), 0, 1)
    own *= np.where(own[:, axis] < 0, counts, 1.0)[:, None]
    own = smoothed(own, PLANE_SIGMA_S * fps)
    own[:, axis] += REST_PLANE
    along = int(np.abs(BONE_REST[bone]).argmax())
    return _along_first(ways[:, bone] * BONE_REST[bone][along], along, (carried @ own[..., None]).squeeze(-1), axis)


def _carried(parent: np.ndarray, rest: np.ndarray, way: np.ndarray) -> np.ndarray:
    """(T, 3, 3) the parent's turns, and then the smallest that carries `rest` onto `way` (T, 3)."""
    own = (parent.swapaxes(-1, -2) @ way[..., None]).squeeze(-1)
    return (
        parent
        @ smallest_rotation(torch.from_numpy(np.broadcast_to(rest, own.shape).copy()), torch.from_numpy(own)).numpy()
    )


def _across_first(x_axis: np.ndarray, y_near: np.ndarray) -> np.ndarray:
    """Turns whose x axis is given, y as near to `y_near` as that allows."""
    return _along_first(x_axis, 0, y_near, 1)


def _along_first(first: np.ndarray, i: int, near: np.ndarray, j: int) -> np.ndarray:
    """(T, 3, 3) turns whose axis `i` is the unit vectors `first`, and axis `j` as near to `near` as that allows."""
    flat = near - (near * first).sum(-1, keepdims=True) * first
    second = _unit(flat, _perpendicular(first))
    third = np.cross(first, second) if (j - i) % 3 == 1 else np.cross(second, first)
    out = np.empty((*first.shape, 3))
    out[..., i], out[..., j], out[..., 3 - i - j] = first, second, third
    return out


def _unit(vectors: np.ndarray, fallback: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), fallback)


def _perpendicular(units: np.ndarray) -> np.ndarray:
    across = np.cross(units, np.eye(3)[np.abs(units).argmin(-1)])
    return across / np.linalg.norm(across, axis=-1, keepdims=True)


def smoothed(values: np.ndarray, sigma: float) -> np.ndarray:
    """Values (T, D) averaged over time with a bell of `sigma` frames; the first and the last hold beyond the ends."""
    reach = int(3 * sigma)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sigma, 1e-6)) ** 2)
    held = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(column, bell / bell.sum(), mode="valid") for column in held.T], axis=1)
