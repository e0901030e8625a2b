"""Sessions opened and saved; their videos found again where they have moved."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktop_app.controllers.archive import Archive
from desktop_app.controllers.media import Media
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.container import SUFFIX
from desktop_app.session.keeping import Keeping, Origin
from desktop_app.session.kept import Kept, same_frames
from desktop_app.session.question import Ask, Question
from desktop_app.session.state import Session

SAVE, READ, FIND, ASIDE, LEFT = range(5)
"""Slots of the worker."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, eq=False, slots=True)
class Pending:
    """A session that was read, whose video is not open yet."""

    kept: Kept
    path: Path | None  # of its file; None where it never had one
    unsaved: bool  # what was read, or where the video is, stands in no file of the person's
    then: Callable[[], None]
    video: Path | None = None  # that was offered for it


class Keeper:
    """Opens clips as well, so that whoever opens something need not know what it is."""

    def __init__(self, session: Session, media: Media, archive: Archive, worker: Worker) -> None:
        self._session, self._media, self._archive, self._worker = session, media, archive, worker
        self._pending: Pending | None = None
        self._question: Question | None = None
        self._compared = Origin()
        self.opened: Callable[[Path], None] = lambda path: None
        session.changed.connect(self._update)

    def open(self, path: Path) -> None:
        """A session, or a clip without one."""
        if path.suffix.lower() == SUFFIX:
            self._read(path, lambda kept: Pending(kept, path, False, _nothing))
        else:
            self._media.open(path)

    def recover(self, path: Path, then: Callable[[], None]) -> None:
        """What was kept aside of a session; `then` hears when it is on show."""
        self._read(path, lambda kept: Pending(kept, kept.path, True, then))

    def save(self, path: Path, then: Callable[[], None] = _nothing) -> None:
        """Into a file; `then` hears when it is there."""
        snapshot = self._archive.snapshot(path)
        if snapshot is None:
            return

        def saved(_: object) -> None:
            if self._session.clip is snapshot.clip:
                keeping, kept = self._session.keeping, snapshot.kept
                self._session.put_keeping(replace(keeping, path=path, saved=snapshot.mark, origin=kept.origin))
            self.opened(path)
            then()

        def failed(failure: Failure) -> None:
            self._session.report(Problem.of(failure.error, "Saving the session", failure.details))

        self._worker.ask(SAVE, lambda: self._archive.write(path, snapshot), saved, failed)

    def relink(self, video: Path) -> None:
        """The person says where the video is."""
        pending = self._answered()
        if pending is None:
            return

        def found(same: Any) -> None:
            if same:
                self._show(replace(pending, unsaved=True), video)
            else:
                name = pending.kept.clip.name
                self._ask(
                    replace(pending, video=video),
                    Ask.OTHER,
                    f"{video.name} is another video than the {name} that this session was made of.",
                    "Changes are kept by frame; what was seen only if number and size of frames are the same.",
                )

        self._worker.ask(FIND, lambda: pending.kept.clip.is_in(video), found, self._failed)

    def take_other(self) -> None:
        """Go on with another video than that of the session."""
        if (pending := self._answered()) and pending.video:
            self._show(replace(pending, unsaved=True), pending.video)

    def give_up(self) -> None:
        """Leave what is on show."""
        if self._answered():
            self._session.put_opening(None)

    def _read(self, path: Path, pending_of: Callable[[Kept], Pending]) -> None:
        self._session.put_opening(path.name)

        def read() -> tuple[Pending, Path | None]:
            pending = pending_of(self._archive.read(path))
            return pending, pending.kept.clip.find(pending.path.parent if pending.path else None)

        def found(answer: Any) -> None:
            pending, video = answer
            if video:
                self._show(pending, video)
            else:
                self._ask_where(pending)

        self._worker.ask(READ, read, found, self._failed)

    def _ask_where(self, pending: Pending) -> None:
        clip = pending.kept.clip
        what = f"The video of this session, {clip.name}, is neither beside it nor where it was ({clip.absolute})."
        self._ask(pending, Ask.MISSING, what, "Say where it is now. If it is lost, another one can stand in for it.")

    def _ask(self, pending: Pending, ask: Ask, what: str, todo: str) -> None:
        self._pending, self._question = pending, Question(ask, what, todo)
        self._session.ask(self._question)

    def _answered(self) -> Pending | None:
        pending, question = self._pending, self._question
        self._pending = self._question = None
        if question:
            self._session.settle(question)
        return pending

    def _show(self, pending: Pending, video: Path) -> None:
        self._media.open(video, pending.kept.playback.index, lambda: self._put(pending))

    def _put(self, pending: Pending) -> None:
        session, kept = self._session, pending.kept
        self._archive.put(kept)
        saved = None if pending.unsaved else session.mark
        self._compared = Origin()
        session.put_keeping(Keeping(pending.path, saved, kept.origin, kept.foreign))
        if not same_frames(session, kept):
            session.report(
                Problem(
                    "This video has other frames than the session's.", "What was seen in those is left out: analyse it."
                )
            )
        if pending.path and not pending.unsaved:
            self.opened(pending.path)
        pending.then()

    def _update(self) -> None:
        """Say it once where a session was made with another checkpoint."""
        session = self._session
        engine, origin = session.engine, session.keeping.origin
        if not engine.ready or origin == self._compared:
            return
        self._compared = origin
        if origin.digest and origin.digest != engine.checkpoint_digest:
            session.report(
                Problem(
                    f"This session was made with another checkpoint ({origin.name}) than the one that is loaded.",
                    "What was seen is kept; what is looked at from now on may differ, unless that one is loaded.",
                )
            )

    def _failed(self, failure: Failure) -> None:
        self._session.put_opening(None)
        self._session.report(Problem.of(failure.error, "Opening the session", failure.details))
