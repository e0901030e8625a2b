"""The image follows the factors on show: every change is asked for, only the newest is computed.

A person who is edited wears what they wore in all frames that were looked at, not in the one on show alone.
"""

from time import perf_counter
from typing import Any

from core_model.prediction import Factors, Prediction, Synthesis
from desktop_app.controllers.core import Core, Predictor, Wardrobe
from desktop_app.controllers.network import SYNTHESISE, Network
from desktop_app.jobs.worker import Failure
from desktop_app.session.activity import Problem
from desktop_app.session.playback import Clip
from desktop_app.session.state import Session, Synthesised


class Synthesiser:
    """Asks for the image of the factors on show unless it is there or on its way."""

    def __init__(self, session: Session, network: Network, core: Core) -> None:
        self._session, self._network, self._core = session, network, core
        self._asked: Factors | None = None
        self._wardrobe: tuple[Clip, Wardrobe] | None = None  # touched on the network's thread only, as is the next
        self._offered: set[int] = set()
        session.changed.connect(self._update)

    def _update(self) -> None:
        session, factors, prediction = self._session, self._session.factors, self._session.prediction
        if factors is None or prediction is None or not session.engine.ready or factors is self._asked:
            return
        if factors is prediction.factors and prediction.reconstruction is not None:
            return
        self._ask(factors)

    def _ask(self, factors: Factors) -> None:
        frame, clip, prediction = self._session.frame, self._session.clip, self._session.prediction
        if frame is None or clip is None or prediction is None:
            return
        self._asked, held = factors, self._session.results.held()

        def synthesise(predictor: Predictor) -> tuple[Synthesis, float]:
            wardrobe = self._filled(clip, held)
            start = perf_counter()
            dressed = factors if factors is prediction.factors else wardrobe.dressed(factors, prediction)
            return predictor.synthesise(dressed), (perf_counter() - start) * 1e3

        def synthesised(answer: Any) -> None:
            synthesis, elapsed_ms = answer
            if self._session.clip is clip:
                self._session.put_engine(synthesise_ms=elapsed_ms)
                self._session.put_synthesised(Synthesised(frame.index, factors, synthesis))

        self._network.ask(SYNTHESISE, synthesise, synthesised, self._failed)

    def _filled(self, clip: Clip, held: list[tuple[int, Prediction]]) -> Wardrobe:
        """The clip's wardrobe with all predictions that are held."""
        if self._wardrobe is None or self._wardrobe[0] is not clip:
            self._wardrobe, self._offered = (clip, self._core.wardrobe()), set()
        for index, prediction in held:
            if index not in self._offered:
                self._offered.add(index)
                self._wardrobe[1].offer(prediction)
        return self._wardrobe[1]

    def _failed(self, failure: Failure) -> None:
        self._session.report(Problem.of(failure.error, "Making the image", failure.details))
