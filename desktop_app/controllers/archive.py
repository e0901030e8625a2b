"""A session written to its file and read from it: what the core has to add, and what it makes of it again."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from core_model.prediction import Prediction
from desktop_app.controllers.adapter import Adapter
from desktop_app.controllers.core import Core
from desktop_app.controllers.dressing import Dresser
from desktop_app.session import container
from desktop_app.session.adaptation import Learnt
from desktop_app.session.coding import decode, encode
from desktop_app.session.keeping import Mark
from desktop_app.session.kept import Kept, kept_of, restore
from desktop_app.session.playback import Clip
from desktop_app.session.state import Session


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """A moment, frozen on the GUI thread, to be written on another."""

    kept: Kept
    clip: Clip
    held: list[tuple[int, Prediction]]
    mark: Mark


class Archive:
    """`snapshot` and `put` on the GUI thread, `write` and `read` on another."""

    def __init__(self, session: Session, dresser: Dresser, adapter: Adapter, core: Core) -> None:
        self._session, self._dresser, self._adapter, self._core = session, dresser, adapter, core

    def snapshot(self, path: Path | None) -> Snapshot | None:
        """Of the session on show, which belongs to the file `path`; None where there is none."""
        session = self._session
        kept = kept_of(session, path)
        if kept is None or session.clip is None:
            return None
        return Snapshot(kept, session.clip, session.results.held(), session.mark)

    def write(self, path: Path, snapshot: Snapshot) -> None:
        """Raises OutputError."""
        looks = self._dresser.arrays(snapshot.clip, snapshot.held)
        kept = replace(snapshot.kept, looks=looks)
        container.write(path, encode(kept, self._delta(kept.learnt)))

    def read(self, path: Path) -> Kept:
        """Raises SessionFileError."""
        kept, delta = decode(path, container.read(path), self._core.person)
        if not delta:
            return kept
        with TemporaryDirectory() as folder:
            file = Path(folder) / "delta"
            file.write_bytes(delta)
            return replace(kept, learnt=Learnt(self._core.load_delta(file)))

    def put(self, kept: Kept) -> None:
        """Into the session, which was just opened on its clip."""
        session = self._session
        if session.clip is None:
            return
        restore(session, kept)
        if kept.looks:
            self._dresser.restore(session.clip, kept.looks)
        self._adapter.restore(kept.learnt, kept.in_use)

    def _delta(self, learnt: Learnt | None) -> bytes:
        if learnt is None:
            return b""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "delta"
            self._core.save_delta(file, learnt.delta)
            return file.read_bytes()
