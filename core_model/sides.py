"""Left and right that stay themselves (numpy only): frames read one by one have them exchanged now and then.

Nobody exchanges their sides from one frame to the next. So of all ways to exchange mirrored joints that one is taken
that lets the joints move least, makes no limb look longer than it is, and contradicts the network least. All frames of
a person are decided together, exactly, by dynamic programming (Viterbi, IEEE Trans. Inf. Theory 13, 1967) over the 2^8
exchanges of a frame: whole arms and legs are exchanged, but as often an ankle under a knee that is not.
"""

from collections.abc import Iterator

import numpy as np

from core_model.skeleton import JOINT, LIMBS, MIRROR

_NAMES = ("hip", "knee", "ankle", "toe", "shoulder", "elbow", "wrist", "hand")
PAIRS = np.array([[JOINT[f"l_{name}"], JOINT[f"r_{name}"]] for name in _NAMES])
"""(8, 2) the joints that may be exchanged."""
HIPS, SHOULDERS = _NAMES.index("hip"), _NAMES.index("shoulder")
LINKS = np.array([[0, 1], [1, 2], [2, 3], [4, 5], [5, 6], [6, 7]])
"""(6, 2) pairs that limbs join."""
STATES = np.indices((2,) * len(PAIRS)).reshape(len(PAIRS), -1).T.astype(bool)
"""(256, 8) which pairs are exchanged. The first: none."""

# All costs are in metres that a sure pair of joints would have to move less, in space and in the image together.
PRICE_M = 0.03
"""Of contradicting the network about one pair in one frame."""
SPLIT_M = 0.06
"""Of exchanging one end of a limb, but not the other."""
TWIST_M = 0.3
"""Of shoulders that face backwards."""
STRIDE_M = 0.5
"""Movement from one frame to the next counts up to here: beyond, a joint was not found."""
MAX_GAP_S = 0.25
"""Frames further apart say nothing of each other."""


def consistent_sides(
    joints3d_m: np.ndarray,
    joints2d_px: np.ndarray,
    confidence: np.ndarray,
    focal_px: np.ndarray,
    pts_s: np.ndarray,
    track: np.ndarray,
) -> np.ndarray:
    """Which of `PAIRS` to exchange in each frame, (T, 8) bool; the arrays are those of `core_model.motion.Motion`.

    Frames without a neighbour (images, rows of NaN) are left alone. A side that the network has wrong in most frames
    of a person stays wrong: it becomes consistent, not right.
    """
    exchange = np.zeros((len(track), len(PAIRS)), dtype=bool)
    for rows in _runs(joints3d_m, pts_s, track):
        seen_m = _in_metres(joints3d_m[rows], joints2d_px[rows], focal_px[rows])
        sure = confidence[rows][:, PAIRS].mean(axis=2)
        cost = PRICE_M * sure @ STATES.T + _strain(seen_m, sure)
        exchange[rows] = STATES[_cheapest(cost, *_movement(seen_m, sure))]
    return exchange


def exchanged(values: np.ndarray, exchange: np.ndarray) -> np.ndarray:
    """Values of joints (T, 21, ...) with those of the pairs in `exchange` (T, 8) exchanged. Twice changes nothing."""
    order = np.tile(np.arange(len(MIRROR)), (len(values), 1))
    order[:, PAIRS] = np.where(exchange[..., None], PAIRS[:, ::-1], PAIRS)
    return values[np.arange(len(values))[:, None], order]


def _runs(joints3d_m: np.ndarray, pts_s: np.ndarray, track: np.ndarray) -> Iterator[np.ndarray]:
    """Indices of frames that show one person without a gap, two at least."""
    known = np.isfinite(joints3d_m).all(axis=(1, 2))
    joined = known[1:] & known[:-1] & (track[1:] == track[:-1]) & (np.abs(np.diff(pts_s)) <= MAX_GAP_S)
    for rows in np.split(np.arange(len(track)), np.flatnonzero(~joined) + 1):
        if len(rows) > 1:
            yield rows


