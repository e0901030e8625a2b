"""A session written to its file and read from it: what the core has to add, and what it makes of it again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop_app.controllers.adapter import Adapter
from desktop_app.controllers.core import Core
from desktop_app.controllers.dressing import Dresser
from desktop_app.session import container
from desktop_app.session.activity import Problem
from desktop_app.session.adaptation import Learnt
from desktop_app.session.clips import Clips
from desktop_app.session.coding import decode, encode
from desktop_app.session.keeping import Mark
from desktop_app.session.kept import Arrays, Kept, KeptSession, kept_of, restore, same_frames
from desktop_app.session.state import Session


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """A moment, frozen on the GUI thread, to be written on another."""

    kept: KeptSession
    clips: Clips
    mark: Mark


class MadeOnce:
    """`Looks` that are made when they are first asked for; what they are made of is then let go of."""

    def __init__(self, make: Callable[[], Arrays | None]) -> None:
        self._make: Callable[[], Arrays | None] | None = make
        self._made: Arrays | None = None

    def __call__(self) -> Arrays | None:
        """No lock: two threads that ask at once make the same."""
        if make := self._make:
            self._made = make()
            self._make = None
        return self._made


class Archive:
    """`now`, `snapshot` and `put` on the GUI thread, `write` and `read` on another."""

    def __init__(self, session: Session, dresser: Dresser, adapter: Adapter, core: Core) -> None:
        self._session, self._dresser, self._adapter, self._core = session, dresser, adapter, core

    def now(self) -> Kept | None:
        """Of the clip on show. Its looks still hold its predictions, until they are asked for."""
        kept, clip, held = kept_of(self._session), self._session.clip, self._session.results.held()
        if kept is None or clip is None:
            return None
        return replace(kept, looks=MadeOnce(lambda: self._dresser.arrays(clip, held)))

    def snapshot(self, path: Path | None) -> Snapshot | None:
        """Of the session, which belongs to the file `path`; None where there is none."""
        session = self._session
        if not session.clips.items:
            return None
        return Snapshot(session.clips.kept(self.now(), path), session.clips, session.mark)

    def write(self, path: Path, snapshot: Snapshot) -> None:
        """Raises OutputError."""
        kept = snapshot.kept
        container.write(path, encode(kept, [self._delta(clip.learnt) for clip in kept.clips]))

    def read(self, path: Path) -> KeptSession:
        """Raises SessionFileError."""
        kept, deltas = decode(path, container.read(path), self._core.person)
        clips = (replace(clip, learnt=self._learnt(d)) for clip, d in zip(kept.clips, deltas, strict=True))
        return replace(kept, clips=tuple(clips))

    def put(self, number: int) -> None:
        """What is known of a clip, into the session in which it was just shown."""
        session, item = self._session, self._session.clips.get(number)
        if session.clip is None or item is None:
            return
        kept = item.kept
        self._dresser.restore(session.clip, kept.looks)
        restore(session, kept, item.history)
        session.results.analysed = item.mark.analysed
        self._adapter.restore(kept.learnt, kept.in_use)
        if kept.state.any() and not same_frames(session, kept):
            session.report(
                Problem(
                    "This video has other frames than the session's.", "What was seen in those is left out: analyse it."
                )
            )

    def _delta(self, learnt: Learnt | None) -> bytes:
        if learnt is None:
            return b""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "delta"
            self._core.save_delta(file, learnt.delta)
            return file.read_bytes()

    def _learnt(self, delta: bytes) -> Learnt | None:
        if not delta:
            return None
        with TemporaryDirectory() as folder:
            file = Path(folder) / "delta"
            file.write_bytes(delta)
            return Learnt(self._core.load_delta(file))
