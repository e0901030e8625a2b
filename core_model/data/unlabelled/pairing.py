"""Which frames of one person belong together: far apart in pose to learn appearance from, next to each other in time.

The network takes left for right now and then; two poses are therefore compared also with the names of left and right
exchanged, with and without front and back exchanged too, and the smallest distance counts (numpy).
"""

import numpy as np

from core_model.geometry.limbs import limb_vectors, pose_distance_rad
from core_model.skeleton import LIMB_MIRROR

FAR_RAD = np.deg2rad(18.0)
"""Mean angle between the limbs of two poses that are far apart: half a step of somebody walking."""
PARTNERS = 4
"""Far partners a frame."""
NEIGHBOUR_S = 0.3


def pose_distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Limb vectors (..., 20, 3) -> (...) mean angle in radians: zero for equal poses and for confused sides."""
    confused = other[..., LIMB_MIRROR, :]
    return np.minimum.reduce([pose_distance_rad(one, o) for o in (other, confused, confused * [1, 1, -1])])


def far_pairs(joints3d_m: np.ndarray, person: np.ndarray) -> np.ndarray:
    """Joints (N, 21, 3) and whose they are (N,) -> pairs (P, 2), i < j, of one person in poses far apart.

    Each frame has up to PARTNERS partners of its own choice, from just far enough to the farthest.
    """
    directions = limb_vectors(joints3d_m)
    pairs: set[tuple[int, int]] = set()
    for i, own in enumerate(directions):
        distance = np.where(person == person[i], pose_distance(own[None], directions), 0.0)
        far = np.argsort(distance, kind="stable")[(distance < FAR_RAD).sum() :]
        chosen = far[np.linspace(0, len(far) - 1, min(PARTNERS, len(far))).astype(np.int64)]
        pairs |= {(min(i, int(j)), max(i, int(j))) for j in chosen}
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def neighbour_pairs(pts_s: np.ndarray, person: np.ndarray) -> np.ndarray:
    """Times (N,) and whose frames these are (N,) -> pairs (Q, 2) of frames that follow each other closely."""
    close = (np.diff(pts_s) <= NEIGHBOUR_S) & (np.diff(person) == 0)
    first = np.flatnonzero(close)
    return np.stack([first, first + 1], axis=1)
