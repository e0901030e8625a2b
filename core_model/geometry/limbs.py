"""Limb vectors of joints, and what they say of how far two poses, or two views of a body, are apart (numpy)."""

import numpy as np

from core_model.skeleton import JOINT, LIMBS

_AXES = (("l_hip", "r_hip", "spine"), ("l_shoulder", "r_shoulder", "thorax"))
"""Limbs, by the joint they end in: the first less the second goes to the left, the last one up."""


def limb_vectors(joints3d_m: np.ndarray) -> np.ndarray:
    """Joints (..., 21, 3) -> unit vectors (..., 20, 3) along the limbs."""
    vectors = joints3d_m[..., LIMBS[:, 1], :] - joints3d_m[..., LIMBS[:, 0], :]
    return _unit(vectors)


def pose_distance_rad(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Limb vectors (..., 20, 3) -> (...) mean angle between them."""
    return np.arccos((one * other).sum(axis=-1).clip(-1, 1)).mean(axis=-1)


def views(limbs: np.ndarray) -> np.ndarray:
    """Limb vectors (..., 20, 3) in the camera frame -> (..., 2, 3) unit vectors towards the camera, as the hips see it
    and as the chest does: to the left, up, and to the front or the back."""
    frames = []
    for left, right, up in _AXES:
        x = _unit(limbs[..., JOINT[left] - 1, :] - limbs[..., JOINT[right] - 1, :])
        y = limbs[..., JOINT[up] - 1, :]
        y = _unit(y - (y * x).sum(-1, keepdims=True) * x)
        frames.append(np.stack([x, y, np.cross(x, y)], axis=-2))
    return -np.stack(frames, axis=-3)[..., 2]  # the camera looks along its z


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True).clip(1e-6)
