"""Limb vectors of joints, and how far two poses are from each other by them (numpy)."""

import numpy as np

from core_model.skeleton import LIMBS


def limb_vectors(joints3d_m: np.ndarray) -> np.ndarray:
    """Joints (..., 21, 3) -> unit vectors (..., 20, 3) along the limbs."""
    vectors = joints3d_m[..., LIMBS[:, 1], :] - joints3d_m[..., LIMBS[:, 0], :]
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True).clip(1e-6)


def pose_distance_rad(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Limb vectors (..., 20, 3) -> (...) mean angle between them."""
    return np.arccos((one * other).sum(axis=-1).clip(-1, 1)).mean(axis=-1)
