"""A light figure for an exported skeleton: a rounded solid on every bone, drawn here, free of anybody's body model."""

from dataclasses import dataclass

import numpy as np

from core_model.colours import LIMB_RGB
from core_model.retarget.rig import BONE, BONE_TAILS, Rig

_AROUND, _CAP = 12, 4
# half the width (along the body's x, or z for arms) and half the depth, metres
_RADII_M = {
    "Hips": (0.100, 0.095),
    "Spine": (0.135, 0.095), "Spine1": (0.150, 0.105), "Neck": (0.050, 0.050), "Head": (0.078, 0.092),
    "Shoulder": (0.050, 0.050), "Arm": (0.046, 0.046), "ForeArm": (0.038, 0.038), "Hand": (0.040, 0.020),
    "UpLeg": (0.072, 0.078), "Leg": (0.052, 0.056), "Foot": (0.042, 0.032),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A mesh at rest, the rig's hips at the origin; every vertex belongs to one bone."""

    points_m: np.ndarray  # (V, 3) float32
    normals: np.ndarray  # (V, 3) float32 unit
    colours: np.ndarray  # (V, 3) float32 in [0, 1], sRGB; left warm, right cool
    bones: np.ndarray  # (V,) index into the rig's bones
    faces: np.ndarray  # (F, 3) uint32, outside counter-clockwise


def figure(rig: Rig) -> Figure:
    """The figure of a rig."""
    solids = [_solid_of(rig, name) for name in BONE]
    sizes = [len(points) for points, _, _ in solids]
    limbs = [BONE_TAILS[BONE["Spine" if name == "Hips" else name]] - 1 for name in BONE]
    first = np.cumsum([0, *sizes[:-1]])
    return Figure(
        points_m=np.concatenate([points for points, _, _ in solids]).astype(np.float32),
        normals=np.concatenate([normals for _, normals, _ in solids]).astype(np.float32),
        colours=np.repeat(LIMB_RGB[limbs].astype(np.float32) / 255, sizes, axis=0),
        bones=np.repeat(np.arange(len(sizes)), sizes),
        faces=np.concatenate([faces + i for i, (_, _, faces) in zip(first, solids, strict=True)]).astype(np.uint32),
    )


def _solid_of(rig: Rig, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The solid of one bone, in its place. That of the hips lies across."""
    bone = BONE[name]
    start, way = rig.heads_m[bone], rig.tails_m[bone]
    radii = _RADII_M[name.removeprefix("Left").removeprefix("Right")]
    if name == "Hips":
        start, way = rig.offsets_m[BONE["RightUpLeg"]], -2 * rig.offsets_m[BONE["RightUpLeg"]]
    length = max(float(np.linalg.norm(way)), 1e-3)
    way = way / length
    if bone in rig.end_names:  # the solid ends where the limb does
        length = max(length - max(radii), 1e-3)
    across = np.array([0.0, 0.0, 1.0]) if abs(way[0]) > 0.5 else np.array([1.0, 0.0, 0.0])
    points, normals, faces = _solid(way, np.cross(way, across), radii, length)
    return points + start, normals, faces


def _solid(
    way: np.ndarray, up: np.ndarray, radii_m: tuple[float, float], length_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points and normals (V, 3) and faces (F, 3) of a rod along the unit vector `way` with an ellipse as its section,
    depth along `up`, and round ends."""
    width, depth = radii_m
    side, cap = np.cross(up, way), min(radii_m)
    lift = np.linspace(-np.pi / 2, np.pi / 2, 2 * _CAP)  # no ring at 0 degrees: one on either side, `length` apart
    far = np.repeat([0.0, length_m], _CAP)
    turn = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
    ring = np.cos(turn)[:, None] * side * width + np.sin(turn)[:, None] * up * depth
    slant = np.cos(turn)[:, None] * side / width + np.sin(turn)[:, None] * up / depth
    points = np.cos(lift)[:, None, None] * ring + ((np.sin(lift) * cap) + far)[:, None, None] * way
    normals = np.cos(lift)[:, None, None] * slant + np.sin(lift)[:, None, None] / cap * way
    normals = normals.reshape(-1, 3) / np.linalg.norm(normals.reshape(-1, 3), axis=1, keepdims=True)
    # the first and the last ring are points: no triangles along them
    low = (np.arange(2 * _CAP - 1)[:, None] * _AROUND + np.arange(_AROUND)).ravel()
    low_next = (np.arange(2 * _CAP - 1)[:, None] * _AROUND + (np.arange(_AROUND) + 1) % _AROUND).ravel()
    high, high_next = low + _AROUND, low_next + _AROUND
    near, away = np.stack([low, low_next, high_next], axis=1), np.stack([low, high_next, high], axis=1)
    faces = np.concatenate([near[_AROUND:], away[:-_AROUND]])
    return points.reshape(-1, 3), normals, faces
