"""The part of the session that says which frame is shown, and what is played."""

from dataclasses import replace

import numpy as np
from psygnal import Signal

from desktop_app.session.playback import Clip, Playback


class Playhead:
    """A clip and the place in it."""

    changed = Signal()

    def __init__(self) -> None:
        self.clip: Clip | None = None
        self.playback = Playback()

    def seek(self, index: int) -> None:
        """Put the playhead on a frame (or on the nearest there is)."""
        if self.clip:
            self._play(index=int(np.clip(index, 0, len(self.clip) - 1)))

    def step(self, frames: int) -> None:
        """Stop, and go some frames forwards or backwards."""
        self.go_to(self.playback.index + frames)

    def go_to(self, index: int) -> None:
        """Stop there."""
        self._play(playing=False)
        self.seek(index)

    def play(self, playing: bool) -> None:
        """Start, forwards, or stop; from the end it starts again at the beginning."""
        if playing and self.clip and len(self.clip) > 1 and not self.playback.playing:
            self._set("playback", self.playback.started(self.clip, abs(self.playback.speed)))
        elif not playing:
            self._play(playing=False)

    def shuttle(self, direction: int) -> None:
        """Play forwards (1) or backwards (-1); once more: twice as fast."""
        if self.clip and len(self.clip) > 1:
            self._set("playback", self.playback.shuttled(self.clip, direction))

    def set_speed(self, speed: float) -> None:
        """How fast it plays, in clip seconds a second."""
        self._play(speed=speed)

    def set_loop(self, first: int | None = None, last: int | None = None) -> None:
        """Move one end of the range that is played; the other end gives way where they cross."""
        if self.clip:
            self._set("playback", self.playback.looped(self.clip, first, last))

    def clear_loop(self) -> None:
        """Play the whole clip."""
        self._play(loop=None)

    def set_repeat(self, repeat: bool) -> None:
        """Whether playing starts again at the end."""
        self._play(repeat=repeat)

    def _play(self, **changes: object) -> None:
        self._set("playback", replace(self.playback, **changes))  # type: ignore[arg-type]

    def _set(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.changed.emit()
