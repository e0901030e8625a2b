"""The clock that moves the playhead: by presentation time, so that a slow machine drops frames and keeps the speed."""

import numpy as np

from desktop_app.session.playback import Clip, Playback
from desktop_app.session.state import Session

CATCH_UP_S = 0.1
"""So late frames are shown one after the other, each of them, rather than left out, where a screen shows as many."""
SCREEN_HZ = 60


class Player:
    """Call `tick` often while the session is playing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._anchor: tuple[float, float] | None = None  # clock, clip time
        self._index, self._speed = -1, 1.0

    def tick(self, now_s: float) -> None:
        """Put the playhead where it belongs at this reading of the clock."""
        session, clip, playback = self._session, self._session.clip, self._session.playback
        if clip is None or not playback.playing:
            self._anchor = None
            return
        if self._anchor is None or (playback.index, playback.speed) != (self._index, self._speed):
            self._anchor, self._speed = (now_s, _shown_s(clip, playback)), playback.speed
        time_s = self._anchor[1] + (now_s - self._anchor[0]) * playback.speed
        first, last = playback.span(clip)
        if float(clip.times_s[first]) <= time_s < _end_s(clip, last):
            self._index = self._next(min(clip.index_at(time_s), last))
        else:
            ended, again = (first, last) if playback.speed < 0 else (last, first)
            goes_on = bool(playback.loop or playback.repeat)
            self._index, self._anchor = again if goes_on else ended, None
            if not goes_on:
                session.play(False)
        session.seek(self._index)

    def _next(self, due: int) -> int:
        """The frame that is due, or where the window is only a little late, the one after that on show."""
        session, clip, playback = self._session, self._session.clip, self._session.playback
        assert clip is not None
        behind_s = abs(float(clip.times_s[due] - clip.times_s[playback.index]))
        too_fast = clip.fps * abs(playback.speed) > SCREEN_HZ
        if too_fast or behind_s > CATCH_UP_S * abs(playback.speed):
            return due
        if session.frame_expected:
            return playback.index
        return playback.index + int(np.sign(due - playback.index))


def _shown_s(clip: Clip, playback: Playback) -> float:
    """The first moment at which the frame under the playhead is shown: backwards, its end."""
    if playback.speed >= 0:
        return float(clip.times_s[playback.index])
    return _end_s(clip, playback.index) - 1e-4


def _end_s(clip: Clip, index: int) -> float:
    """When a frame is over."""
    return float(clip.times_s[index + 1]) if index + 1 < len(clip) else clip.duration_s
