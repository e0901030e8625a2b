"""The clock that moves the playhead: by presentation time, so that a slow machine drops frames and keeps the speed."""

from desktop_app.session.state import Session


class Player:
    """Call `tick` often while the session is playing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._anchor: tuple[float, float] | None = None  # clock, clip time
        self._index = -1

    def tick(self, now_s: float) -> None:
        """Put the playhead where it belongs at this reading of the clock."""
        session, clip = self._session, self._session.clip
        if clip is None or not session.playback.playing:
            self._anchor = None
            return
        if self._anchor is None or session.playback.index != self._index:
            self._anchor = (now_s, float(clip.times_s[session.playback.index]))
        time_s = self._anchor[1] + now_s - self._anchor[0]
        first, last = session.playback.span(clip)
        end_s = float(clip.times_s[last + 1]) if last + 1 < len(clip) else clip.duration_s
        if time_s < end_s:
            self._index = min(clip.index_at(time_s), last)
        else:
            self._index = first
            self._anchor = (now_s, float(clip.times_s[first]))
            if not (session.playback.loop or session.playback.repeat):
                self._index = last
                session.play(False)
        session.seek(self._index)
