"""How the person on show looks, for the texture sheet, where no image that says so is made anyway."""

from typing import Any

from core_model.appearance import one_look
from core_model.prediction import Factors
from desktop_app.controllers.core import Predictor
from desktop_app.controllers.dressing import Dresser, Request
from desktop_app.controllers.network import SHEET, Network
from desktop_app.jobs.worker import Failure
from desktop_app.session.activity import Problem
from desktop_app.session.made import Worn
from desktop_app.session.state import Session


class SheetMaker:
    """Asks for the appearance of a frame that has come to rest and is as predicted, while the sheet is to be seen."""

    def __init__(self, session: Session, network: Network, dresser: Dresser) -> None:
        self._session, self._network, self._dresser = session, network, dresser
        self._asked: tuple[Factors | None, bool] = None, False
        session.changed.connect(self._update)

    def _update(self) -> None:
        session, factors, prediction = self._session, self._session.factors, self._session.prediction
        running = session.analysis.running  # after an analysis more is known
        if not session.display.sheet or not session.engine.ready or session.playback.playing:
            return
        if factors is self._asked[0] and running == self._asked[1]:
            return
        request = Request.of(session)
        if request is None or prediction is None or factors is not prediction.factors:
            return
        self._asked = factors, running

        def dressed(_: Predictor) -> Worn:
            return Worn(request.index, request.factors, one_look(self._dresser.dressed(request)))

        def put(worn: Any) -> None:
            if self._session.clip is request.clip:
                self._session.put_sheet(worn)

        self._network.ask(SHEET, dressed, put, self._failed)

    def _failed(self, failure: Failure) -> None:
        self._session.report(Problem.of(failure.error, "Laying out the appearance", failure.details))
