"""Runs started in processes of their own, which go on when whoever started them ends."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from core_model.errors import ConfigError
from core_model.training.control import RunStatus, read_status, status

OUTPUT = "process.txt"
"""What the process prints goes there, into the run's folder."""
_LINES = 12


def launch(folder: Path) -> "subprocess.Popen[bytes]":
    """Begin the run that a folder's config.toml describes, or go on with the one that was begun there.

    It waits for another run on this machine to end. Raises ConfigError where there is nothing to begin, or the run goes
    on already; OSError.
    """
    told = status(folder)
    if told and told.live:
        raise ConfigError(f"The run in {folder} goes on already.", "Watch it; it can be paused and stopped.")
    config = next((path for path in (folder / "config.json", folder / "config.toml") if path.exists()), None)
    if config is None:
        raise ConfigError(
            f"There is no config of a run in {folder}.", "Choose the folder of a run, or begin a new one."
        )
    command = [sys.executable, "-m", "core_model", "train", "--config", str(config.resolve())]
    command += ["--folder", str(folder.resolve()), "--queue", "--nice"]
    with open(folder / OUTPUT, "ab") as output:
        return subprocess.Popen(
            command, cwd=_begun_in(told, folder), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            **detached(),
        )  # fmt: skip


def detached() -> dict[str, Any]:
    """How a process is started that does not end with its parent, nor with the parent's terminal."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return {"creationflags": flags | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}


def last_words(folder: Path) -> str:
    """The last lines that the run's process printed."""
    try:
        with open(folder / OUTPUT, "rb") as file:
            file.seek(max(0, (folder / OUTPUT).stat().st_size - 8192))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-_LINES:])


def begun(folder: Path, process: "subprocess.Popen[bytes]") -> bool:
    """Whether a run that was launched has told of itself. Raises ConfigError if it ended before it could."""
    told = read_status(folder)
    if told and told.pid == process.pid:
        return True
    if process.poll() is not None:
        raise ConfigError("The run ended before it began.", last_words(folder) or "Start it in a terminal to see why.")
    return False


def _begun_in(told: RunStatus | None, folder: Path) -> Path:
    """Relative paths in its config start there."""
    before = Path(told.cwd) if told and told.cwd else folder
    return before if before.is_dir() else folder
