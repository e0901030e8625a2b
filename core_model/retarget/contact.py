"""Feet that stand do not slide: found by height and speed, held by bending the legs (numpy)."""

from dataclasses import replace

import numpy as np

from core_model.retarget.ground import ON_GROUND_M
from core_model.retarget.take import Take
from core_model.skeleton import JOINT

STANDS_BELOW_M = 1.5 * ON_GROUND_M
WRONG_BELOW_M = -4 * ON_GROUND_M
"""A toe so far below the ground is not where it was read."""
SLOWER_M_S = 0.8
"""Looked at over `SPEED_OVER_S`: single frames jitter faster than people step."""
SPEED_OVER_S = 0.2
SHORTEST_S = 0.1
STEP_M = 0.2
BLEND_S = 0.1
"""How long a foot takes from being held to being free."""
_LEGS = [[JOINT[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "toe")] for side in "lr"]


def feet_locked(take: Take) -> Take:
    """The take with each standing toe where it stands in the middle of that time, never below the ground; a copy.

    Legs reach there by bending at hip and knee, in the plane they bend in; limb lengths stay, and so does the rest of
    the body: to move it along with its feet was measured, too, and mends no more, but carries the errors of a few
    moments that pass for standing through the clip.
    """
    toes = take.joints_m[:, [leg[3] for leg in _LEGS]]
    stands = standing(toes, take.fps)
    steps = _anchors(toes, stands) - toes
    joints = take.joints_m.copy()
    for side, leg in enumerate(_LEGS):
        if stands[:, side].any():
            _reach(joints, leg, _eased(steps[:, side], stands[:, side], BLEND_S * take.fps))
    return replace(take, joints_m=joints)


def standing(toes_m: np.ndarray, fps: float) -> np.ndarray:
    """(T, 2) bool: which of the toes (T, 2, 3), in the world, stands when."""
    span = max(1, round(SPEED_OVER_S * fps / 2))
    at = np.arange(len(toes_m))
    after, before = np.minimum(at + span, len(at) - 1), np.maximum(at - span, 0)
    seconds = np.maximum(after - before, 1) / fps
    speed = np.linalg.norm((toes_m[after] - toes_m[before])[..., [0, 2]], axis=-1) / seconds[:, None]
    height = toes_m[..., 1]
    stands = (height > WRONG_BELOW_M) & (height < STANDS_BELOW_M) & (speed < SLOWER_M_S)
    for side in range(2):
        for run in _runs(stands[:, side]):
            if len(run) < SHORTEST_S * fps:
                stands[run, side] = False
    return stands


def _runs(mask: np.ndarray) -> list[np.ndarray]:
    """Rows of each stretch in which `mask` (T,) holds."""
    pieces = np.split(np.arange(len(mask)), np.flatnonzero(np.diff(mask)) + 1)
    return [piece for piece in pieces if mask[piece[0]]]


def _anchors(toes_m: np.ndarray, stands: np.ndarray) -> np.ndarray:
    """(T, 2, 3) where each toe stands, not below the ground; where it does not stand, where it is."""
    anchors = toes_m.copy()
    for side in range(2):
        for run in _runs(stands[:, side]):
            for stance in _stances(run, toes_m[run, side][:, [0, 2]]):
                x, y, z = np.median(toes_m[stance, side], axis=0)
                anchors[stance, side] = x, max(y, 0.0), z
    return anchors


def _stances(run: np.ndarray, places_m: np.ndarray) -> list[np.ndarray]:
    """Rows (n,) of a slow toe at places (n, 2), parted where it has left where it stood so far: a slow step."""
    cuts, start, total = [], 0, np.zeros(2)
    for k, place in enumerate(places_m):
        if k > start and np.linalg.norm(place - total / (k - start)) > STEP_M:
            cuts.append(k)
            start, total = k, np.zeros(2)
        total = total + place
    return np.split(run, cuts)


def _eased(steps_m: np.ndarray, stands: np.ndarray, blend: float) -> np.ndarray:
    """Steps (T, 3) where the foot stands, none `blend` frames away from there, on a line in between."""
    rows = np.flatnonzero(stands)
    everywhere = np.arange(len(stands))
    fences = np.concatenate([[-np.inf], rows, [np.inf]])
    after = np.searchsorted(fences, everywhere)
    free = everywhere[np.minimum(fences[after] - everywhere, everywhere - fences[after - 1]) >= blend]
    known = np.union1d(rows, free)
    values = np.where(stands[known, None], steps_m[known], 0.0)
    return np.stack([np.interp(everywhere, known, column) for column in values.T], axis=1)


def _reach(joints_m: np.ndarray, leg: list[int], step_m: np.ndarray) -> None:
    """Move ankle and toe by `step_m` (T, 3), as far as the leg is long, and put the knee where both lengths hold.

    The knee stays in its plane and on its side; where the leg is straight, it bends as the foot points.
    """
    hip, knee, ankle, toe = (joints_m[:, joint].copy() for joint in leg)
    thigh, shin = (np.linalg.norm(a - b, axis=1) for a, b in ((knee, hip), (ankle, knee)))
    way = ankle + step_m - hip
    far = np.linalg.norm(way, axis=1)
    length = np.clip(far, np.abs(thigh - shin) + 1e-6, thigh + shin - 1e-6)
    unit = way / np.maximum(far, 1e-9)[:, None]
    bent = (knee - (hip + ankle) / 2) + 1e-3 * (toe - ankle)
    side = bent - (bent * unit).sum(axis=1, keepdims=True) * unit
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    along = (thigh**2 - shin**2 + length**2) / (2 * length)
    across = np.sqrt(np.maximum(thigh**2 - along**2, 0.0))
    new_ankle = hip + length[:, None] * unit
    moves = np.linalg.norm(step_m, axis=1) > 0
    joints_m[moves, leg[1]] = (hip + along[:, None] * unit + across[:, None] * side)[moves]
    joints_m[moves, leg[2]] = new_ankle[moves]
    joints_m[moves, leg[3]] = (toe + new_ankle - ankle)[moves]
