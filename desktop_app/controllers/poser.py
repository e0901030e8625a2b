"""Finds the poses that a hand on a joint asks for: the newest only, on the network's thread, where torch is at home."""

from typing import Any

from desktop_app.controllers.core import Core, Predictor
from desktop_app.controllers.network import REACH, Network
from desktop_app.jobs.worker import Failure
from desktop_app.session.activity import Problem
from desktop_app.session.grip import Pull
from desktop_app.session.state import Session


class Poser:
    """Listens to the session."""

    def __init__(self, session: Session, network: Network, core: Core) -> None:
        self._session, self._network, self._core = session, network, core
        self._asked: Pull | None = None
        session.changed.connect(self._update)

    def _update(self) -> None:
        pull = self._session.grip.pull
        if pull is None or pull is self._asked:
            return
        self._asked = pull

        def reached(_: Predictor) -> Any:
            return self._core.reach(pull.factors, pull.joint, pull.target, pull.rest_rad)

        self._network.ask(REACH, reached, lambda angles: self._session.grip.put(pull, angles), self._failed)

    def _failed(self, failure: Failure) -> None:
        self._session.report(Problem.of(failure.error, "Pulling a joint", failure.details))
