"""Unsaved changes kept aside, and recovered after a window that ended without a word."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from desktop_app.controllers.archive import Archive
from desktop_app.controllers.aside import Aside, left_asides, new_aside
from desktop_app.controllers.keeper import Keeper
from desktop_app.controllers.slots import ASIDE, LEFT
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.clips import Clips
from desktop_app.session.coding_old import as_now
from desktop_app.session.container import SessionFileError, read
from desktop_app.session.keeping import Mark
from desktop_app.session.question import Ask, Question
from desktop_app.session.state import Session

EVERY_S = 10.0
"""No more than this is lost in a crash, unless ..."""
SHARE = 0.05
"""... keeping it aside, as of an hour of video, would take a larger share of the time."""


@dataclass(frozen=True, eq=False, slots=True)
class Left:
    """What another window left behind."""

    aside: Aside
    question: Question


class Autosaver:
    """`tick` every `EVERY_S`; `look` once, at the start."""

    def __init__(self, session: Session, keeper: Keeper, archive: Archive, worker: Worker, folder: Path) -> None:
        self._session, self._keeper, self._archive, self._worker = session, keeper, archive, worker
        self._folder = folder
        self._own: Aside | None = None  # touched on the worker's thread
        self._kept: tuple[Clips, Mark] | None = None  # what is in it
        self._left: list[Left] = []
        self._failing = False
        self._rest_until_s = 0.0
        self._closed = False
        session.changed.connect(self._update)

    def tick(self) -> None:
        """Keep aside what has changed."""
        session, clips = self._session, self._session.clips
        if not session.modified or self._kept == (clips, session.mark):
            return
        if perf_counter() < self._rest_until_s:
            return
        snapshot = self._archive.snapshot(session.keeping.path)
        if snapshot is None:
            return
        self._kept = clips, snapshot.mark

        def keep() -> None:
            start_s = perf_counter()
            self._own = self._own or new_aside(self._folder)
            self._archive.write(self._own.file, snapshot)
            if self._closed:
                self._remove()
            end_s = perf_counter()
            self._rest_until_s = end_s + (end_s - start_s) / SHARE - EVERY_S

        self._worker.ask(ASIDE, keep, self._done, self._failed)

    def look(self) -> None:
        """Whether a window left something behind."""
        self._worker.ask(LEFT, lambda: _left_behind(self._folder), self._found, self._failed)

    def recover(self) -> None:
        """Go on where the last window ended."""
        if not self._left:
            return
        left = self._left[0]
        self._session.settle(left.question)

        def adopt() -> None:
            self._kept = self._session.clips, self._session.mark
            self._left.remove(left)
            self._worker.ask(ASIDE, lambda: self._take(left.aside), self._done, self._failed)

        self._keeper.recover(left.aside.file, adopt)

    def discard(self) -> None:
        """It is not wanted."""
        if self._left:
            left = self._left.pop(0)
            left.aside.remove()
            self._session.settle(left.question)
            self._next()

    def later(self) -> None:
        """It is offered again at the next start."""
        if self._left:
            self._session.settle(self._left[0].question)

    def close(self) -> None:
        """The window ends with a word: only what was not recovered stays, for the next start."""
        self._closed = True
        self._remove()
        for left in self._left:
            left.aside.release()

    def _update(self) -> None:
        """What is saved or gone needs no keeping."""
        if self._kept is not None and not self._session.modified:
            self._kept = None
            self._worker.ask(ASIDE, self._remove, self._done, self._failed)

    def _found(self, left: Any) -> None:
        self._left = left
        self._next()

    def _next(self) -> None:
        if self._left:
            self._session.ask(self._left[0].question)

    def _take(self, aside: Aside) -> None:
        self._remove()
        self._own = aside

    def _remove(self) -> None:
        if self._own:
            self._own.remove()
            self._own = None

    def _done(self, _: object) -> None:
        self._failing = False

    def _failed(self, failure: Failure) -> None:
        """Said once, tried again."""
        self._kept = None
        if not self._failing:
            problem = Problem.of(failure.error, "Keeping unsaved changes aside", failure.details)
            self._session.report(replace(problem, todo="Save the session (Ctrl+S) to be sure that nothing is lost."))
        self._failing = True


def _left_behind(folder: Path) -> list[Left]:
    """All that can be read; of the others nothing can be recovered."""
    found = []
    for aside in left_asides(folder):
        try:
            found.append(Left(aside, _question(aside.file)))
        except (SessionFileError, KeyError, TypeError, IndexError, OSError):
            aside.remove()
    return found


def _question(file: Path) -> Question:
    state = as_now(read(file)).state
    name = Path(state["path"] or state["clips"][state["shown"]]["clip"]["absolute"]).name
    when = datetime.fromtimestamp(file.stat().st_mtime)
    what = f"PuppetPose ended before changes of {name} were saved. They were kept aside at {when:%H:%M on %d %B}."
    return Question(Ask.RECOVER, what, "Recover them, or discard them for good.")
