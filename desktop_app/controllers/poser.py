"""Finds the poses that a hand on the body wishes for: the newest only, on the network's thread."""

from typing import Any

import numpy as np

from desktop_app.controllers.core import Core, PoseSpace
from desktop_app.controllers.network import REACH, SCORES, Network
from desktop_app.jobs.worker import Failure
from desktop_app.session.activity import Problem
from desktop_app.session.grip import Ask, Pull, Slide, Wish
from desktop_app.session.made import Scores
from desktop_app.session.state import Session


class Poser:
    """Listens to the session."""

    def __init__(self, session: Session, network: Network, core: Core) -> None:
        self._session, self._network, self._core = session, network, core
        self._asked: Wish | None = None
        self._scored: np.ndarray | None = None
        self._space: PoseSpace | None = None  # touched on the network's thread only
        session.changed.connect(self._update)

    def _update(self) -> None:
        wish, factors = self._session.grip.wish, self._session.factors
        if wish is not None and wish is not self._asked:
            self._asked = wish
            self._network.ask(
                REACH,
                lambda _: self._pose(wish),
                lambda angles: self._session.grip.put(wish, angles),
                lambda failure: self._given_up(wish, failure),
            )
        wanted = factors is not None and self._session.display.pose_space and self._session.engine.ready
        if wanted and factors is not None and factors.angles_rad is not self._scored:
            self._scored = angles_rad = factors.angles_rad
            self._network.ask(SCORES, lambda _: self._scores(angles_rad), self._session.put_scores, self._failed)

    def _scores(self, angles_rad: np.ndarray) -> Any:
        return Scores(angles_rad, self._poses().scores(angles_rad))

    def _pose(self, wish: Wish) -> Any:
        """On the network's thread: angles (20, 2)."""
        aim = wish.aim
        if isinstance(aim, Pull):
            return self._core.reach(wish.factors, aim.joint, aim.target, wish.rest_rad)
        if isinstance(aim, Slide):
            return self._poses().moved(wish.rest_rad, aim.axis, aim.score)
        if aim is Ask.PLAUSIBLE:
            return self._poses().plausible(wish.rest_rad)
        return self._poses().imagined(np.random.default_rng())

    def _poses(self) -> PoseSpace:
        if self._space is None:
            self._space = self._core.pose_space()
        return self._space

    def _given_up(self, wish: Wish, failure: Failure) -> None:
        self._session.grip.drop(wish)
        self._failed(failure)

    def _failed(self, failure: Failure) -> None:
        self._session.report(Problem.of(failure.error, "Finding the pose", failure.details))
