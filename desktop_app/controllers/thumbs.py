"""Small pictures along the timeline, decoded one by one on a thread, with a reader of their own."""

from collections.abc import Iterator

import numpy as np

from desktop_app.controllers.core import Core
from desktop_app.jobs.worker import Failure, Job, Worker
from desktop_app.session.playback import Clip
from desktop_app.session.state import Session
from desktop_app.session.thumbnails import HEIGHT_PX, frames_shown


class ThumbnailMaker:
    """Each place of the strip costs one decoded frame; those that stay in place are kept."""

    def __init__(self, session: Session, worker: Worker, core: Core) -> None:
        self._session, self._worker, self._core = session, worker, core
        self._asked: tuple[Clip | None, int] = (None, 0)
        self._job: Job | None = None
        session.changed.connect(self._update)

    def _update(self) -> None:
        clip, strip = self._session.clip, self._session.thumbnails
        if clip is None or (clip, strip.room) == self._asked or not strip.room or clip.live:
            return
        self._asked = (clip, strip.room)
        if self._job:
            self._job.cancel()
        frames = frames_shown(len(clip), strip.room)
        strip.keep(clip, frames)
        todo = [index for index in dict.fromkeys(frames) if index not in strip.images]

        def decoded(found: tuple[int, np.ndarray]) -> None:
            strip.put(clip, *found)

        self._job = Job(lambda: self._decode(clip, todo), decoded, lambda _: None, self._failed)
        self._worker.start(self._job)

    def _decode(self, clip: Clip, frames: list[int]) -> Iterator[tuple[int, np.ndarray]]:
        """On the worker's thread. A frame that cannot be read leaves its place empty."""
        import cv2

        from core_model.errors import MediaError

        reader = self._core.open_video(clip.path)
        try:
            for index in frames:
                try:
                    image = reader.frame(index)
                except MediaError:
                    continue
                width_px = max(round(HEIGHT_PX * image.shape[1] / image.shape[0]), 1)
                yield index, cv2.resize(image, (width_px, HEIGHT_PX), interpolation=cv2.INTER_AREA)
        finally:
            reader.close()

    def _failed(self, failure: Failure) -> None:
        """The clip itself is on show: that pictures are missing needs no banner."""
        self._session.log.add(f"No pictures along the timeline: {failure.error}", problem=True, details=failure.details)
