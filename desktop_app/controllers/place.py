"""The clean place behind the person: found once all frames of a clip are analysed, cut out for the frame on show."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from core_model.prediction import Factors
from desktop_app.controllers.core import Backdrop, Core, Each, Reader
from desktop_app.controllers.tasks import AbandonedError, Tasks
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.playback import Clip
from desktop_app.session.state import Session

CROP, FRAME, CLOSE = range(3)
"""Slots of the library's worker."""


class CleanPlace:
    """Keeps the backdrop of the clip on show, and its reader, for the worker's thread."""

    def __init__(self, session: Session, worker: Worker, tasks: Tasks, core: Core) -> None:
        self._session, self._worker, self._tasks, self._core = session, worker, tasks, core
        self._clip: Clip | None = None  # whose backdrop is there, or on its way
        self._reader: Reader | None = None
        self.backdrop: Backdrop | None = None
        """Of the clip on show, once it is known; touched on the worker's thread only."""
        self._asked: Factors | None = None
        session.changed.connect(self._update)

    def close(self) -> None:
        """Let go of the file; the worker must have ended."""
        self._session.changed.disconnect(self._update)
        if self._reader:
            self._reader.close()

    def _update(self) -> None:
        session, clip = self._session, self._session.clip
        if clip is not self._clip:
            self._forget()
        if clip is None or session.playback.playing:
            return
        if self.backdrop is not None:
            self._cut(clip, self.backdrop)
        elif self._clip is None and self._can_be_found(clip):
            self._find(clip)

    def find(self) -> None:
        """Look behind the person on request, also after it was cancelled."""
        clip = self._session.clip
        if clip is None or self.backdrop is not None:
            return
        if self._can_be_found(clip):
            self._find(clip)
        else:
            self._session.report(
                Problem(
                    "What lies behind the person is seen in other frames only.",
                    "Analyse the whole clip first; it has to be a video with somebody in it.",
                )
            )

    def _can_be_found(self, clip: Clip) -> bool:
        """Whether it is known of all frames where the person is. Images are places of their own."""
        results = self._session.results
        return bool(results.state.all() and results.seen) and not clip.image_names

    def _forget(self) -> None:
        reader, self._reader, self._clip, self.backdrop = self._reader, None, None, None
        if reader:
            self._worker.ask(CLOSE, reader.close, lambda _: None, lambda _: None)

    def _find(self, clip: Clip) -> None:
        self._clip, seen = clip, self._session.results.seen.items()
        joints = {index: (one.joints2d_px, one.joints3d_m) for index, one in seen}

        def steps(each: Each) -> Iterator[tuple[Reader, Backdrop]]:
            def wanted(done: int, total: int) -> None:
                if self._clip is not clip:
                    raise AbandonedError
                each(done, total)

            reader = self._core.open_video(clip.path)
            try:
                yield reader, self._core.backdrop(reader, joints, wanted)
            except BaseException:
                reader.close()
                raise

        self._tasks.start("Looking behind the person", steps, lambda found: self._found(clip, *found))

    def _found(self, clip: Clip, reader: Reader, backdrop: Backdrop) -> None:
        if clip is self._clip:
            self._reader, self.backdrop = reader, backdrop
            self._update()
        else:
            reader.close()

    def _cut(self, clip: Clip, backdrop: Backdrop) -> None:
        """The crop of the frame on show, unless it is known or on its way."""
        session, frame, prediction = self._session, self._session.frame, self._session.prediction
        if frame is None or prediction is None or prediction.factors is self._asked:
            return
        if session.stage.clean(frame.index) is not None:
            return
        factors = self._asked = prediction.factors

        def put(background: Any) -> None:
            if self._session.clip is clip:
                self._session.stage.put_clean(frame.index, np.asarray(background))

        self._worker.ask(CROP, lambda: backdrop.behind(factors, frame.index).background, put, self._failed)

    def _failed(self, failure: Failure) -> None:
        self._session.report(Problem.of(failure.error, "Looking behind the person", failure.details))
