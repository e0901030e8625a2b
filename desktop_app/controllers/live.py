"""A camera on show: the newest frame is looked at, older ones are dropped; what is recorded becomes a clip."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from core_model.errors import NobodyFoundError
from core_model.prediction import Prediction
from desktop_app.controllers.core import Camera, Core, Follower, FoundCamera, Predictor
from desktop_app.controllers.mailbox import Mailbox, Shot
from desktop_app.controllers.network import LIVE, Network
from desktop_app.controllers.recording import Recording
from desktop_app.controllers.roster import Roster
from desktop_app.jobs.worker import Failure, Job, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.live import Live
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.state import Session

FIND, OPEN, RECORD, END = range(4)
"""Slots of the worker, served between two frames."""


class LiveView:
    """Listens to the session: where anything else is shown, the camera is let go of."""

    def __init__(
        self, session: Session, network: Network, roster: Roster, worker: Worker, core: Core, folder: Path
    ) -> None:
        """Recordings go to `folder`."""
        self._session, self._network, self._roster = session, network, roster
        self._worker, self._core, self._folder = worker, core, folder
        self._clip: Clip | None = None  # that stands for the camera
        self._before: int | None = None  # the clip that was on show
        self._camera: Camera | None = None
        self._job: Job | None = None
        self._box = Mailbox()
        self._follower: tuple[Clip, Follower] | None = None  # touched on the network's thread only
        self._looking = False
        self._recording: Recording | None = None
        session.changed.connect(self._update)

    def find(self, then: Callable[[list[FoundCamera]], None]) -> None:
        """`then` hears which cameras there are."""
        self._worker.ask(FIND, self._core.find_cameras, then, lambda failure: self._say(failure, "Finding cameras"))

    def open(self, source: str) -> None:
        """Show a camera; what was on show is put away."""
        if self._clip is not None:
            self._end(lambda: self.open(source))
            return

        def first() -> tuple[Camera, Shot]:
            camera = self._core.open_camera(source)
            try:
                return camera, Shot(*camera.read())
            except BaseException:
                camera.close()
                raise

        def failed(failure: Failure) -> None:
            self._session.put_opening(None)
            self._say(failure, "Opening the camera")

        self._session.put_opening("the camera")
        self._worker.ask(OPEN, first, lambda opened: self._opened(*opened), failed)

    def record(self) -> None:
        """Begin to write what the camera gives into a file."""
        if self._clip is None or self._recording is not None:
            return
        path = self._folder / f"{self._clip.path.stem} {datetime.now():%Y-%m-%d %H.%M.%S}.mkv"
        recording = self._recording = Recording(path)
        box = self._box

        def begin() -> None:
            self._folder.mkdir(parents=True, exist_ok=True)
            box.writer = self._core.record(path)

        def failed(failure: Failure) -> None:
            if self._recording is recording:
                self._recording = None
            self._say(failure, "Recording")

        self._worker.ask(RECORD, begin, lambda _: None, failed)
        self._tell(recorded=0)

    def stop(self) -> None:
        """Let go of the camera. What was recorded is shown, or else what was on show before."""
        if self._clip is not None:
            self._end(self._go_back)

    def _opened(self, camera: Camera, shot: Shot) -> None:
        height, width = shot.image.shape[:2]
        clip = Clip(Path(camera.name), np.array([np.nan]), (width, height), 0.0, (camera.name,), live=True)
        if self._session.clips.shown is not None:  # else one camera after another
            self._before = self._session.clips.shown
        self._roster.leave(clip)
        self._clip, self._camera, self._box, self._looking = clip, camera, Mailbox(), False
        self._session.put_live(Live(camera.name))
        self._session.put_frame(Frame(0, shot.image))
        box = self._box
        self._job = Job(lambda: _frames(camera, box), lambda _: self._next(), lambda _: None, self._ended)
        self._worker.start(self._job)

    def _next(self) -> None:
        """Look at the newest frame, unless one is being looked at."""
        clip = self._clip
        if self._looking or clip is None or (shot := self._box.take()) is None:
            return
        if not self._session.engine.ready:
            self._show(shot, None, known=False)
            return
        self._looking = True

        def looked(prediction: Prediction | None) -> None:
            if self._clip is clip:
                self._looking = False
                self._show(shot, prediction, known=True)
                self._next()

        def failed(failure: Failure) -> None:
            self._looking = False
            self._say(failure, "Looking at this frame")

        self._network.ask(LIVE, lambda predictor: self._look(predictor, clip, shot), looked, failed)

    def _look(self, predictor: Predictor, clip: Clip, shot: Shot) -> Prediction | None:
        """On the network's thread."""
        if self._follower is None or self._follower[0] is not clip:
            self._follower = (clip, self._core.follower(predictor))
        try:
            prediction = self._follower[1].follow(shot.image, shot.time_s)
        except NobodyFoundError:
            return None
        return replace(prediction, reconstruction=predictor.synthesise(prediction.factors))

    def _show(self, shot: Shot, prediction: Prediction | None, *, known: bool) -> None:
        if known:
            self._session.put_prediction(0, prediction)
            if self._recording and shot.recorded is not None:
                self._recording.put(shot.recorded, prediction)
        self._session.put_frame(Frame(0, shot.image))
        self._box.looked(known)
        self._tell()

    def _tell(self, **changes: Any) -> None:
        if live := self._session.live:
            self._session.put_live(replace(live, **self._box.counts(), **changes))

    def _update(self) -> None:
        """Something else is on show."""
        if self._clip is not None and self._session.clip is not self._clip:
            self._end(self._left)

    def _left(self) -> None:
        self._take_in()

    def _end(self, then: Callable[[], None]) -> None:
        """Close camera and recording; `then` hears when the file is whole."""
        job, camera, box = self._job, self._camera, self._box
        self._clip = self._job = self._camera = None
        if job:
            job.cancel()

        def close() -> None:
            if camera:
                camera.close()
            box.close()

        self._worker.ask(END, close, lambda _: then(), lambda failure: self._say(failure, "Closing the recording"))

    def _ended(self, failure: Failure) -> None:
        """The camera is gone."""
        self._say(failure, "Reading the camera")
        problem = self._session.problem
        self._end(lambda: self._go_back(problem))

    def _go_back(self, problem: Problem | None = None) -> None:
        """To the recording, or to what was on show before; `problem` is said there."""
        session, number = self._session, self._take_in()

        def arrived() -> None:
            if problem:
                session.report(problem)

        if session.clip is None or not session.clip.live:  # something else is on show already
            arrived()
        else:
            self._roster.come_back(self._before if number is None else number, arrived)
        session.put_live(None)

    def _take_in(self) -> int | None:
        """The recording becomes a clip of the session, of this number; None where there is none."""
        recording, self._recording = self._recording, None
        kept = recording.kept(self._box.count, self._box.size_px) if recording else None
        if kept is None or recording is None:
            return None
        self._session.note(f"Recorded {recording.path}.")
        return self._roster.take_in(kept, len(kept.seen))

    def _say(self, failure: Failure, doing: str) -> None:
        self._session.report(Problem.of(failure.error, doing, failure.details))


def _frames(camera: Camera, box: Mailbox) -> Iterator[None]:
    """On the camera's thread, one after another."""
    try:
        while True:
            box.put(Shot(*camera.read()))
            yield
    finally:
        camera.close()
        box.close()
