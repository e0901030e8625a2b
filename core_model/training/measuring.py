"""How fast a run would go here, measured in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from core_model.errors import ConfigError

STEPS = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one run on this machine."""

    step_s: float  # median
    person_s: float  # rendering one; 0: all are there
    people: int  # that are still to be rendered
    memory_mb: float

    def whole_s(self, steps: int) -> float:
        """Of so many steps, with what is to be rendered first."""
        return steps * self.step_s + self.people * self.person_s


class Measuring:
    """Of a config."""

    def __init__(self, config: Path) -> None:
        command = [sys.executable, "-m", "core_model", "train", "--config", str(config), "--measure", str(STEPS)]
        self._process = subprocess.Popen(
            [*command, "--nice"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def result(self) -> Measured:
        """When it is there. Raises ConfigError where the run could not be begun."""
        told, problem = self._process.communicate()
        if self._process.returncode:
            words = problem.strip().splitlines()[-1:] or ["It ended without a word."]
            raise ConfigError("The run could not be measured.", words[0].removeprefix("puppetpose: "))
        return Measured(**json.loads(told.splitlines()[-1]))

    def stop(self) -> None:
        """End it; from any thread."""
        if self._process.poll() is None:
            self._process.kill()
