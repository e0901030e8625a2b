"""Who may be in the frame on show, looked for while a person chooses among them."""

from desktop_app.controllers.network import PEOPLE, Network
from desktop_app.jobs.worker import Failure
from desktop_app.session.activity import Problem
from desktop_app.session.made import People
from desktop_app.session.playback import Frame
from desktop_app.session.state import Session


class Crowd:
    """Listens to the session."""

    def __init__(self, session: Session, network: Network) -> None:
        self._session, self._network = session, network
        self._asked: Frame | None = None
        session.changed.connect(self._update)

    def _update(self) -> None:
        session, frame = self._session, self._session.frame
        wanted = session.display.edit_crop and session.engine.ready and not session.playback.playing
        if not wanted or frame is None or frame is self._asked:
            return
        self._asked = frame

        def found(people: People) -> None:
            if session.frame is frame:  # no other clip's
                session.put_people(people)

        self._network.ask(
            PEOPLE, lambda predictor: People(frame.index, predictor.people(frame.image)), found, self._failed
        )

    def _failed(self, failure: Failure) -> None:
        self._session.report(Problem.of(failure.error, "Looking for people", failure.details))
