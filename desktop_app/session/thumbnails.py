"""Small pictures along the timeline."""

from collections.abc import Callable

import numpy as np

from desktop_app.session.playback import Clip

HEIGHT_PX = 72
"""Twice what is drawn at ordinary pixel densities, so that they are sharp on dense ones."""


class Thumbnails:
    """As many as there is room for, whatever the length of the clip."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.room = 0
        """How many fit."""
        self.clip: Clip | None = None
        self.images: dict[int, np.ndarray] = {}
        """(HEIGHT_PX, W, 3) uint8 by frame, of `clip`."""

    def set_room(self, room: int) -> None:
        """The timeline became wider or narrower."""
        if room != self.room:
            self.room = room
            self._changed()

    def keep(self, clip: Clip, frames: tuple[int, ...]) -> None:
        """Forget all but these."""
        kept = self.images if clip is self.clip else {}
        self.clip, self.images = clip, {i: kept[i] for i in frames if i in kept}

    def put(self, clip: Clip, index: int, image: np.ndarray) -> None:
        """One was decoded."""
        if clip is self.clip:
            self.images[index] = image
            self._changed()

    def shown(self, clip: Clip | None) -> tuple[np.ndarray | None, ...]:
        """One for each place, from left to right; None where it is not decoded yet."""
        if clip is None or clip is not self.clip:
            return ()
        return tuple(self.images.get(i) for i in frames_shown(len(clip), self.room))


def frames_shown(num_frames: int, room: int) -> tuple[int, ...]:
    """The frame in the middle of each place, where so many places share the clip.

    >>> frames_shown(100, 4)
    (12, 37, 62, 87)
    """
    return tuple((2 * place + 1) * num_frames // (2 * room) for place in range(room)) if num_frames else ()
