"""Sessions opened and saved; their videos found again where they have moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktop_app.controllers.archive import Archive
from desktop_app.controllers.finder import Finder, missing
from desktop_app.controllers.media import Media
from desktop_app.controllers.slots import READ, SAVE
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.clips import Listed
from desktop_app.session.container import SUFFIX
from desktop_app.session.keeping import Keeping, Origin
from desktop_app.session.kept import KeptSession
from desktop_app.session.playback import Clip
from desktop_app.session.state import Session


def _nothing() -> None:
    pass


@dataclass(frozen=True, eq=False, slots=True)
class Pending:
    """A session that was read, of which no video is open yet."""

    kept: KeptSession
    path: Path | None  # of its file; None where it never had one
    unsaved: bool  # what was read, or where a video is, stands in no file of the person's
    then: Callable[[], None]
    videos: tuple[Path | None, ...] = ()  # where each clip's is; None where it is not found

    def at(self, which: int, video: Path) -> "Pending":
        """The person said where one is."""
        return replace(self, unsaved=True, videos=(*self.videos[:which], video, *self.videos[which + 1 :]))


class Keeper:
    """Opens clips as well, so that whoever opens something need not know what it is."""

    def __init__(self, session: Session, media: Media, archive: Archive, finder: Finder, worker: Worker) -> None:
        self._session, self._media, self._archive, self._worker = session, media, archive, worker
        self._finder = finder
        self._compared = Origin()
        self.opened: Callable[[Path], None] = lambda path: None
        session.changed.connect(self._update)

    def open(self, path: Path, then: Callable[[], None] = _nothing) -> None:
        """A session, or a clip without one; `then` hears when a session is on show."""
        if path.suffix.lower() == SUFFIX:
            self._read(path, lambda kept: Pending(kept, path, False, then))
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
            if self._session.clips is snapshot.clips:
                keeping, kept = self._session.keeping, snapshot.kept
                self._session.put_keeping(replace(keeping, path=path, saved=snapshot.mark, origin=kept.origin))
            self.opened(path)
            then()

        def failed(failure: Failure) -> None:
            self._session.report(Problem.of(failure.error, "Saving the session", failure.details))

        self._worker.ask(SAVE, lambda: self._archive.write(path, snapshot), saved, failed)

    def _read(self, path: Path, pending_of: Callable[[KeptSession], Pending]) -> None:
        self._session.put_opening(path.name)

        def read() -> Pending:
            pending = pending_of(self._archive.read(path))
            folder = pending.path.parent if pending.path else None
            return replace(pending, videos=tuple(clip.clip.find(folder) for clip in pending.kept.clips))

        self._worker.ask(READ, read, self._found, self._failed)

    def _found(self, pending: Any) -> None:
        """Show the clip that was on show, or else the first that is found."""
        shown, clips = pending.kept.shown, pending.kept.clips
        found = [i for i in sorted(range(len(clips)), key=lambda i: i != shown) if pending.videos[i]]
        if found:
            self._show(pending, found, {})
        else:
            self._finder.ask(clips[shown].clip, lambda video: self._show(pending.at(shown, video), [shown], {}))

    def _show(self, pending: Pending, order: list[int], troubles: Mapping[int, Problem]) -> None:
        """The first of these clips that can be read; what is wrong with those before it is told in the list."""
        which, rest = order[0], order[1:]
        video = pending.videos[which]
        assert video is not None

        def failed(problem: Problem) -> None:
            if rest:
                self._show(pending, rest, {**troubles, which: problem})
            else:
                self._session.report(problem)

        index = pending.kept.clips[which].playback.index
        self._media.open(video, index, lambda clip: self._put(pending, which, clip, troubles), failed)

    def _put(self, pending: Pending, which: int, clip: Clip, troubles: Mapping[int, Problem]) -> None:
        session, kept = self._session, pending.kept
        session.start(_listed(number, pending, troubles.get(number - 1)) for number in range(1, len(kept.clips) + 1))
        session.display = replace(kept.display, sheet=session.display.sheet)  # which is whether its pane is in front
        session.clips.turn(which + 1, clip, None)
        self._archive.put(which + 1)
        self._compared = Origin()
        saved = None if pending.unsaved else session.mark
        session.put_keeping(Keeping(pending.path, saved, kept.origin, kept.foreign))
        if which != kept.shown:
            self._say(kept.clips[kept.shown].name)
        if pending.path and not pending.unsaved:
            self.opened(pending.path)
        pending.then()

    def _say(self, name: str) -> None:
        self._session.report(
            Problem(f"{name}, which was on show, is missing or broken.", "Choose it in the list of clips to mend that.")
        )

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


def _listed(number: int, pending: Pending, problem: Problem | None) -> Listed:
    """One of the clips, numbered from 1, where it is now, or with what is wrong with it."""
    kept, video = pending.kept.clips[number - 1], pending.videos[number - 1]
    if video is None:
        what, todo = missing(kept.clip)
        return Listed(number, kept, trouble=what, todo=todo)
    kept = replace(kept, clip=replace(kept.clip, absolute=str(video)))
    return Listed(number, kept, trouble=problem.what, todo=problem.todo) if problem else Listed(number, kept)
