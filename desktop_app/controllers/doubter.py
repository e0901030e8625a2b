"""Finds what else the pose on show may be, while that is to be seen: the newest only, on the network's thread."""

from desktop_app.controllers.core import Core
from desktop_app.controllers.network import OTHERS, Network
from desktop_app.jobs.worker import Failure
from desktop_app.session.activity import Problem
from desktop_app.session.state import Session


class Doubter:
    """Listens to the session."""

    def __init__(self, session: Session, network: Network, core: Core) -> None:
        self._session, self._network, self._core = session, network, core
        self._asked: object = None
        session.changed.connect(self._update)

    def _update(self) -> None:
        session, factors = self._session, self._session.factors
        wanted = session.display.others and session.engine.ready and not session.playback.playing
        if wanted and factors is not None and factors is not self._asked:
            self._asked = factors
            self._network.ask(OTHERS, lambda _: self._core.others(factors), session.put_others, self._failed)

    def _failed(self, failure: Failure) -> None:
        self._session.report(Problem.of(failure.error, "Finding poses that look the same", failure.details))
