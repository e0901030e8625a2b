"""The frames of a clip that its background is made from, held small, the person in each of them hidden (numpy)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core_model.data.unlabelled.cuts import Look, difference, find_cuts, look_of
from core_model.data.unlabelled.frames import Figure, Frames, figure_mask
from core_model.data.unlabelled.sampling import sample_indices
from core_model.data.video import VideoReader
from core_model.errors import MediaError
from core_model.geometry.crop import square_box, to_crop
from core_model.motion import Motion
from core_model.prediction import CROP_PX
from core_model.synthesis import stand

FRAMES_PER_S = 8.0
MOST_HELD = 480
"""Of a longer clip fewer frames a second are held; as JPEG they take about as much memory as 48 decoded ones."""
LOST_S = 1.0
"""A frame in which nobody was found is left out if somebody was, so long before or after: they may have been missed."""
PADDING = 1.4
"""Side of the square in which a person is hidden, over the extent of their joints: the margin has to lie within."""


@dataclass(frozen=True)
class Held:
    """Frames in order of time, without those where the person may have been missed."""

    frames: Frames
    indices: np.ndarray  # (K,) of the held frames in the clip
    shots: np.ndarray  # (T,) the shot of each frame of the clip, counted from 0

    def numbers(self, shot: int) -> np.ndarray:
        """The held frames (n,) of a shot, by their place among the held ones."""
        return np.flatnonzero(self.shots[self.indices] == shot)


def hold(reader: VideoReader, motion: Motion, each: Callable[[int, int], None]) -> Held:
    """Read a clip once. `each` hears the frames done, and of how many."""
    wanted = sample_indices(reader.pts_s, _rate(reader.pts_s), MOST_HELD)
    frames = Frames.of_size(reader.frame_size_px)
    missed = _may_be_missed(reader.pts_s, is_found(motion))
    looks: dict[int, Look] = {}
    held: list[int] = []
    for done, i in enumerate(wanted.tolist(), 1):
        frame = read(reader, i)
        if frame is not None:
            looks[i] = look_of(frame)
            if not missed[i]:
                held.append(i)
                frames.add(frame, figure_of(motion, i, frames.scale))
        each(done, len(wanted))
    return Held(frames, np.array(held, int), _shots(reader, looks))


def read(reader: VideoReader, i: int) -> np.ndarray | None:
    """Frame (H, W, 3) uint8; None where it is damaged."""
    try:
        return reader.frame(i)
    except MediaError:
        return None


def figure_of(motion: Motion, i: int, scale: float = 1.0) -> Figure | None:
    """Where the person may be in frame `i`: in a square of their own, in pixels of the frame times `scale`."""
    if not is_found(motion, i):
        return None
    box = square_box(motion.joints2d_px[i], PADDING)
    drawing = stand(motion.joints2d_px[i], motion.joints3d_m[i], box).drawing
    mask = figure_mask(drawing.label, to_crop(motion.joints2d_px[i], box, CROP_PX))
    return Figure(mask, box * scale)


def is_found(motion: Motion, rows: int | slice = np.s_[:]) -> np.ndarray:
    """(T,) bool: frames with somebody; or of one row."""
    return np.isfinite(motion.joints2d_px[rows]).all((-1, -2)) & np.isfinite(motion.joints3d_m[rows]).all((-1, -2))


def _may_be_missed(pts_s: np.ndarray, found: np.ndarray) -> np.ndarray:
    """(T,) bool: frames without anybody, shortly before or after one with somebody (T,)."""
    around_s = np.concatenate([[-np.inf], pts_s[found], [np.inf]])
    after = np.searchsorted(around_s, pts_s)
    return ~found & (np.minimum(around_s[after] - pts_s, pts_s - around_s[after - 1]) <= LOST_S)


def _rate(pts_s: np.ndarray) -> float:
    return min(FRAMES_PER_S, MOST_HELD / max(float(pts_s[-1] - pts_s[0]), 1e-3))


def _shots(reader: VideoReader, looks: dict[int, Look]) -> np.ndarray:
    """(T,) the shot of each frame: those between the last look at one shot and the first at the next are looked at."""
    seen = np.array(list(looks), int)
    starts = np.zeros(len(reader), int)
    for cut in find_cuts(list(looks.values())):
        before, after = int(seen[cut - 1]), int(seen[cut])
        starts[_first_like(reader, before, after, looks)] = 1
    return np.cumsum(starts)


def _first_like(reader: VideoReader, before: int, after: int, looks: dict[int, Look]) -> int:
    """The first frame after `before` that looks more like `after`."""
    for i in range(before + 1, after):
        frame = read(reader, i)
        if frame is not None:
            look = look_of(frame)
            if difference(look, looks[after]) < difference(look, looks[before]):
                return i
    return after
