"""Opening clips and decoding the frame under the playhead, on a thread of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.controllers.core import Core, Reader
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.clip_file import fingerprint
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.state import Session

OPEN, FRAME = range(2)


@dataclass(frozen=True, slots=True)
class Opened:
    """A clip that could be opened."""

    reader: Reader
    clip: Clip
    frame: Frame
    problem: str | None  # damage, where there still are frames


class Media:
    """Keeps the reader of the clip on show; a clip that cannot be opened leaves the one on show alone."""

    def __init__(self, session: Session, worker: Worker, core: Core, deliver: Callable[[Frame], None]) -> None:
        self._session, self._worker, self._core, self._deliver = session, worker, core, deliver
        self._reader: Reader | None = None
        self._asked: tuple[Clip, int] | None = None  # of the clip that the reader is of
        self.opened: Callable[[Path], None] = lambda path: None
        session.changed.connect(self._update)

    def open(
        self,
        path: Path,
        at: int = 0,
        show: Callable[[Clip], None] | None = None,
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Open a video, a folder of images or an image at one of its frames.

        `show` puts it into the session, as one of its own if nothing is given; `failed` hears why it cannot be read,
        else the person does. Neither is called where something else is opened in the meantime.
        """
        self._session.put_opening(path.name)
        self._worker.ask(
            OPEN,
            lambda: self._open(path, at),
            lambda opened: self._shown(opened, show or self._alone),
            lambda failure: self._open_failed(failure, failed or self._session.report),
        )

    def close(self) -> None:
        """Let go of the file; the worker must have ended."""
        self._session.changed.disconnect(self._update)
        if self._reader:
            self._reader.close()

    def _open(self, path: Path, at: int) -> Opened:
        reader = self._core.open_video(path)
        try:
            clip = Clip(path, reader.pts_s, reader.frame_size_px, reader.fps, reader.image_names, fingerprint(path))
            index = min(at, len(clip) - 1)
            return Opened(reader, clip, Frame(index, reader.frame(index)), reader.problem)
        except BaseException:
            reader.close()
            raise

    def _alone(self, clip: Clip) -> None:
        self._session.open(clip)
        self.opened(clip.path)

    def _shown(self, opened: Opened, show: Callable[[Clip], None]) -> None:
        previous, self._reader, clip = self._reader, opened.reader, opened.clip
        if previous:
            self._worker.ask(FRAME, previous.close, lambda _: None, lambda _: None)
        self._asked = (clip, opened.frame.index)
        show(clip)
        self._session.put_frame(opened.frame)
        if opened.problem:
            self._session.report(Problem(opened.problem, "What can be read of it is shown."))

    def _open_failed(self, failure: Failure, failed: Callable[[Problem], None]) -> None:
        self._session.put_opening(None)
        failed(Problem.of(failure.error, "Opening the file", failure.details))

    def _update(self) -> None:
        clip, reader, index = self._session.clip, self._reader, self._session.playback.index
        if (
            clip is None
            or reader is None
            or self._asked is None
            or self._asked[0] is not clip
            or self._asked[1] == index
        ):
            return
        self._asked = (clip, index)

        def decoded(image: Any) -> None:
            if self._session.clip is clip:
                self._deliver(Frame(index, image))

        self._worker.ask(FRAME, lambda: reader.frame(index), decoded, self._frame_failed)

    def _frame_failed(self, failure: Failure) -> None:
        self._session.play(False)
        self._session.report(Problem.of(failure.error, "Reading this frame", failure.details))
