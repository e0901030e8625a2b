"""Reads on in the folders of training runs while somebody looks, on a thread of its own."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import perf_counter

import numpy as np

from core_model.run_record import Record
from core_model.training.control import STATUS, status
from core_model.training.journal import NAME, JournalReader
from desktop_app.jobs.worker import Failure, Worker
from desktop_app.session.activity import Problem
from desktop_app.session.runs import BEST, NEWEST, RunInfo, Standing
from desktop_app.session.state import Session

FIND, READ, PICTURES, TAKE = range(4)
"""Slots of the worker."""
EVERY_S = 0.5
_BUDGET_S = 0.3
"""Of one look: the journal of 100,000 steps is read in several."""
_GONE = "Its folder is not there. Take it off the list, or bring the folder back."
_EMPTY = "It has told of nothing yet; runs of versions before this one keep no journal (TensorBoard shows them)."


class RunWatcher:
    """`tick` again and again."""

    def __init__(self, session: Session, worker: Worker) -> None:
        self._session, self._worker = session, worker
        self._readers: dict[Path, _Watched] = {}  # touched on the worker's thread only
        self._reading = False
        self._shown: tuple[tuple[Path, str], ...] = ()
        self._silent = False  # what went wrong was said
        session.changed.connect(self._update)

    def tick(self) -> None:
        """See what is new."""
        runs = self._session.runs
        if self._reading or not runs.choice.in_sight or not runs.folders:
            return
        self._reading = True
        folders = runs.folders
        self._worker.ask(READ, lambda: self._read(folders), self._read_on, self._failed)

    def add(self, folder: Path) -> None:
        """Watch the run in a folder, or the runs in the folders inside."""

        def found(runs: list[Path]) -> None:
            if runs:
                self._session.runs.add(*runs)
                self.tick()
            else:
                what = f"There is no training run in {folder}."
                todo = "Choose a folder with a config.json, as `puppetpose train` writes it, or one with several such."
                self._session.report(Problem(what, todo))

        self._worker.ask(FIND, lambda: runs_in(folder), found, self._failed)

    def _read(self, folders: tuple[Path, ...]) -> list[RunInfo]:
        """On the worker's thread: those that have something new."""
        self._readers = {folder: self._readers.get(folder) or _Watched(folder) for folder in folders}
        end_s = perf_counter() + _BUDGET_S
        infos = [watched.look(end_s) for watched in self._readers.values()]
        return [info for info in infos if info is not None]

    def _read_on(self, infos: list[RunInfo]) -> None:
        self._reading = self._silent = False
        self._session.runs.put(infos)

    def _update(self) -> None:
        """Pictures that came on show."""
        runs = self._session.runs
        shown = tuple((info.folder, shot.file) for info, shot in runs.shots() if shot) if runs.choice.in_sight else ()
        if shown == self._shown:
            return
        self._shown, known = shown, runs.images
        self._worker.ask(PICTURES, lambda: read_sheets(shown, known), runs.put_images, self._failed)

    def _failed(self, failure: Failure) -> None:
        self._reading = False
        if not self._silent:
            self._session.report(Problem.of(failure.error, "Reading the training runs", failure.details))
        self._silent = True


class _Watched:
    """One run: touched on the worker's thread only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reader = JournalReader(folder)
        self._record = Record()
        self._config: dict[str, str] = {}
        self._told: tuple[object, ...] | None = None

    def look(self, end_s: float) -> RunInfo | None:
        """What is known now; None where that has not changed."""
        while self._reader.read():
            self._record = self._reader.record
            if perf_counter() > end_s:
                break
        self._config = self._config or read_config(self._folder)
        standing = standing_of(self._folder, self._record, self._config)
        files = frozenset(name for name in (BEST, NEWEST) if (self._folder / name).exists())
        told = (self._record, standing, files, len(self._config))
        if told == self._told:
            return None
        self._told = told
        return RunInfo(self._folder, standing, self._record, self._config, files)


def standing_of(folder: Path, record: Record, config: Mapping[str, str]) -> Standing:
    """How a run stands, as it tells itself; of one without a word, what its journal says."""
    if not folder.is_dir():
        return Standing("Missing", message=_GONE)
    told = status(folder)
    if told is None:
        return Standing("Unknown", message=_EMPTY, step=record.step, steps=int(config.get("steps", 0)))
    share = f" {told.done} of {told.total}" if told.total else ""
    message = f"{told.message}{share}" if told.live else told.message
    phase = told.phase.capitalize()
    return Standing(phase, told.live, message, told.step, told.steps, told.images_per_s, told.left_s)


def runs_in(folder: Path) -> list[Path]:
    """A run's folder, or those inside that are runs, in order of time."""
    if is_run(folder):
        return [folder]
    inside = [child for child in folder.iterdir() if child.is_dir() and is_run(child)] if folder.is_dir() else []
    return sorted(inside, key=lambda run: run.stat().st_mtime)


def is_run(folder: Path) -> bool:
    """Whether a training run was begun there."""
    there = {name for name in (NAME, STATUS, "config.json", "logs") if (folder / name).exists()}
    return bool(there & {NAME, STATUS}) or there >= {"config.json", "logs"}


def read_config(folder: Path) -> dict[str, str]:
    """Settings by name, those of losses as `losses.heat`; none while there is no config."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    losses = config.pop("losses", {}) if isinstance(config, dict) else {}
    if not isinstance(config, dict) or not isinstance(losses, dict):
        return {}
    table = {**config, **{f"losses.{name}": value for name, value in losses.items()}}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in table.items()}


def read_sheets(
    wanted: Iterable[tuple[Path, str]], known: Mapping[tuple[Path, str], np.ndarray]
) -> dict[tuple[Path, str], np.ndarray]:
    """Pictures (H, W, 3) uint8 by folder and file; those that cannot be read are left out."""
    import cv2

    read = {}
    for folder, file in wanted:
        image = known.get((folder, file))
        if image is None:
            data = np.frombuffer(_bytes(folder / "previews" / file), np.uint8)
            decoded = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
            image = None if decoded is None else cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)
        if image is not None:
            read[(folder, file)] = image
    return read


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # thinned out since
        return b""
