"""Training runs that are watched: which there are, what they tell, and what of it is on the screen.

A run lives in a process of its own and in its folder; here is only what was read from there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from core_model.run_record import Record, Shot
from desktop_app.session.run_curves import Drawn, drawn_of

BEST, NEWEST = "encoder_best.safetensors", "encoder.safetensors"
FIRST_CURVES = ("loss/total", "held_out/pck_2d", "held_out/limbs_mm")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands."""

    phase: str = ""  # in a word or two
    live: bool = False  # a process works on it
    message: str = ""  # a sentence more, where there is one
    step: int = 0
    steps: int = 0  # 0: not known
    images_per_s: float = 0.0
    left_s: float | None = None


@dataclass(frozen=True, eq=False, slots=True)
class RunInfo:
    """What is known of a run. Another object whenever something has changed."""

    folder: Path
    standing: Standing = Standing()
    record: Record = field(default_factory=Record)
    config: Mapping[str, str] = field(default_factory=dict)  # settings by name, those of losses as `losses.heat`
    checkpoints: frozenset[str] = frozenset()  # of BEST and NEWEST those that are there

    @property
    def name(self) -> str:
        """Of its folder."""
        return self.folder.name or str(self.folder)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked at."""

    selected: tuple[Path, ...] = ()
    curves: tuple[str, ...] = FIRST_CURVES
    smoothing: float = 0.9  # in [0, 1): weight of what was before
    log: bool = False
    step: int | None = None  # of pictures and figures; None: the newest
    in_sight: bool = False  # nothing is read while nobody looks


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pictures of one run at the chosen step."""

    run: str
    shot: Shot | None = None  # None: it has none up to there
    image: np.ndarray | None = None  # (H, W, 3) uint8; None: not read yet


@dataclass(frozen=True, slots=True)
class InUse:
    """Which checkpoint the panes are computed with."""

    folder: Path | None = None  # of the run; None: the one that the studio began with
    file: str = ""
    name: str = ""
    preparing: bool = False  # another is being made ready
    last: tuple[Path, str] | None = None  # of the run that was used last: to go back to


@dataclass(frozen=True, slots=True)
class Compared:
    """One frame, as the checkpoint in use sees it and as the one that the studio began with does."""

    index: int
    apart_mm: float  # mean distance of joints, pelvis on pelvis
    apart_px: float  # the same in the frame
    sure: tuple[float, float]  # mean confidence, first of the one the studio began with


