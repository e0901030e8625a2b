"""Limb angles <-> joints: forward kinematics, its exact inverse, joint limits (torch, batched, differentiable).

Every limb carries a frame. At rest all of them are the body frame; a limb's frame is its parent limb's, turned by the
smallest rotation that carries the limb's rest direction onto its direction. The angles of a limb are read on a dial
in its parent's frame (`core_model.limits`). All functions take any number of leading batch dimensions, run on any
device in the precision of their input, and walk the tree level by level (six levels), never limb by limb.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core_model import limits
from core_model.geometry.rotations import atan2, half_turn, normalise
from core_model.skeleton import JOINT, LIMB_GROUP, LIMBS, NUM_JOINTS, NUM_LIMBS, NUM_SHAPE, PARENTS

_LIMIT_SLACK = 1e-6


class Body(NamedTuple):
    """What `inverse_kinematics` finds in joints: angles (..., 20, 2), lengths (..., 20), rotation (..., 3, 3) that
    carries the body frame to the frame of the joints."""

    angles_rad: Tensor
    lengths_m: Tensor
    rotation: Tensor


def forward_kinematics(angles_rad: Tensor, shape: Tensor) -> Tensor:
    """Angles (..., 20, 2) and body shape (..., 12) -> joints (..., 21, 3) in the body frame, metres, pelvis at 0."""
    return joints_from_lengths(angles_rad, limb_lengths(shape))


def joints_from_lengths(angles_rad: Tensor, lengths_m: Tensor) -> Tensor:
    """Angles (..., 20, 2) and limb lengths (..., 20) -> joints (..., 21, 3) in the body frame."""
    return joints_from_directions(limb_directions(angles_rad), lengths_m)


def joints_from_directions(directions: Tensor, lengths_m: Tensor) -> Tensor:
    """Limb vectors (..., 20, 3) in any one frame and lengths (..., 20) -> joints (..., 21, 3), pelvis at 0."""
    return _tree(directions.device, directions.dtype).paths @ (directions * lengths_m[..., None])


def limb_directions(angles_rad: Tensor) -> Tensor:
    """Angles (..., 20, 2) -> unit limb vectors (..., 20, 3) in the body frame."""
    tree = _tree(angles_rad.device, angles_rad.dtype)
    local = _dial_to_direction(angles_rad, tree)
    turns = _turns(local, tree)
    frames = {0: turns[..., tree.levels[0], :, :]}
    directions = [local[..., tree.levels[0], :]]
    for depth in range(1, len(tree.levels)):
        parent = frames[depth - 1][..., tree.parent_slots[depth], :, :]
        directions.append((parent @ local[..., tree.levels[depth], :, None]).squeeze(-1))
        frames[depth] = parent @ turns[..., tree.levels[depth], :, :]
    return torch.cat(directions, dim=-2)[..., tree.from_levels, :]


def inverse_kinematics(joints_m: Tensor) -> Body:
    """Joints (..., 21, 3) in any frame -> the body in them, exactly: joints = pelvis + R @ FK(angles, lengths).

    The pelvis is taken to be the midpoint of the hips. Angles are not limited here: see `clamp_angles`. Limbs without
    length point where they do at rest.
    """
    tree = _tree(joints_m.device, joints_m.dtype)
    vectors = tree.differences @ joints_m
    lengths = vectors.norm(dim=-1)
    rotation = body_rotation(joints_m)
    directions = normalise(vectors @ rotation, tree.rest)
    locals_, frames = [], directions.new_zeros(0)
    for depth, level in enumerate(tree.levels):
        local = directions[..., level, :]
        if depth > 0:
            parent = frames[..., tree.parent_slots[depth], :, :]
            local = (parent.transpose(-1, -2) @ local[..., None]).squeeze(-1)
        locals_.append(local)
        if depth + 1 < len(tree.levels):
            turn = _turns(local, tree, level)
            frames = turn if depth == 0 else parent @ turn
    local = torch.cat(locals_, dim=-2)[..., tree.from_levels, :]
    return Body(_direction_to_dial(local, tree), lengths, rotation)


def body_rotation(joints_m: Tensor) -> Tensor:
    """(..., 21, 3) -> (..., 3, 3) whose columns are the body frame's axes: x from right to left hip, y as near the
    lower back as that allows."""
    x_axis = normalise(joints_m[..., JOINT["l_hip"], :] - joints_m[..., JOINT["r_hip"], :])
    back = joints_m[..., JOINT["spine"], :] - joints_m[..., JOINT["pelvis"], :]
    y_axis = normalise(back - (back * x_axis).sum(-1, keepdim=True) * x_axis)
    return torch.stack([x_axis, y_axis, torch.linalg.cross(x_axis, y_axis)], dim=-1)


def limb_lengths(shape: Tensor) -> Tensor:
    """Body shape (..., 12) in [-1, 1] -> limb lengths (..., 20), metres; left and right are the same."""
    tree = _tree(shape.device, shape.dtype)
    return (tree.canonical_m * torch.exp(limits.LENGTH_BOUND * shape))[..., tree.groups]


def shape_from_lengths(lengths_m: Tensor) -> Tensor:
    """Limb lengths (..., 20) -> the nearest body shape (..., 12) in [-1, 1]; left and right are averaged."""
    tree = _tree(lengths_m.device, lengths_m.dtype)
    grouped = lengths_m @ tree.group_mean
    return (torch.log((grouped / tree.canonical_m).clamp_min(1e-3)) / limits.LENGTH_BOUND).clamp(-1.0, 1.0)


def squash_angles(free: Tensor) -> Tensor:
    """Any numbers (..., 20, 2) -> angles within the limits, smoothly: zero is the middle, its slope half the range."""
    tree = _tree(free.device, free.dtype)
    return torch.clamp(tree.middle + tree.half_range * torch.tanh(free), tree.lowest, tree.highest)


def unsquash_angles(angles_rad: Tensor) -> Tensor:
    """The inverse of `squash_angles`, (..., 20, 2); angles on or beyond a limit give a large finite number."""
    tree = _tree(angles_rad.device, angles_rad.dtype)
    relative = (angles_rad - tree.middle) / tree.half_range.clamp_min(_LIMIT_SLACK)
    return torch.atanh(relative.clamp(_LIMIT_SLACK - 1.0, 1.0 - _LIMIT_SLACK)) * tree.free


def clamp_angles(angles_rad: Tensor) -> Tensor:
    """Angles (..., 20, 2) cut off at the limits."""
    tree = _tree(angles_rad.device, angles_rad.dtype)
    return torch.clamp(angles_rad, tree.lowest, tree.highest)


@dataclass(frozen=True)
class _Tree:
    """The skeleton as tensors. `levels`: limbs by depth; `parent_slots`: where each limb's parent stands in the level
    above; `from_levels`: puts limbs listed level by level back in order."""

    rest: Tensor
    rest_half_turn: Tensor
    dials: Tensor
    zero: Tensor
    lowest: Tensor
    highest: Tensor
    middle: Tensor
    half_range: Tensor
    free: Tensor
    fallback: Tensor
    paths: Tensor
    differences: Tensor
    canonical_m: Tensor
    groups: Tensor
    group_mean: Tensor
    levels: tuple[Tensor, ...]
    parent_slots: tuple[Tensor, ...]
    from_levels: Tensor


@lru_cache(maxsize=16)
@torch.inference_mode(False)  # the first to ask may be in inference mode, others need gradients
def _tree(device: torch.device, dtype: torch.dtype) -> _Tree:
    def real(array: np.ndarray) -> Tensor:
        return torch.as_tensor(array, dtype=torch.float64).to(device=device, dtype=dtype)

    def index(array: np.ndarray | list[int]) -> Tensor:
        return torch.as_tensor(np.asarray(array), dtype=torch.int64, device=device)

    levels, slots = _levels()
    paths, differences = _path_matrices()
    lowest, highest = real(limits.LIMITS_RAD[..., 0]), real(limits.LIMITS_RAD[..., 1])
    rest = real(limits.REST_DIRECTIONS)
    members = np.eye(NUM_SHAPE)[LIMB_GROUP]
    return _Tree(
        rest=rest,
        rest_half_turn=half_turn(rest),
        dials=real(limits.DIALS),
        zero=real(limits.ZERO_RAD),
        lowest=lowest,
        highest=highest,
        middle=(lowest + highest) / 2,
        half_range=(highest - lowest) / 2,
        free=real(limits.FREE_ANGLES),
        fallback=real(_perpendicular(limits.REST_DIRECTIONS)),
        paths=real(paths),
        differences=real(differences),
        canonical_m=real(limits.CANONICAL_LENGTHS_M),
        groups=index(LIMB_GROUP),
        group_mean=real(members / members.sum(0)),
        levels=tuple(index(level) for level in levels),
        parent_slots=tuple(index(slot) for slot in slots),
        from_levels=index(np.argsort(np.concatenate(levels))),
    )


def _levels() -> tuple[list[list[int]], list[list[int]]]:
    """Limbs by depth, and the place of each limb's parent limb in the level above."""
    levels = [[limb for limb in range(NUM_LIMBS) if LIMBS[limb, 0] == 0]]
    slots: list[list[int]] = [[]]
    while children := [limb for limb in range(NUM_LIMBS) if LIMBS[limb, 0] - 1 in levels[-1]]:
        slots.append([levels[-1].index(LIMBS[limb, 0] - 1) for limb in children])
        levels.append(children)
    return levels, slots


