"""Where joints come from and go to: their paths and whole skeletons over the second before and after a frame."""

from dataclasses import dataclass

import numpy as np

from core_model.skeleton import JOINT, PART_ANCHORS
from core_model.smoothing import smooth
from desktop_app.session.display import Display, Trail
from desktop_app.session.results import Results

REACH_S = 1.0
MAX_FRAMES = 61
"""Of one path; of a faster clip every n-th frame is taken."""
GHOSTS = 4
"""Skeletons before, and as many after."""
_JOINTS = {
    Trail.HANDS: ("l_hand", "r_hand"),
    Trail.FEET: ("l_ankle", "r_ankle"),
    Trail.PELVIS: ("pelvis",),
    Trail.HEAD: ("head",),
}


@dataclass(frozen=True, eq=False, slots=True)
class Trails:
    """In the camera frame, raw or smoothed as the joints on show; nearness is 1 for now and 0 a second away."""

    joints: tuple[int, ...]  # J of them leave a path
    paths_m: np.ndarray  # (J, F, 3) NaN where a frame is not known
    nearness: np.ndarray  # (F,)
    ghosts_m: np.ndarray  # (G, 21, 3)
    ghost_nearness: np.ndarray  # (G,)


class Tracer:
    """Keeps the answer until a prediction comes in or a switch is turned."""

    def __init__(self) -> None:
        self._known: tuple[tuple[object, ...], Trails | None] | None = None

    def trails(self, results: Results, times_s: np.ndarray, index: int, display: Display) -> Trails | None:
        """About one frame; see `trails_of`."""
        key = (results, results.version, index, display)
        if self._known is None or self._known[0] != key:
            self._known = (key, trails_of(results, times_s, index, display))
        return self._known[1]


def trails_of(results: Results, times_s: np.ndarray, index: int, display: Display) -> Trails | None:
    """None where none are asked for, or too few frames are known."""
    joints = _traced(display)
    if not joints and not display.neighbours:
        return None
    low, high = np.searchsorted(times_s, times_s[index] + np.array([-REACH_S, REACH_S]))
    step = -(-int(high - low) // MAX_FRAMES)
    frames = np.arange(index - (index - low) // step * step, high, step)
    known = np.array([int(i) in results.seen for i in frames])
    if known.sum() < 2:
        return None
    shown, seen = times_s[frames[known]], [results.seen[int(i)] for i in frames[known]]
    found_m = np.stack([one.joints3d_m for one in seen])
    if display.smooth:
        sure = np.stack([one.confidence for one in seen])
        found_m = smooth(found_m, shown, confidence=sure, sigma_s=display.sigma_s)
    all_m = np.full((len(frames), *found_m.shape[1:]), np.nan)
    all_m[known] = found_m
    nearness = 1 - np.abs(times_s[frames] - times_s[index]) / REACH_S
    ghosts = _ghosts(frames, known, index) if display.neighbours else np.zeros(0, int)
    return Trails(joints, all_m[:, list(joints)].swapaxes(0, 1), nearness, all_m[ghosts], nearness[ghosts])


def _traced(display: Display) -> tuple[int, ...]:
    names = [name for trail in display.trails for name in _JOINTS.get(trail, ())]
    joints = [JOINT[name] for name in names]
    if Trail.CHOSEN in display.trails and display.isolated_part is not None:
        joints += [int(joint) for joint in PART_ANCHORS[display.isolated_part]]
    return tuple(dict.fromkeys(joints))


def _ghosts(frames: np.ndarray, known: np.ndarray, index: int) -> np.ndarray:
    """Which of the frames, evenly spaced, but not the one on show."""
    here = int(np.flatnonzero(frames == index)[0])
    apart = max(1, round(len(frames) / (2 * GHOSTS + 1)))
    wanted = here + np.arange(-GHOSTS, GHOSTS + 1) * apart
    wanted = wanted[(wanted >= 0) & (wanted < len(frames)) & (wanted != here)]
    return wanted[known[wanted]]  # type: ignore[no-any-return]
