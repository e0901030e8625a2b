"""People from other clips, looked at in the background: how they look, their bodies, their poses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core_model.errors import NobodyFoundError
from desktop_app.controllers.core import Core, Each, Person
from desktop_app.controllers.network import Network
from desktop_app.controllers.tasks import Tasks
from desktop_app.session.activity import Problem
from desktop_app.session.playback import Clip
from desktop_app.session.staging import Guest, Outfit
from desktop_app.session.state import Session


class Guests:
    """Offers the person of another clip to the session, and dresses the person on show in their looks."""

    def __init__(self, session: Session, network: Network, tasks: Tasks, core: Core) -> None:
        self._session, self._network, self._tasks, self._core = session, network, tasks, core

    def invite(self, path: Path) -> None:
        """Look at another clip."""
        predictor = self._network.predictor
        if predictor is None:
            self._session.report(
                Problem("The network is not ready yet.", "Wait until the line at the bottom says where it runs.")
            )
            return

        def steps(each: Each) -> Iterator[Person]:
            reader, person = self._core.open_video(path), None
            try:
                for done, total, person in self._core.meet(reader, predictor):
                    each(done, total)
                    yield person  # type: ignore[misc]
            finally:
                reader.close()
            if person is None:
                raise NobodyFoundError(
                    f"Nobody is seen surely enough in {path.name} to tell how they look.", "Choose another clip."
                )

        clip = self._session.clip
        self._tasks.start(f"Looking at {path.name}", steps, lambda person: self._met(path, person, clip))

    def _met(self, path: Path, person: Any, clip: Clip | None) -> None:
        """Worn in the clip that was on show when they were invited, and in no other."""
        outfit = Outfit(path.name, guest=Guest(path.name, person.shape, person.poses_rad, person))
        self._session.stage.offer(outfit)
        if clip is self._session.clip:
            self._session.stage.wear(outfit)