def _in_metres(joints3d_m: np.ndarray, joints2d_px: np.ndarray, focal_px: np.ndarray) -> np.ndarray:
    """(T, 21, 5): joints in space, and in the image at the pelvis' distance, from the middle of the body."""
    flat_m = joints2d_px * (joints3d_m[:, :1, 2:] / focal_px[:, None, None])
    both_m = np.concatenate([joints3d_m, flat_m], axis=-1)
    middle = np.arange(len(MIRROR)) == MIRROR
    return both_m - both_m[:, middle].mean(axis=1, keepdims=True)


def _strain(seen_m: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """(T, 256) the cost of bodies that cannot be, given (T, 21, 5) and how sure each pair is (T, 8)."""
    limbs_m = seen_m[:, LIMBS[:, 1]] - seen_m[:, LIMBS[:, 0]]
    lengths_m = np.median(np.linalg.norm(limbs_m[..., :3], axis=-1), axis=0)
    links = [(near, far, *_excess(seen_m, near, far, lengths_m[PAIRS[far] - 1])) for near, far in LINKS]
    links.append((HIPS, SHOULDERS, *_twist(seen_m)))
    cost = np.zeros((len(seen_m), len(STATES)))
    for one, other, alike, apart in links:
        trust = np.minimum(sure[:, one], sure[:, other])[:, None]
        cost += trust * np.where(STATES[:, one] == STATES[:, other], alike[:, None], apart[:, None])
    return cost


def _excess(seen_m: np.ndarray, near: int, far: int, lengths_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T,) metres by which the limbs between two pairs, as long as (2,), look too long in the image: as they are, and
    with one end exchanged."""

    def excess(ends: np.ndarray) -> np.ndarray:
        looks_m = np.linalg.norm(seen_m[:, PAIRS[far], 3:] - seen_m[:, ends, 3:], axis=-1)
        return np.maximum(looks_m - lengths_m, 0.0).sum(axis=1)

    return excess(PAIRS[near]), excess(PAIRS[near][::-1]) + SPLIT_M


def _twist(seen_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T,) the cost of the angle between hips and shoulders: as they are, and with one of them exchanged."""
    hips, shoulders = (seen_m[:, PAIRS[pair, 0], :3] - seen_m[:, PAIRS[pair, 1], :3] for pair in (HIPS, SHOULDERS))
    lengths = np.linalg.norm(hips, axis=1) * np.linalg.norm(shoulders, axis=1)
    cosine = (hips * shoulders).sum(axis=1) / lengths.clip(min=1e-6)
    return TWIST_M * np.maximum(-cosine, 0.0), TWIST_M * np.maximum(cosine, 0.0)


def _movement(seen_m: np.ndarray, sure: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T - 1, 8) metres that each pair moves to the next frame: as it is, and exchanged on the way."""
    trust = np.minimum(sure[1:], sure[:-1])

    def between(after: np.ndarray) -> np.ndarray:
        step_m = seen_m[1:, after] - seen_m[:-1, PAIRS]
        in_space, in_image = (np.linalg.norm(part, axis=-1).clip(max=STRIDE_M) for part in np.split(step_m, [3], -1))
        return trust * (in_space + in_image).sum(axis=-1)

    return between(PAIRS), between(PAIRS[:, ::-1])


def _cheapest(cost: np.ndarray, stay: np.ndarray, swap: np.ndarray) -> np.ndarray:
    """(T,) the states of least cost: (T, 256) in each frame, (T - 1, 8) of pairs that stay or change on the way."""
    least = cost.copy()  # of all ways to each state
    for t in range(1, len(cost)):
        least[t] += _step(least[t - 1], stay[t - 1], swap[t - 1])
    states = least.argmin(axis=1)
    for t in range(len(cost) - 1, 0, -1):
        way = np.where(STATES[states[t]] == STATES, stay[t - 1], swap[t - 1]).sum(axis=1)
        states[t - 1] = (least[t - 1] + way).argmin()
    return states


def _step(least: np.ndarray, stay: np.ndarray, swap: np.ndarray) -> np.ndarray:
    """(256,) the least cost of the way to each state of the next frame: pair by pair, for each moves on its own."""
    ways = least.reshape((2,) * len(PAIRS))
    for axis in range(len(PAIRS)):
        ways = np.minimum(ways + stay[axis], np.flip(ways, axis) + swap[axis])
    return ways.ravel()
