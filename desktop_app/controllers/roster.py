"""The clips of the session: added, shown one after another, removed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.controllers.analysis import Analyser
from desktop_app.controllers.archive import Archive
from desktop_app.controllers.finder import Finder
from desktop_app.controllers.media import Media
from desktop_app.controllers.slots import FIND, FOLD
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.clips import Listed, kept_file
from desktop_app.session.keeping import ClipMark
from desktop_app.session.kept import Kept, Looks
from desktop_app.session.playback import Clip
from desktop_app.session.state import Session


def _nothing() -> None:
    pass


class Roster:
    """A clip that cannot be shown is marked in the list, with what is wrong with it; the one on show stays."""

    def __init__(
        self, session: Session, media: Media, archive: Archive, finder: Finder, analyser: Analyser, worker: Worker
    ) -> None:
        self._session, self._media, self._archive, self._finder = session, media, archive, finder
        self._analyser, self._worker = analyser, worker
        self._opening: int | None = None  # the number of the one on its way
        self._unfolded: list[Looks] = []
        self.added: Callable[[Path], None] = lambda path: None

    def add(self, paths: Sequence[Path]) -> None:
        """More clips, at the end; the first of them that can be read is shown."""
        for path in paths:
            self.added(path)
        self._show_first(self._session.clips.add(kept_file(path) for path in paths))

    def show(self, number: int, then: Callable[[], None] = _nothing) -> None:
        """One of them, where it was left; the person is asked where its video is, if it is not found. `then` hears
        when it is on show."""
        clips = self._session.clips
        coming = clips.shown if self._opening is None else self._opening
        if number != coming and (item := clips.get(number)):
            self._show_first([item], then)

    def show_first(self, numbers: Sequence[int], then: Callable[[], None]) -> None:
        """Of some of them the first that can be read; `then` hears when it is on show."""
        self._show_first([item for number in numbers if (item := self._session.clips.get(number))], then)

    def step(self, step: int) -> None:
        """The next (1) or the one before (-1)."""
        clips = self._session.clips
        if other := clips.beside(step, clips.shown if self._opening is None else self._opening):
            self.show(other.number)

    def remove(self, number: int) -> None:
        """Let it go, with all that is known of it; its file stays."""
        clips = self._session.clips
        if number == self._opening:
            return
        other = clips.beside(1, number)
        if number != clips.shown:
            clips.remove(number)
        elif other is None:
            self.leave(None)
            clips.remove(number)
        else:
            self._show_first([other], lambda: clips.remove(number))

    def leave(self, clip: Clip | None) -> None:
        """Show something that is no clip of the session, or nothing; the one on show is put away."""
        self._turn(None, clip)

    def come_back(self, number: int | None, then: Callable[[], None]) -> None:
        """To the clip that was left, if it is still there."""
        if number is None or self._session.clips.get(number) is None:
            self.leave(None)
            then()
        else:
            self.show(number, then)

    def take_in(self, kept: Kept, analysed: int) -> int:
        """A clip that was made here, of which so many frames were looked at: its number."""
        clips = self._session.clips
        (item,) = clips.add([kept])
        clips.change(item.number, mark=ClipMark(analysed=analysed))
        self.added(item.path)
        return item.number

    def _show_first(self, items: Sequence[Listed], then: Callable[[], None] = _nothing) -> None:
        """Of some, the first that can be read."""
        if not items:
            return
        item, rest, clips = items[0], items[1:], self._session.clips
        folder = self._session.keeping.path.parent if self._session.keeping.path else None
        self._opening = item.number
        self._session.put_opening(item.kept.name)

        def found(video: Any) -> None:
            if video is None and item.kept.clip.frames:
                self._opening = None
                self._finder.ask(item.kept.clip, lambda video: self._relinked(item, video))
            else:
                self._open(item, video or item.path, rest, then)

        def failed(failure: Failure) -> None:
            self._open_failed(item, rest, then, Problem.of(failure.error, "Looking for the video", failure.details))

        if clips.get(item.number) is not None:
            self._worker.ask(FIND, lambda: item.kept.clip.find(folder), found, failed)

    def _relinked(self, item: Listed, video: Path) -> None:
        session = self._session
        if session.clips.get(item.number) is not item:
            session.put_opening(None)
            return
        session.put_keeping(replace(session.keeping, saved=None))
        self._open(item, video, (), _nothing)

    def _open(self, item: Listed, video: Path, rest: Sequence[Listed], then: Callable[[], None]) -> None:
        clips = self._session.clips

        def show(clip: Clip) -> None:
            self._opening = None
            self._turn(item.number, clip)
            then()

        def failed(problem: Problem) -> None:
            if clips is self._session.clips:
                self._open_failed(item, rest, then, problem)

        self._media.open(video, item.kept.playback.index, show, failed)

    def _open_failed(self, item: Listed, rest: Sequence[Listed], then: Callable[[], None], problem: Problem) -> None:
        self._opening = None
        self._session.put_opening(None)
        self._session.clips.change(item.number, trouble=problem.what, todo=problem.todo)
        if rest:
            self._show_first(rest, then)
        else:
            self._session.report(problem)

    def _turn(self, number: int | None, clip: Clip | None) -> None:
        """What is known of the clip on show is put away, and that of another taken out."""
        self._analyser.cancel()
        now = self._archive.now() if self._session.clips.shown is not None else None
        self._session.clips.turn(number, clip, now)
        if number is not None:
            self._archive.put(number)
        if now:
            self._unfolded.append(now.looks)
            self._worker.ask(FOLD, self._fold, lambda _: None, self._fold_failed)

    def _fold(self) -> None:
        """On the worker's thread: of predictions only what they show of the person is held."""
        while self._unfolded:
            self._unfolded.pop()()

    def _fold_failed(self, failure: Failure) -> None:
        self._session.report(Problem.of(failure.error, "Putting a clip away", failure.details))
