"""What lies behind the person in the frames of a shot, in each frame's own crop (cv2).

A static camera: one median over the shot. A moving one: the median of the frames around, each carried over by the
homography of its background; where the scene is deep this varies, and counts as noise.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from core_model.data.unlabelled.background import Background, median_background
from core_model.data.unlabelled.camera import Camera, Registration, camera_of, corners_of, register
from core_model.data.unlabelled.frames import Frames, held_to_crop
from core_model.prediction import CROP_PX

CAMERA_FRAMES = 12
STATIC_FRAMES = 48
DISTANCES = (2, 4, 6, 9, 12, 16, 20, 25, 30, 36)
"""A moving camera's background is put together from the frames so far before and after."""
LEAST_NEIGHBOURS = 5
LEAST_KNOWN = 0.1


class Scene:
    """The background of one shot."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        few = frames.spread(CAMERA_FRAMES)
        self.camera: Camera = camera_of([frames.grey(k) for k in few], [frames.free_grey(k) for k in few])
        self._whole = _whole_background(frames) if self.camera == "static" else None
        self._steps: dict[int, Registration | None] = {}

    def behind(self, place: int) -> Background | None:
        """The background of the crop of frame `place`; None where it cannot be had."""
        figure = self._frames.figures[place]
        assert figure is not None
        if self._whole is not None:
            found: Background | None = _cut(self._whole, figure.box_px)
        else:
            found = self._registered(place, figure.box_px)
        return found if found is not None and found.known.mean() >= LEAST_KNOWN else None

    def _registered(self, place: int, box_px: np.ndarray) -> Background | None:
        seen = [self._seen_from(place, place, np.eye(3), box_px)]
        seen += [self._seen_from(place, other, h, box_px) for other, h in self._neighbours(place)]
        if len(seen) <= LEAST_NEIGHBOURS:
            return None
        images, hidden = (np.stack(column) for column in zip(*seen, strict=True))
        return median_background(images, hidden)

    def _neighbours(self, place: int) -> Iterator[tuple[int, np.ndarray]]:
        """Frames around, and the homography of held pixels from frame `place` to each."""
        grey, free, to_grey = self._frames.grey(place), self._frames.free_grey(place), self._frames.held_to_grey
        corners = corners_of(grey, free)
        for direction in (1, -1):
            guess: np.ndarray | None = np.eye(3)
            for distance in range(1, DISTANCES[-1] + 1):
                other = place + direction * distance
                guess = self._next(guess, other, direction) if 0 <= other < len(self._frames) else None
                if guess is None:
                    break
                if distance not in DISTANCES:
                    continue
                found = register(grey, self._frames.grey(other), corners, self._frames.free_grey(other), guess)
                if found is not None:
                    guess = found.homography
                    yield other, np.linalg.inv(to_grey) @ guess @ to_grey

    def _next(self, guess: np.ndarray | None, other: int, direction: int) -> np.ndarray | None:
        """A homography to the frame before `other`, carried on by one step; None where that step is not known."""
        step = self._step(min(other, other - direction))
        if guess is None or step is None:
            return None
        return (step.homography if direction > 0 else np.linalg.inv(step.homography)) @ guess

    def _step(self, k: int) -> Registration | None:
        """From grey image k to the next."""
        if k not in self._steps:
            frames = self._frames
            corners = corners_of(frames.grey(k), frames.free_grey(k))
            self._steps[k] = register(frames.grey(k), frames.grey(k + 1), corners, frames.free_grey(k + 1))
        return self._steps[k]

    def _seen_from(
        self, place: int, other: int, homography: np.ndarray, box_px: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Frame `other` as the crop of frame `place` would show it, and what is hidden there or outside."""
        matrix = homography @ np.linalg.inv(held_to_crop(box_px))  # from the crop into the other frame
        size, inverse = (CROP_PX, CROP_PX), cv2.WARP_INVERSE_MAP
        image = cv2.warpPerspective(self._frames.colour(other), matrix, size, flags=cv2.INTER_LINEAR | inverse)
        person = self._frames.hidden(other).astype(np.uint8)
        hidden = cv2.warpPerspective(person, matrix, size, flags=cv2.INTER_NEAREST | inverse, borderValue=1)
        return image, hidden.astype(bool)


def _whole_background(frames: Frames) -> Background:
    few = frames.spread(STATIC_FRAMES)
    return median_background(np.stack([frames.colour(k) for k in few]), np.stack([frames.hidden(k) for k in few]))


def _cut(whole: Background, box_px: np.ndarray) -> Background:
    """The crop of a background of whole frames; outside the frame it is unknown."""
    matrix, size = held_to_crop(box_px)[:2], (CROP_PX, CROP_PX)
    way = cv2.INTER_AREA if matrix[0, 0] < 1 else cv2.INTER_LINEAR
    image = cv2.warpAffine(whole.image, matrix, size, flags=way, borderMode=cv2.BORDER_REPLICATE)
    known = cv2.warpAffine(whole.known.astype(np.float32), matrix, size) > 0.99
    noise = cv2.warpAffine(whole.noise, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return Background(image * known[..., None], known, noise)
