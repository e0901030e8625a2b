"""The image follows the factors on show: every change is asked for, only the newest is computed."""

from time import perf_counter
from typing import Any

from core_model.appearance import one_look
from core_model.prediction import Factors
from desktop_app.controllers.core import Predictor
from desktop_app.controllers.dressing import Dresser, Request
from desktop_app.controllers.network import SYNTHESISE, Network
from desktop_app.jobs.worker import Failure
from desktop_app.session.activity import Problem
from desktop_app.session.made import Synthesised
from desktop_app.session.state import Session


class Synthesiser:
    """Asks for the image of the factors on show unless it is there or on its way."""

    def __init__(self, session: Session, network: Network, dresser: Dresser) -> None:
        self._session, self._network, self._dresser = session, network, dresser
        self._asked: tuple[Factors, Predictor | None] | None = None
        self._made_s, self._took_s = 0.0, 0.0
        session.changed.connect(self._update)

    def _update(self) -> None:
        session, factors, prediction = self._session, self._session.factors, self._session.prediction
        if factors is None or prediction is None or not session.engine.ready:
            return
        if self._asked and self._asked[0] is factors and self._asked[1] is self._network.predictor:
            return
        if factors is prediction.factors and prediction.reconstruction is not None:
            return
        if session.playback.playing and perf_counter() - self._made_s < self._took_s:
            return  # while the clip plays, images are made in half of the time: the frames come first
        if request := Request.of(session):
            self._ask(request)

    def _ask(self, request: Request) -> None:
        factors = request.factors
        self._asked = factors, self._network.predictor

        def synthesise(predictor: Predictor) -> tuple[Synthesised, float]:
            start = perf_counter()
            as_seen = factors is request.prediction.factors
            dressed = factors if as_seen else self._dresser.dressed(request)
            synthesis, elapsed_ms = predictor.synthesise(dressed), (perf_counter() - start) * 1e3
            return Synthesised(request.index, factors, synthesis, dressed, one_look(dressed)), elapsed_ms

        def synthesised(answer: Any) -> None:
            made, elapsed_ms = answer
            self._made_s, self._took_s = perf_counter(), elapsed_ms / 1e3
            if self._session.clip is request.clip:
                self._session.put_engine(synthesise_ms=elapsed_ms)
                self._session.put_synthesised(made)

        self._network.ask(SYNTHESISE, synthesise, synthesised, self._failed)

    def _failed(self, failure: Failure) -> None:
        self._session.report(Problem.of(failure.error, "Making the image", failure.details))
