"""The clean background of a clip: what lies behind the person in a frame, as other frames of the same place show it.

>>> backdrop = build_backdrop(reader, motion)             # doctest: +SKIP
>>> factors = backdrop.behind(prediction.factors, index)  # doctest: +SKIP

`holding` reads the clip and hides the person, `places` finds what is behind, `blending` puts it into a frame.
"""

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np

from core_model.backdrop.blending import complete, feathered, put_behind, put_into
from core_model.backdrop.holding import Held, figure_of, hold, read
from core_model.backdrop.places import Place, place_of, to_crop_matrix
from core_model.data.unlabelled.frames import Figure, Frames
from core_model.data.video import VideoReader
from core_model.geometry.crop import crop_image
from core_model.motion import Motion
from core_model.prediction import CROP_PX, Factors

__all__ = ["Backdrop", "build_backdrop", "complete"]

REMEMBERED = 16
"""Crops of a moving camera's background that are kept."""


class Backdrop:
    """The background of one clip. A moving camera's is found when it is asked for: its reader has to stay open."""

    def __init__(self, reader: VideoReader, motion: Motion, held: Held | None) -> None:
        self._reader, self._motion = reader, motion
        self._scale = held.frames.scale if held else 1.0
        self._view = lru_cache(maxsize=4)(self._alone)
        self._found = lru_cache(maxsize=REMEMBERED)(self._find)
        self._places: list[Place | None] = []
        self._shots = np.zeros(len(reader), int) if held is None else held.shots
        if held:
            self._places = [place_of(held, shot, self._view) for shot in range(self._shots[-1] + 1)]

    def crop(self, index: int, box_px: np.ndarray, size_px: int = CROP_PX) -> tuple[np.ndarray, np.ndarray]:
        """The background in a square `box_px` (4,) of a frame, as other frames show it: (S, S, 3) uint8, and where it
        is known (S, S) bool. Both are read-only."""
        return self._found(index, tuple(np.asarray(box_px, float).tolist()), size_px)

    def behind(self, factors: Factors, index: int) -> Factors:
        """The factors of the person in a frame, with the clean background in place of an invented one."""
        figure = figure_of(self._motion, index)
        if figure is None:
            return factors
        hidden = hidden_in(figure, factors.box_px, CROP_PX)
        return factors.edited(background=put_behind(factors.background, hidden, *self.crop(index, factors.box_px)))

    def full(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """A frame without the person: (H, W, 3) uint8, and where it is known (H, W) bool, not invented.

        Raises MediaError for a damaged frame.
        """
        frame, figure = self._reader.frame(index), figure_of(self._motion, index)
        if figure is None:
            return frame, np.ones(frame.shape[:2], bool)
        size_px = max(CROP_PX, round(float(figure.box_px[2] - figure.box_px[0]) * self._scale))
        hidden = hidden_in(figure, figure.box_px, size_px)
        clean, known = self.crop(index, figure.box_px, size_px)
        image = put_behind(crop_image(frame, figure.box_px, size_px), hidden, clean, known)
        from_crop = np.linalg.inv(to_crop_matrix(figure.box_px, size_px))
        invented = cv2.warpAffine((hidden & ~known).astype(np.uint8), from_crop[:2], frame.shape[1::-1])
        return put_into(frame, image, from_crop, feathered(hidden)), invented == 0

    def _find(self, index: int, box_px: tuple[float, ...], size_px: int) -> tuple[np.ndarray, np.ndarray]:
        place = self._places[self._shots[index]] if self._places else None
        if place is None:
            found = np.zeros((size_px, size_px, 3), np.uint8), np.zeros((size_px, size_px), bool)
        else:
            found = place.seen(index, np.array(box_px) * self._scale, size_px)
        for array in found:
            array.setflags(write=False)  # it is remembered
        return found

    def _alone(self, index: int) -> Frames | None:
        """A frame as the held ones are, whether or not it is one of them; None where it is damaged."""
        frame = read(self._reader, index)
        if frame is None:
            return None
        own = Frames.of_size(self._reader.frame_size_px)
        own.add(frame, figure_of(self._motion, index, own.scale))
        return own


def build_backdrop(
    reader: VideoReader, motion: Motion, each: Callable[[int, int], None] = lambda done, total: None
) -> Backdrop:
    """Reads the clip once: the background of a static camera is then known, that of a moving one found when asked for.

    `motion` says where the person is, and has to be of the whole clip: where it knows of nobody, the frame counts as
    empty. `each` hears the frames done, and of how many. Images are places of their own: nothing is known behind the
    person in them.
    """
    return Backdrop(reader, motion, hold(reader, motion, each) if reader.image_names is None else None)


def hidden_in(figure: Figure, box_px: np.ndarray, size_px: int) -> np.ndarray:
    """(S, S) bool: where the person may be in another square `box_px` (4,)."""
    matrix = to_crop_matrix(box_px, size_px) @ np.linalg.inv(to_crop_matrix(figure.box_px, CROP_PX))
    mask = cv2.warpAffine(figure.hidden.astype(np.uint8), matrix[:2], (size_px, size_px), flags=cv2.INTER_NEAREST)
    return mask.astype(bool)
