"""What a run tells, one line of JSON an event, kept in its folder for whoever watches it: now, later, or from another
process (no torch).

`puppetpose train --json` prints the same lines. A number that is not finite is written as the text `nan`, `inf` or
`-inf`, of which `float` makes the number again; all others with as many digits as they have in TensorBoard.
"""

import json
import math
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from core_model.run_record import Curve, Note, Record, Shot
from core_model.training import events
from core_model.training.events import Event, sentence
from core_model.training.storage import disk_trouble

NAME = "journal.jsonl"
_BEGUN = "begun"
_MOST_NOTES = 2000
_CHUNK = 1 << 20
"""Bytes read at once."""
_KINDS = {
    kind.__name__.lower(): (kind, frozenset(field.name for field in fields(kind)) - {"image"})
    for kind in Event.__args__
}


def line_of(event: Event, **more: object) -> str:
    """An event as a line of JSON: all of it but its picture."""
    told = {field.name: getattr(event, field.name) for field in fields(event) if field.name != "image"}
    return json.dumps(_plain({"event": type(event).__name__.lower(), **more, **told}), ensure_ascii=False)


def event_of(told: dict[str, Any]) -> Event | None:
    """The event of a line, without its picture; None where a later version wrote something unknown."""
    kind, names = _KINDS.get(told.get("event", ""), (None, frozenset()))
    if kind is None:
        return None
    given = {name: told[name] for name in names if name in told}
    given |= {"path": Path(given["path"])} if "path" in given else {}
    given |= {"rows": tuple(given["rows"])} if "rows" in given else {}
    given |= {"figures": _numbers(given["figures"])} if "figures" in given else {}
    try:
        return kind(**given, **({"image": np.zeros((0, 0, 3), np.uint8)} if kind is events.Preview else {}))
    except TypeError:
        return None


def _plain(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.8g}") if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | bool | None) else str(value)


def _numbers(table: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in table.items()}


class Journal:
    """Writes it. Whatever an interrupted part of the run wrote after `step` no longer counts."""

    def __init__(self, folder: Path, step: int) -> None:
        self._path = folder / NAME
        with disk_trouble(self._path):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = open(self._path, "a+b")  # noqa: SIM115
        self._write(("" if self._ended() else "\n") + json.dumps({"event": _BEGUN, "at_s": _now(), "step": step}))

    def record(self, event: Event) -> None:
        """Write one event down. Raises OutputError."""
        self._write(line_of(event, at_s=_now()))

    def close(self) -> None:
        """Let go of the file."""
        with disk_trouble(self._path):
            self._file.close()

    def _ended(self) -> bool:
        """Whether the last line is whole: a killed run may have torn it."""
        if self._file.seek(0, 2) == 0:
            return True
        self._file.seek(-1, 2)
        return self._file.read(1) == b"\n"

    def _write(self, line: str) -> None:
        with disk_trouble(self._path):
            self._file.write(line.encode() + b"\n")
            self._file.flush()


def _now() -> float:
    return round(time.time(), 2)


class JournalReader:
    """Reads it, each time what is new. `record` is frozen: it does not change when more is read."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._forget()

    def read(self) -> bool:
        """Read on, a megabyte at most; whether there was anything new. Raises OSError but for a missing file."""
        try:
            with open(self.path, "rb") as file:
                if file.seek(0, 2) < self._offset:  # another run was begun in this folder
                    self._forget()
                file.seek(self._offset)
                chunk = file.read(_CHUNK)
        except FileNotFoundError:
            return False
        whole = chunk[: chunk.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            self._take(line)
        return bool(whole)

    @property
    def record(self) -> Record:
        """All that was read."""
        curves = {f"{group}/{name}": curve for group, table in self._tables.items() for name, curve in table.curves()}
        kept = self._notes[-_MOST_NOTES:]
        return Record(
            curves, tuple(self._saved), self._best[-1] if self._best else None, tuple(self._shots), tuple(kept),
            self._step, self._told_s, self._finished,
        )  # fmt: skip

    def _forget(self) -> None:
        self._offset, self._step, self._finished = 0, 0, False
        self._told_s: float | None = None
        self._tables = {"loss": _Table(), "run": _Table(), "held_out": _Table()}
        self._saved: list[int] = []
        self._best: list[int] = []
        self._shots: list[Shot] = []
        self._notes: list[Note] = []

    def _take(self, line: bytes) -> None:
        try:
            told = json.loads(line)
            self._told_s, step = float(told["at_s"]), int(told.get("step", self._step))
            if told["event"] == _BEGUN:
                self._begin(step)
            elif told["event"] == "step":
                self._take_step(step, told)
            elif event := event_of(told):
                self._take_event(event, step)
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # torn when the run was killed

    def _begin(self, step: int) -> None:
        """The run goes on from here: what it told of later steps is told again."""
        for table in self._tables.values():
            table.cut(step)
        for steps in (self._saved, self._best):
            steps[:] = [known for known in steps if known <= step]
        self._shots[:] = [shot for shot in self._shots if shot.step <= step]
        self._step, self._finished = step, False
        self._note(f"Goes on from step {step}." if step else "Begun.")

    def _take_step(self, step: int, told: dict[str, Any]) -> None:
        self._step = step
        self._tables["loss"].add(step, _numbers(told["losses"]))
        pace = ("learning_rate", "images_per_s", "data_wait", "memory_mb")
        self._tables["run"].add(step, {name: float(told[name]) for name in pace if name in told})

    def _take_event(self, event: Event, step: int) -> None:
        match event:
            case events.Judged():
                self._tables["held_out"].add(step, event.figures)
                self._best += [step] if event.best else []
            case events.Preview():
                self._shots = [shot for shot in self._shots if shot.step != step]
                self._shots.append(Shot(step, event.path.name, event.rows))
            case events.Saved():
                self._saved.append(step)
            case events.Finished():
                self._saved.append(step)
                self._finished = True
        if words := sentence(event):
            self._note(words)

    def _note(self, text: str) -> None:
        self._notes.append(Note(self._told_s or 0.0, self._step, text))
        if len(self._notes) > 2 * _MOST_NOTES:
            del self._notes[:_MOST_NOTES]


class _Table:
    """Columns that grow by a row a step; what was handed out of them is never written again."""

    def __init__(self) -> None:
        self._length, self._steps = 0, np.zeros(256, np.int64)
        self._columns: dict[str, np.ndarray] = {}

    def add(self, step: int, row: dict[str, float]) -> None:
        if self._length and self._steps[self._length - 1] >= step:
            self.cut(step - 1)
        if self._length == len(self._steps):
            self._renew(2 * self._length)
        place = self._length
        self._steps[place], self._length = step, place + 1
        for name, value in row.items():
            if name not in self._columns:
                self._columns[name] = np.full(len(self._steps), np.nan)
            self._columns[name][place] = value

    def cut(self, step: int) -> None:
        """Forget the rows after a step."""
        length = int(np.searchsorted(self._steps[: self._length], step, side="right"))
        if length < self._length:
            self._length = length
            self._renew(len(self._steps))

    def curves(self) -> list[tuple[str, Curve]]:
        steps = self._steps[: self._length]
        return [(name, Curve(steps, values[: self._length])) for name, values in self._columns.items()]

    def _renew(self, room: int) -> None:
        """Into new memory."""
        old, n = self._steps, self._length
        self._steps = np.zeros(room, np.int64)
        self._steps[:n] = old[:n]
        for name, values in self._columns.items():
            self._columns[name] = np.full(room, np.nan)
            self._columns[name][:n] = values[:n]
