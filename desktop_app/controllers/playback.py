"""The clock that moves the playhead: by presentation time, so that a slow machine drops frames and keeps the speed."""

from desktop_app.session.playback import Clip, Playback
from desktop_app.session.state import Session


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
            self._index = min(clip.index_at(time_s), last)
        else:
            ended, again = (first, last) if playback.speed < 0 else (last, first)
            goes_on = bool(playback.loop or playback.repeat)
            self._index, self._anchor = again if goes_on else ended, None
            if not goes_on:
                session.play(False)
        session.seek(self._index)


def _shown_s(clip: Clip, playback: Playback) -> float:
    """The first moment at which the frame under the playhead is shown: backwards, its end."""
    if playback.speed >= 0:
        return float(clip.times_s[playback.index])
    return _end_s(clip, playback.index) - 1e-4


def _end_s(clip: Clip, index: int) -> float:
    """When a frame is over."""
    return float(clip.times_s[index + 1]) if index + 1 < len(clip) else clip.duration_s
