"""What the controllers need of training, which goes on in processes of its own."""

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from core_model.training.measuring import Measured


class Survey(Protocol):
    """`core_model.data.unlabelled.survey.Survey`."""

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """How far it is; what was found in each video."""

    def stop(self) -> None:
        """End it; from any thread."""


class Measuring(Protocol):
    """A measurement in a process of its own."""

    def result(self) -> Measured:
        """When it is there. Raises PuppetPoseError."""

    def stop(self) -> None:
        """End it; from any thread."""


@dataclass(frozen=True)
class TrainingCore:
    """What is asked of it; tests put others in their place."""

    survey: Callable[[Sequence[Path], Path], Survey]  # of videos and folders, into a folder
    measure: Callable[[Path], Measuring]  # of a config
    launch: Callable[[Path], "subprocess.Popen[bytes]"]  # what is in the folder of a run
    begun: Callable[[Path, "subprocess.Popen[bytes]"], bool]
    checkpoint: Callable[[], Path]  # that the studio began with
