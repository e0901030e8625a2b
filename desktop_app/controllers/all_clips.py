"""All clips of the session analysed, one after another; the one that is looked at is on show."""

from desktop_app.controllers.analysis import Analyser
from desktop_app.controllers.roster import Roster
from desktop_app.session.state import Session


class AllClips:
    """Ends when nothing is left, when the person cancels, or shows another clip meanwhile.

    A clip that cannot be read is marked as always, and the rest goes on.
    """

    def __init__(self, session: Session, roster: Roster, analyser: Analyser) -> None:
        self._session, self._roster, self._analyser = session, roster, analyser
        self._left: list[int] = []
        analyser.ended = self._ended

    def start(self) -> None:
        """Those of which some frames were not looked at, beginning with the one on show."""
        session = self._session
        if session.analysis.running or not session.engine.ready:
            return
        left = session.clips.unfinished()
        shown = session.clips.shown
        self._left = sorted(left, key=lambda number: number != shown)
        self._next()

    def _next(self) -> None:
        if self._left and self._left[0] == self._session.clips.shown:
            self._analyse()
        elif self._left:
            self._roster.show_first(self._left, self._analyse)

    def _analyse(self) -> None:
        shown = self._session.clips.shown
        if shown in self._left:  # those before it could not be read
            self._left = self._left[self._left.index(shown) + 1 :]
            self._analyser.start()

    def _ended(self, whole: bool) -> None:
        if whole:
            self._next()
        else:
            self._left = []
