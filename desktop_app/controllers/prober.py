"""Looks once at every clip of the session that is not on show, so that one that is missing or broken is marked."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.controllers.core import Core
from desktop_app.controllers.finder import missing
from desktop_app.jobs.worker import Failure, Job, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.clip_file import ClipFile, fingerprint
from desktop_app.session.clips import Clips, Listed
from desktop_app.session.state import Session


class Prober:
    """On a worker's thread, one after another, with readers of its own."""

    def __init__(self, session: Session, worker: Worker, core: Core) -> None:
        self._session, self._worker, self._core = session, worker, core
        self._clips: Clips | None = None
        self._known = set[int]()
        self._todo = deque[Listed]()
        self._job: Job | None = None
        session.changed.connect(self._update)

    def _update(self) -> None:
        clips = self._session.clips
        if clips is not self._clips:
            self._clips, self._known = clips, set()
            self._todo.clear()
        for item in clips.items:
            if item.number not in self._known:
                self._known.add(item.number)
                if item.number != clips.shown and not item.trouble:
                    self._todo.append(item)
        if self._todo and self._job is None:
            self._start(clips)

    def _start(self, clips: Clips) -> None:
        def finished(_: object) -> None:
            self._job = None
            self._update()

        def failed(failure: Failure) -> None:
            self._job = None
            self._session.report(Problem.of(failure.error, "Looking at the clips", failure.details))

        folder = self._session.keeping.path.parent if self._session.keeping.path else None
        self._job = Job(lambda: self._looked(folder), lambda found: self._put(clips, *found), finished, failed)
        self._worker.start(self._job)

    def _looked(self, folder: Path | None) -> Iterator[tuple[Listed, Any]]:
        while self._todo:
            item = self._todo.popleft()
            yield item, self._look(item.kept.clip, folder)

    def _look(self, clip: ClipFile, folder: Path | None) -> ClipFile | Problem:
        path = clip.find(folder)
        if path is None and clip.frames:
            return Problem(*missing(clip))
        try:
            reader = self._core.open_video(path := path or Path(clip.absolute))
        except Exception as error:
            return Problem.of(error, f"Reading {clip.name}")
        try:
            return ClipFile(str(path), clip.relative, fingerprint(path), len(reader.pts_s), reader.frame_size_px)
        finally:
            reader.close()

    def _put(self, clips: Clips, item: Listed, found: ClipFile | Problem) -> None:
        if clips is not self._session.clips or clips.get(item.number) is not item or clips.shown == item.number:
            return
        if isinstance(found, Problem):
            clips.change(item.number, trouble=found.what, todo=found.todo)
        elif not item.kept.clip.frames:
            state = np.zeros(found.frames, np.uint8)
            clips.change(item.number, kept=replace(item.kept, clip=found, state=state))
