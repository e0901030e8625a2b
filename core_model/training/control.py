"""How a run stands, and what is asked of it: files in the run's folder, the same for a terminal and the window.

`status.json` tells how the run stands; its process holds the file `lock` as long as it lives, so that a run whose
process is gone without a word is known from one that goes on. What is asked lies in `asks/`, an empty file each, until
the run has heard it. Nothing here needs torch.
"""

import json
import os
import shutil
import socket
import time
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout

from core_model.errors import ConfigError

STATUS, LOCK, ASKS = "status.json", "lock", "asks"
_SILENT_S = 120.0
"""After so long without a word, a run on another machine is taken for lost: locks do not reach everywhere."""
_OURS = (
    "state.pt", "state_before.pt", "encoder.safetensors", "encoder_best.safetensors", "config.json", "config.toml",
    "process.txt", "journal.jsonl", STATUS, LOCK, ASKS, "held_out", "previews", "logs", "unlabelled", "people",
)  # fmt: skip
"""What a run's folder is made of: discarding a run takes nothing else away."""


class Ask(StrEnum):
    """What can be asked of a run."""

    PAUSE = "pause"  # no more steps, no work; the process stays
    RESUME = "resume"
    STOP = "stop"  # save and end; it can be gone on with
    CHECKPOINT = "checkpoint"  # save now
    DISCARD = "discard"  # end, and take the run's files away


class Phase(StrEnum):
    """How a run stands."""

    WAITING = "waiting"  # for another run on this machine to end
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"
    LOST = "lost"  # its process is gone without a word


LIVE = frozenset({Phase.WAITING, Phase.PREPARING, Phase.RUNNING, Phase.PAUSED})
"""A process works on the run."""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How a run stands."""

    phase: Phase
    message: str = ""  # a sentence: what it prepares, what it waits for, what went wrong and what to do
    step: int = 0
    steps: int = 0
    saved_step: int = 0  # of the last checkpoint
    images_per_s: float = 0.0
    left_s: float | None = None  # as far as it is known
    done: int = 0  # of what is prepared, so many ...
    total: int = 0  # ... of so many; 0: not known
    pid: int = 0
    host: str = ""
    cwd: str = ""  # the folder that relative paths in the config start from
    updated_s: float = 0.0  # Unix time

    @property
    def live(self) -> bool:
        """Whether a process works on it."""
        return self.phase in LIVE


def status(folder: Path) -> RunStatus | None:
    """How the run in a folder stands; None where none was ever begun."""
    told = read_status(folder)
    if told is None or not told.live or not _gone(folder, told):
        return told
    told = read_status(folder) or told  # it may have ended in between
    if not told.live:
        return told
    message = f"The process of this run is gone without a word. Go on: it was saved last at step {told.saved_step}."
    return replace(told, phase=Phase.LOST, message=message, left_s=None)


def read_status(folder: Path) -> RunStatus | None:
    """What the run's process told last."""
    try:
        told = json.loads((folder / STATUS).read_text(encoding="utf-8"))
        known = {field.name: told[field.name] for field in fields(RunStatus) if field.name in told}
        return RunStatus(**{**known, "phase": Phase(told["phase"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_status(folder: Path, told: RunStatus) -> None:
    """Tell how the run stands. Where that cannot be written, the run goes on all the same."""
    aside = folder / f"{STATUS}.part"
    try:
        aside.write_text(json.dumps(asdict(told), indent=1), encoding="utf-8")
        os.replace(aside, folder / STATUS)
    except OSError:
        aside.unlink(missing_ok=True)


def ask(folder: Path, what: Ask) -> None:
    """Ask something of the run in a folder. Raises ConfigError if no process works on it."""
    told = status(folder)
    if told is None or not told.live:
        how = f"it is {told.phase}" if told else "none was begun there"
        raise ConfigError(f"No run goes on in {folder}: {how}.", "Start it, or go on with it, first.")
    opposite = {Ask.PAUSE: Ask.RESUME, Ask.RESUME: Ask.PAUSE}.get(what)
    asks = folder / ASKS
    asks.mkdir(exist_ok=True)
    if opposite:
        (asks / opposite).unlink(missing_ok=True)
    (asks / what).touch()


def wish(folder: Path, what: Ask) -> None:
    """Ask it; a run that nobody works on is discarded here and now. Raises ConfigError, OSError."""
    told = status(folder)
    if what is Ask.DISCARD and told and not told.live:
        discard(folder)
    else:
        ask(folder, what)


def pending(folder: Path) -> frozenset[Ask]:
    """What was asked and is not heard yet."""
    try:
        names = os.listdir(folder / ASKS)
    except OSError:
        return frozenset()
    return frozenset(what for what in Ask if what in names)


def take(folder: Path) -> frozenset[Ask]:
    """What was asked, heard now."""
    asked = pending(folder)
    for what in asked:
        (folder / ASKS / what).unlink(missing_ok=True)
    return asked


def hold(folder: Path) -> FileLock:
    """Make a folder this process's alone, until the lock is released or the process ends, however it ends.

    Raises ConfigError if another process has it.
    """
    lock = FileLock(folder / LOCK, timeout=1.0, thread_local=False)  # whoever looks whether it is held is fast
    try:
        lock.acquire()
    except Timeout as error:
        told = read_status(folder)
        who = f" (process {told.pid} on {told.host})" if told else ""
        raise ConfigError(
            f"Another process{who} trains in {folder}.", "Wait for it to end, or give this run another folder."
        ) from error
    return lock


def discard(folder: Path) -> None:
    """Take away the files of a run that nobody works on; others stay. Raises ConfigError if somebody does, OSError."""
    hold(folder).release()
    for name in _OURS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def give_way() -> None:
    """Let other programs, a window among them, go first."""
    if hasattr(os, "nice"):
        os.nice(10)


def _gone(folder: Path, told: RunStatus) -> bool:
    if told.host != socket.gethostname():
        return time.time() - told.updated_s > _SILENT_S
    lock = FileLock(folder / LOCK, timeout=0, thread_local=False)
    try:
        with lock:
            return True
    except Timeout:
        return False
    except OSError:  # a folder that may only be read
        return time.time() - told.updated_s > _SILENT_S