def _path_matrices() -> tuple[np.ndarray, np.ndarray]:
    """(21, 20) limb vectors -> joints, and (20, 21) joints -> limb vectors."""
    paths, differences = np.zeros((NUM_JOINTS, NUM_LIMBS)), np.zeros((NUM_LIMBS, NUM_JOINTS))
    for joint in range(1, NUM_JOINTS):
        differences[joint - 1, [joint, PARENTS[joint]]] = 1.0, -1.0
        walk = joint
        while walk > 0:
            paths[joint, walk - 1] = 1.0
            walk = int(PARENTS[walk])
    return paths, differences


def _perpendicular(units: np.ndarray) -> np.ndarray:
    across = np.cross(units, np.eye(3)[np.abs(units).argmin(-1)])
    return across / np.linalg.norm(across, axis=-1, keepdims=True)


def _dial_to_direction(angles_rad: Tensor, tree: _Tree) -> Tensor:
    """Angles (..., 20, 2) -> unit vectors (..., 20, 3) in the parent limb's frame."""
    angles = angles_rad + tree.zero
    cos, sin = torch.cos(angles), torch.sin(angles)
    coordinates = torch.stack([cos[..., 1] * cos[..., 0], cos[..., 1] * sin[..., 0], sin[..., 1]], dim=-1)
    return (coordinates[..., None, :] @ tree.dials).squeeze(-2)


def _direction_to_dial(local: Tensor, tree: _Tree) -> Tensor:
    """Unit vectors (..., 20, 3) in the parent limb's frame -> angles (..., 20, 2) in (-pi, pi]."""
    coordinates = (tree.dials @ local[..., None]).squeeze(-1)
    across = (coordinates[..., 0] ** 2 + coordinates[..., 1] ** 2).clamp_min(1e-12).sqrt()
    longitude = atan2(coordinates[..., 1], coordinates[..., 0])
    return torch.stack([longitude, torch.atan2(coordinates[..., 2], across)], dim=-1) - tree.zero


def _turns(local: Tensor, tree: _Tree, limbs: Tensor | None = None) -> Tensor:
    """Smallest rotations (..., n, 3, 3) from rest onto `local` (..., n, 3), with what depends on rest alone kept."""
    pick = slice(None) if limbs is None else limbs
    bisector = normalise(tree.rest[pick] + local, tree.fallback[pick])
    return half_turn(bisector) @ tree.rest_half_turn[pick]
