"""Asks the person where a video is that has moved."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktop_app.controllers.slots import FIND
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.clip_file import ClipFile
from desktop_app.session.question import Ask, Question
from desktop_app.session.state import Session


@dataclass(frozen=True, eq=False, slots=True)
class Wanted:
    """A video that has to be found before something can be shown."""

    clip: ClipFile
    go_on: Callable[[Path], None]  # hears where it is
    question: Question
    other: Path | None = None  # that was offered for it


class Finder:
    """One video at a time is asked for."""

    def __init__(self, session: Session, worker: Worker) -> None:
        self._session, self._worker = session, worker
        self._wanted: Wanted | None = None

    def ask(self, clip: ClipFile, go_on: Callable[[Path], None]) -> None:
        """Where it is now; `go_on` hears it if the person says so."""
        what, todo = missing(clip)
        self._put(Wanted(clip, go_on, Question(Ask.MISSING, what, todo)))

    def relink(self, video: Path) -> None:
        """The person says where it is."""
        wanted = self._answered()
        if wanted is None:
            return

        def compared(same: Any) -> None:
            if same:
                wanted.go_on(video)
                return
            what = f"{video.name} is another video than the {wanted.clip.name} that this session was made of."
            todo = "Changes are kept by frame; what was seen only if number and size of frames are the same."
            self._put(replace(wanted, question=Question(Ask.OTHER, what, todo), other=video))

        self._worker.ask(FIND, lambda: wanted.clip.is_in(video), compared, self._failed)

    def take_other(self) -> None:
        """Go on with another video."""
        if (wanted := self._answered()) and wanted.other:
            wanted.go_on(wanted.other)

    def give_up(self) -> None:
        """Leave what is on show."""
        if self._answered():
            self._session.put_opening(None)

    def _put(self, wanted: Wanted) -> None:
        self._answered()
        self._wanted = wanted
        self._session.ask(wanted.question)

    def _answered(self) -> Wanted | None:
        wanted, self._wanted = self._wanted, None
        if wanted:
            self._session.settle(wanted.question)
        return wanted

    def _failed(self, failure: Failure) -> None:
        self._session.put_opening(None)
        self._session.report(Problem.of(failure.error, "Looking for the video", failure.details))


def missing(clip: ClipFile) -> tuple[str, str]:
    """What is to be said of a video that is not found, and what can be done."""
    return (
        f"The video of this session, {clip.name}, is neither beside it nor where it was ({clip.absolute}).",
        "Say where it is now. If it is lost, another one can stand in for it.",
    )
