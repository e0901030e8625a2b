"""What lies behind the person in one shot: one median for a static camera, one a frame for a moving one (cv2).

All is in held pixels (`core_model.data.unlabelled.frames`); homographies
count pixels as cv2 does (centres at integers).
"""

from collections.abc import Callable, Iterator
from typing import Protocol

import cv2
import numpy as np

from core_model.backdrop.holding import Held
from core_model.data.unlabelled.background import Background, median_background
from core_model.data.unlabelled.camera import camera_of, corners_of, register
from core_model.data.unlabelled.frames import Frames
from core_model.geometry.crop import crop_image, crop_matrix

CAMERA_FRAMES = 12
STATIC_FRAMES = 48
DISTANCES = (2, 5, 9, 14, 20, 28, 36)
"""A moving camera's background is put together from the held frames so far before and after."""
FOLLOWED = 80
"""About so many corners are carried from a frame to those around it, which takes the most time. Of what the person
hides in a clip 48 % are known then, 54 % with all 160 corners in half as much time again, 38 % with 50."""
SURE = 0.99
AROUND_PX = 16
"""Farther from the person, a moving camera's frame shows its own background; nearer, the two are compared."""


View = Callable[[int], Frames | None]
"""A frame of the clip by its index, alone in `Frames`; None where it is damaged."""


class Place(Protocol):
    """What a shot shows."""

    def seen(self, index: int, box_px: np.ndarray, size_px: int) -> tuple[np.ndarray, np.ndarray]:
        """The background in a square `box_px` (4,), in held pixels, of a frame of the clip: (S, S, 3) uint8 and where
        it is known (S, S) bool."""


def place_of(held: Held, shot: int, view: View) -> Place | None:
    """The place that a shot shows; None where no frame of it is held."""
    frames, numbers = held.frames, held.numbers(shot)
    if not len(numbers):
        return None
    few = _spread(numbers, CAMERA_FRAMES)
    camera = camera_of([frames.grey(k) for k in few], [frames.free_grey(k) for k in few])
    return StaticPlace(frames, numbers) if camera == "static" else MovingPlace(held, numbers, view)


class StaticPlace:
    """One background for all frames."""

    def __init__(self, frames: Frames, numbers: np.ndarray) -> None:
        few = _spread(numbers, STATIC_FRAMES)
        found = median_background(np.stack([frames.colour(k) for k in few]), np.stack([frames.hidden(k) for k in few]))
        self._image, self._known = found.image, found.known.astype(np.uint8) * 255

    def seen(self, index: int, box_px: np.ndarray, size_px: int) -> tuple[np.ndarray, np.ndarray]:
        """See `Place`."""
        known = crop_image(self._known, box_px, size_px) > SURE * 255
        known &= inside(box_px, size_px, self._known.shape)
        return cv2.copyTo(crop_image(self._image, box_px, size_px), known.astype(np.uint8)), known


