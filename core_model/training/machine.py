"""One run at a time on a machine: two at once are each slower than one after the other, and may not fit the memory."""

import json
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from core_model.errors import ConfigError
from core_model.training.events import Waiting
from core_model.training.storage import disk_trouble

_LOOK_EVERY_S = 0.5


class Company(StrEnum):
    """What to do where another run goes on on this machine."""

    REFUSE = "refuse"
    QUEUE = "queue"  # wait for it to end
    BESIDE = "beside"  # train all the same: there may be several GPUs


class Machine:
    """This machine's place for one run. The system frees it when its process ends, however it ends."""

    def __init__(self) -> None:
        folder = platformdirs.user_cache_path("puppetpose")
        self._about = folder / "training.json"
        with disk_trouble(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(folder / "training.lock", timeout=0, thread_local=False)

    def taken(self, run: Path, company: Company) -> Iterator[Waiting]:
        """Take the place, waiting as long as it must be waited. Raises ConfigError if that is not wanted."""
        if company is Company.BESIDE:
            return
        while True:
            try:
                self._lock.acquire()
                break
            except Timeout as error:
                if company is Company.REFUSE:
                    raise ConfigError(
                        f"The run in {self.taken_by()} goes on on this machine.",
                        "Wait for it to end, or start this one with --queue (then it waits), or with --beside.",
                    ) from error
            yield Waiting(f"Waits for the run in {self.taken_by()} to end.")
            time.sleep(_LOOK_EVERY_S)
        with disk_trouble(self._about):
            self._about.write_text(json.dumps(str(run.resolve())), encoding="utf-8")

    def taken_by(self) -> str:
        """The folder of the run that has the place."""
        try:
            return str(json.loads(self._about.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return "another folder"

    def close(self) -> None:
        """Make room for the next."""
        self._lock.release()
