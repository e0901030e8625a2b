"""Where a run is asked for something and tells how it stands; see `core_model.training.control`."""

import os
import socket
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from core_model.errors import PuppetPoseError
from core_model.training.config import TrainConfig
from core_model.training.control import Ask, Phase, RunStatus, discard, hold, read_status, take, write_status
from core_model.training.events import (
    Event,
    Finished,
    Paused,
    Preparing,
    Resumed,
    Saved,
    Step,
    Stopped,
    Waiting,
)
from core_model.training.pace import left_s
from core_model.training.storage import disk_trouble

_EVERY_S = 2.0
"""A run tells at least so often that it lives, and ..."""
_SELDOM_S = 0.5
"""... figures that change all the time no more often than this."""


class EndedError(Exception):
    """The run was asked to end before its first step."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What was asked of the run."""

    paused: bool = False
    save: bool = False
    end: Ask | None = None


class Desk:
    """Holds a run's folder from its making to `close`. Raises ConfigError if another process trains there."""

    def __init__(self, config: TrainConfig) -> None:
        self.folder, self._config = Path(config.folder), config
        with disk_trouble(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = hold(self.folder)
        take(self.folder)  # asked when nobody was there
        before = read_status(self.folder)
        self._status = RunStatus(
            Phase.PREPARING,
            "Starts.",
            step=before.saved_step if before else 0,
            steps=config.steps,
            saved_step=before.saved_step if before else 0,
            pid=os.getpid(),
            host=socket.gethostname(),
            cwd=os.getcwd(),
        )
        self._orders = Orders()
        self._told_s, self._writing = 0.0, threading.Lock()
        self._over = threading.Event()
        self._beat = threading.Thread(target=self._beating, name="how a run stands", daemon=True)
        self._write()
        self._beat.start()

    def orders(self) -> Orders:
        """What is asked of the run; a checkpoint is asked for once."""
        asked = take(self.folder)
        before = self._orders
        paused = Ask.PAUSE in asked or (before.paused and Ask.RESUME not in asked)
        end = next((what for what in (Ask.DISCARD, Ask.STOP) if what in asked), before.end)
        self._orders = Orders(paused, end=end)
        return replace(self._orders, save=Ask.CHECKPOINT in asked)

    def attend(self) -> None:
        """Between two pieces of work before the first step. Raises EndedError if the run is to end."""
        before = self._status
        while (orders := self.orders()).paused and not orders.end:
            self._tell(phase=Phase.PAUSED, message="Waits to be resumed.")
            time.sleep(0.2)
        if orders.end:
            raise EndedError
        self._tell(phase=before.phase, message=before.message)

    def prepare(self, message: str) -> None:
        """What the run does before its first step."""
        self._tell(phase=Phase.PREPARING, message=message, done=0, total=0)

    def record(self, event: Event) -> None:
        """Tell what an event says of how the run stands."""
        match event:
            case Waiting():
                self._tell(phase=Phase.WAITING, message=event.message)
            case Preparing():
                self._tell(phase=Phase.PREPARING, message=event.message, done=event.done, total=event.total)
            case Step():
                left = left_s(event, self._config)
                self._tell(
                    phase=Phase.RUNNING, message="", step=event.step, images_per_s=event.images_per_s, left_s=left
                )
            case Paused():
                self._tell(phase=Phase.PAUSED, message="No more steps until it is resumed.", step=event.step)
            case Resumed():
                self._tell(phase=Phase.RUNNING, message="", step=event.step)
            case Saved():
                self._tell(step=event.step, saved_step=event.step)
            case Stopped():
                self._tell(phase=Phase.STOPPED, message="It can be gone on with.", step=event.step)
            case Finished():
                message = "The held-out figures no longer improved." if event.early else ""
                told = {"step": event.step, "saved_step": event.step, "left_s": 0.0}
                self._tell(phase=Phase.FINISHED, message=message, **told)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell how it ended, then leave the folder to others."""
        self._over.set()
        self._beat.join()
        if isinstance(error, PuppetPoseError):
            self._tell(phase=Phase.FAILED, message=str(error), left_s=None)
        elif isinstance(error, Exception) and not isinstance(error, EndedError):
            self._tell(phase=Phase.FAILED, message=f"{type(error).__name__}: {error}", left_s=None)
        elif self._status.live:
            self._tell(phase=Phase.STOPPED, message="It can be gone on with.", step=self._status.saved_step)
        self._write()
        self._lock.release()
        if self._orders.end is Ask.DISCARD and self._status.phase is Phase.STOPPED:
            with disk_trouble(self.folder):
                discard(self.folder)

    def _tell(self, **changes: object) -> None:
        before, self._status = self._status, replace(self._status, **changes)  # type: ignore[arg-type]
        if before.phase != self._status.phase or time.monotonic() - self._told_s > _SELDOM_S:
            self._write()

    def _beating(self) -> None:
        while not self._over.wait(_EVERY_S):
            if time.monotonic() - self._told_s > _EVERY_S / 2:
                self._write()

    def _write(self) -> None:
        with self._writing:
            write_status(self.folder, replace(self._status, updated_s=time.time()))
            self._told_s = time.monotonic()