class MovingPlace:
    """A background for each frame, out of the frames around it."""

    def __init__(self, held: Held, numbers: np.ndarray, view: View) -> None:
        self._frames, self._indices, self._first = held.frames, held.indices[numbers], int(numbers[0])
        self._view = view
        self._steps = [self._step(k) for k in numbers[:-1].tolist()]  # to the next; None where that is not known

    def seen(self, index: int, box_px: np.ndarray, size_px: int) -> tuple[np.ndarray, np.ndarray]:
        """See `Place`."""
        own = self._view(index)
        if own is None:
            return np.zeros((size_px, size_px, 3), np.uint8), np.zeros((size_px, size_px), bool)
        to_crop = to_crop_matrix(box_px, size_px)
        image, hidden = _seen_from(own, 0, np.eye(3), to_crop, (size_px, size_px))
        person = hidden & inside(box_px, size_px, own.colour(0).shape)
        if not person.any():
            return image, ~hidden
        rows, columns = window = tuple(_reach(person.any(axis)) for axis in (1, 0))
        to_window = np.array([[1.0, 0, -columns.start], [0, 1, -rows.start], [0, 0, 1]]) @ to_crop
        found = self._median(index, own, to_window, image[window], hidden[window])
        image[window] = np.where(found.known[..., None], found.image, image[window])
        known = ~hidden
        known[window] |= found.known
        return image * known[..., None], known

    def _median(
        self, index: int, own: Frames, to_window: np.ndarray, image: np.ndarray, hidden: np.ndarray
    ) -> Background:
        """The background in a window of the own frame, which shows this `image` and hides this."""
        near = self._first + int(np.abs(self._indices - index).argmin())
        size = (image.shape[1], image.shape[0])
        others = [_seen_from(self._frames, k, h, to_window, size) for k, h in self._around(own, near)]
        images, masks = (np.stack(column) for column in zip((image, hidden), *others, strict=True))
        return median_background(images, masks)

    def _step(self, k: int) -> np.ndarray | None:
        """(3, 3) from grey image k to the next."""
        frames = self._frames
        corners = corners_of(frames.grey(k), frames.free_grey(k))
        found = register(frames.grey(k), frames.grey(k + 1), corners, frames.free_grey(k + 1))
        return None if found is None else found.homography

    def _around(self, own: Frames, near: int) -> Iterator[tuple[int, np.ndarray]]:
        """Held frames around `near`, and the homography (3, 3) of held pixels from the own frame to each."""
        grey, frames, to_grey = own.grey(0), self._frames, own.held_to_grey
        corners = corners_of(grey, own.free_grey(0))
        corners = np.ascontiguousarray(corners[:: max(1, len(corners) // FOLLOWED)])
        for direction in (1, -1):
            guess: np.ndarray | None = np.eye(3)
            for distance in range(DISTANCES[-1] + 1):
                k = near + direction * distance
                guess = self._carried(guess, k, direction) if distance else guess
                if guess is None:
                    break
                if distance not in DISTANCES and (distance or direction < 0):  # the nearest one once
                    continue
                found = register(grey, frames.grey(k), corners, frames.free_grey(k), guess)
                if found is not None:
                    guess = found.homography
                    yield k, np.linalg.inv(to_grey) @ guess @ to_grey

    def _carried(self, guess: np.ndarray | None, k: int, direction: int) -> np.ndarray | None:
        """A homography to the held frame before k, carried on to k; None where that step is not known."""
        number = min(k, k - direction) - self._first
        step = self._steps[number] if 0 <= number < len(self._steps) else None
        if guess is None or step is None:
            return None
        return (step if direction > 0 else np.linalg.inv(step)) @ guess


def inside(box_px: np.ndarray, size_px: int, frame_shape: tuple[int, ...]) -> np.ndarray:
    """(S, S) bool: pixels of the crop `box_px` whose centres lie within a frame of (H, W)."""
    x, y = (box_px[axis] + (np.arange(size_px) + 0.5) * ((box_px[2] - box_px[0]) / size_px) for axis in (0, 1))
    return np.outer((y > 0) & (y < frame_shape[0]), (x > 0) & (x < frame_shape[1]))


def to_crop_matrix(box_px: np.ndarray, size_px: int) -> np.ndarray:
    """(3, 3) from pixels of the frame to the crop's, both as cv2 counts them."""
    matrix = np.vstack([crop_matrix(box_px, size_px), [0, 0, 1]])
    matrix[:2, 2] += matrix[:2, :2] @ np.array([0.5, 0.5]) - 0.5
    return matrix


def _seen_from(
    frames: Frames, k: int, homography: np.ndarray, to_window: np.ndarray, size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Frame k as a window of the own frame (width, height) would show it, and what is hidden there or outside."""
    matrix = homography @ np.linalg.inv(to_window)  # from the window into the other frame
    image = cv2.warpPerspective(frames.colour(k), matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    person, way = frames.hidden(k).astype(np.uint8), cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return image, cv2.warpPerspective(person, matrix, size, flags=way, borderValue=1).astype(bool)


def _reach(rows: np.ndarray) -> slice:
    """From the first to the last of the rows (S,) bool that hold something, and a little around."""
    held = np.flatnonzero(rows)
    return slice(max(int(held[0]) - AROUND_PX, 0), int(held[-1]) + 1 + AROUND_PX)


def _spread(numbers: np.ndarray, count: int) -> list[int]:
    """Up to `count` of them, evenly spread."""
    return numbers[np.unique(np.linspace(0, len(numbers) - 1, count).round().astype(int))].tolist()