@dataclass(frozen=True, eq=False, slots=True)
class RunsPicture:
    """All that is shown of training runs."""

    runs: tuple[RunInfo, ...] = ()
    choice: Choice = Choice()
    chosen: tuple[RunInfo, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    names: tuple[str, ...] = ()  # of all curves there are to choose from
    sheets: tuple[Sheet, ...] = ()
    in_use: InUse = InUse()
    compared: Compared | None = None


class Runs:
    """Holds them, and makes one picture of them."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.folders: tuple[Path, ...] = ()
        self.infos: dict[Path, RunInfo] = {}
        self.choice = Choice()
        self.images: dict[tuple[Path, str], np.ndarray] = {}
        """Sheets that were read, by folder and file: those on show only."""
        self._read = 0  # times that sheets were
        self.in_use = InUse()
        self.compared: Compared | None = None
        self._known: tuple[tuple[object, ...], RunsPicture] | None = None

    def add(self, *folders: Path) -> None:
        """Watch them from now on; the last of them is looked at."""
        new = tuple(dict.fromkeys(folder.absolute() for folder in folders))
        if new:
            self.folders = (*self.folders, *(folder for folder in new if folder not in self.folders))
            self.show(selected=new[-1:])
            self._changed()

    def remember(self, folders: Iterable[Path]) -> None:
        """Those of the last time."""
        self.folders = tuple(dict.fromkeys((*folders, *self.folders)))
        if self.folders and not self.choice.selected:
            self.choice = replace(self.choice, selected=self.folders[-1:])
        self._changed()

    def forget(self, folders: Iterable[Path]) -> None:
        """Watch them no longer; their files stay as they are."""
        gone = frozenset(folders)
        self.folders = tuple(folder for folder in self.folders if folder not in gone)
        self.infos = {folder: info for folder, info in self.infos.items() if folder not in gone}
        kept = tuple(folder for folder in self.choice.selected if folder not in gone)
        self.choice = replace(self.choice, selected=kept or self.folders[-1:])
        self._changed()

    def put(self, infos: Iterable[RunInfo]) -> None:
        """Runs told something new."""
        told = {info.folder: info for info in infos if info.folder in self.folders}
        if told:
            self.infos = {**self.infos, **told}
            self._changed()

    def put_images(self, images: Mapping[tuple[Path, str], np.ndarray]) -> None:
        """Sheets were read: those that are on show now."""
        self.images, self._read = dict(images), self._read + 1
        self._changed()

    def put_use(self, **changes: object) -> None:
        """News of the checkpoint in use."""
        self.in_use = replace(self.in_use, **changes)  # type: ignore[arg-type]
        self._changed()

    def put_compared(self, compared: Compared | None) -> None:
        """Two checkpoints were compared on the frame on show."""
        if compared is not self.compared:
            self.compared = compared
            self._changed()

    def show(self, **switches: object) -> None:
        """Choose what is looked at."""
        choice = replace(self.choice, **switches)  # type: ignore[arg-type]
        if choice != self.choice:
            self.choice = choice
            self._changed()

    def plot(self, name: str, on: bool) -> None:
        """Plot a curve, or no longer."""
        others = tuple(curve for curve in self.choice.curves if curve != name)
        self.show(curves=(*others, name) if on else others)

    @property
    def chosen(self) -> tuple[RunInfo, ...]:
        """The runs that are looked at."""
        return tuple(self.infos[folder] for folder in self.choice.selected if folder in self.infos)

    def shots(self) -> tuple[tuple[RunInfo, Shot | None], ...]:
        """Of each run that is looked at the newest sheet up to the chosen step."""
        return tuple((info, _shot(info.record, self.choice.step)) for info in self.chosen)

    def picture(self) -> RunsPicture:
        """The same object until something changes in it."""
        key = (tuple(self.infos.values()), self.folders, self.choice, self._read, self.in_use, self.compared)
        if self._known is None or self._known[0] != key:
            self._known = (key, self._picture())
        return self._known[1]

    def _picture(self) -> RunsPicture:
        chosen, choice = self.chosen, self.choice
        names = dict.fromkeys(name for info in chosen for name in info.record.curves)
        drawn = [
            drawn_of(place, name, curve, choice.smoothing, log=choice.log and name.startswith("loss/"))
            for place, info in enumerate(chosen)
            for name in choice.curves
            if (curve := info.record.curves.get(name)) is not None and choice.in_sight
        ]
        sheets = tuple(
            Sheet(info.name, shot, self.images.get((info.folder, shot.file)) if shot else None)
            for info, shot in self.shots()
        )
        runs = tuple(self.infos.get(folder) or RunInfo(folder) for folder in self.folders)
        return RunsPicture(runs, choice, chosen, tuple(drawn), tuple(names), sheets, self.in_use, self.compared)


def _shot(record: Record, step: int | None) -> Shot | None:
    known = [shot for shot in record.shots if step is None or shot.step <= step]
    return known[-1] if known else None


def differences(runs: Iterable[RunInfo]) -> list[tuple[str, tuple[str, ...]]]:
    """The settings in which runs differ, each with what every run has; `–` where it has none."""
    tables = [info.config for info in runs]
    names = dict.fromkeys(name for table in tables for name in table)
    rows = [(name, tuple(table.get(name, "–") for table in tables)) for name in names if name != "folder"]
    return [(name, values) for name, values in rows if len(set(values)) > 1]
