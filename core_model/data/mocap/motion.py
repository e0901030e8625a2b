"""A recorded motion as a tree of nodes, whatever file it came from, and the small algebra its readers share (numpy)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

_AXES = {"X": 0, "Y": 1, "Z": 2}


@dataclass(frozen=True)
class Motion:
    """`J` nodes over `T` frames. Node 0 is the root; a node's parent comes before it.

    `offsets` (J, 3) is where each node sits in its parent's frame, `rotations` (T, J, 3, 3) turns each node's frame to
    its parent's (the root's to the world), `root` (T, 3) is the root in the world. Unit of length: the file's.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: np.ndarray
    rotations: np.ndarray
    root: np.ndarray
    fps: float

    def sampled(self, fps: float) -> "Motion":
        """At about `fps` frames a second, by leaving frames out."""
        keep = slice(None, None, max(1, round(self.fps / fps)))
        rotations, root = self.rotations[keep], self.root[keep]
        return Motion(self.names, self.parents, self.offsets, rotations, root, min(fps, self.fps))

    @cached_property
    def index(self) -> dict[str, int]:
        """Place of each node by name; the first where names repeat."""
        return {name: i for i, name in reversed(list(enumerate(self.names)))}

    def world(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions (T, J, 3) and rotations (T, J, 3, 3) of all nodes in the world."""
        rotations, positions = np.empty_like(self.rotations), np.empty(self.rotations.shape[:3])
        rotations[:, 0], positions[:, 0] = self.rotations[:, 0], self.root
        for node, parent in enumerate(self.parents[1:], start=1):
            rotations[:, node] = rotations[:, parent] @ self.rotations[:, node]
            positions[:, node] = positions[:, parent] + rotations[:, parent] @ self.offsets[node]
        return positions, rotations

    def at_zero(self) -> "Motion":
        """One frame with all rotations undone."""
        still = np.broadcast_to(np.eye(3), (1, len(self.names), 3, 3))
        return Motion(self.names, self.parents, self.offsets, still, np.zeros((1, 3)), self.fps)

    def with_offsets(self, changed: dict[str, np.ndarray]) -> "Motion":
        """The same motion with some nodes sitting elsewhere in their parents' frames."""
        offsets = self.offsets.copy()
        for name, offset in changed.items():
            offsets[self.index[name]] = offset
        return Motion(self.names, self.parents, offsets, self.rotations, self.root, self.fps)


def euler_rotation(angles_rad: np.ndarray, order: str) -> np.ndarray:
    """Angles (..., n) about the axes named in `order`, applied as R = R(order[0]) R(order[1]) ... -> (..., 3, 3)."""
    result = np.broadcast_to(np.eye(3), (*angles_rad.shape[:-1], 3, 3))
    for k, axis in enumerate(order):
        result = result @ _about(_AXES[axis], angles_rad[..., k])
    return result


def rotation_from_expmap(vectors_rad: np.ndarray) -> np.ndarray:
    """Axis times angle (..., 3) -> rotations (..., 3, 3), by Rodrigues' formula."""
    angle = np.linalg.norm(vectors_rad, axis=-1, keepdims=True)
    x, y, z = np.moveaxis(vectors_rad / np.maximum(angle, 1e-12), -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)
    angle = angle[..., None]
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)


def rotation_from_quaternion(wxyz: np.ndarray) -> np.ndarray:
    """Unit quaternions (..., 4), scalar first -> rotations (..., 3, 3)."""
    wxyz = wxyz / np.linalg.norm(wxyz, axis=-1, keepdims=True)
    vector, scalar = wxyz[..., 1:], np.clip(wxyz[..., :1], -1, 1)
    sine = np.linalg.norm(vector, axis=-1, keepdims=True)
    return rotation_from_expmap(vector / np.maximum(sine, 1e-12) * 2 * np.arctan2(sine, scalar))


def _about(axis: int, angle_rad: np.ndarray) -> np.ndarray:
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    rotation = np.zeros((*angle_rad.shape, 3, 3))
    rotation[..., axis, axis] = 1.0
    rotation[..., i, i] = rotation[..., j, j] = cos
    rotation[..., j, i], rotation[..., i, j] = sin, -sin
    return rotation
