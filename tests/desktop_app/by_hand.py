"""Work that is done when a test says so, and the controllers that ask for it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from fake_core import fake_core
from fake_predictor import FRAME_PX, FakePredictor

from desktop_app.controllers.network import Network
from desktop_app.jobs.worker import Failure, Job
from desktop_app.session.activity import Phase
from desktop_app.session.playback import Frame
from desktop_app.session.state import Session


class Hand:
    """A worker turned by hand: one waiting request a slot."""

    def __init__(self) -> None:
        self.waiting: dict[int, tuple[Callable[[], Any], Callable[[Any], None], Callable[[Any], None]]] = {}

    def ask(self, slot: int, call: Any, then: Any, failed: Any) -> None:
        """As the worker."""
        self.waiting[slot] = (call, then, failed)

    def start(self, job: Job) -> None:
        """Not needed."""

    def turn(self) -> None:
        """Answer what waits first."""
        call, then, failed = self.waiting.pop(min(self.waiting))
        try:
            answer = call()
        except Exception as error:
            failed(Failure(error, ""))
        else:
            then(answer)


def frame(index: int) -> Frame:
    """Light grey."""
    return Frame(index, np.full((FRAME_PX[1], FRAME_PX[0], 3), 100 + index, np.uint8))


def loaded(session: Session, predictor: FakePredictor) -> tuple[Hand, Network]:
    """A network that is ready."""
    hand = Hand()
    network = Network(session, hand, fake_core(predictor))  # type: ignore[arg-type]
    network.load()
    assert session.engine.phase is Phase.STARTING
    hand.turn()
    return hand, network
