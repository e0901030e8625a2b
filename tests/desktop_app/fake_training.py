"""A stand-in for training's processes: nothing is started but a process that sleeps."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core_model.assets import BUNDLED, asset
from core_model.errors import ConfigError
from core_model.training.measuring import Measured
from desktop_app.controllers.training_core import TrainingCore


class FakeSurvey:
    """Every file is a video; one whose name begins with `bad` cannot be used."""

    def __init__(self, paths: Sequence[Path], out: Path) -> None:
        self.paths, self.out, self.stopped = paths, out, False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for path in self.paths:
            yield {"file": str(path), "done": 5, "total": 10}
            if path.name.startswith("bad"):
                yield {"path": str(path), "skipped": "It is no video."}
                continue
            crops = self.out / f"{path.stem}.npz"
            crops.write_bytes(b"crops")
            yield {
                "file": str(crops), "path": str(path), "kept": 40, "sampled": 50, "dropped": {"alike": 10},
                "duration_s": 6.0, "shots": [{}, {}], "people": 2, "far_pairs": 30, "with_background": 38,
                "problem": None,
            }  # fmt: skip

    def stop(self) -> None:
        """As the real one."""
        self.stopped = True


class FakeMeasuring:
    """Half a second a step."""

    def __init__(self, config: Path) -> None:
        self.text = config.read_text()

    def result(self) -> Measured:
        """At once."""
        return Measured(0.5, 0.05, 2000, 900.0)

    def stop(self) -> None:
        """There is nothing to stop."""


def refuse(folder: Path) -> "subprocess.Popen[bytes]":
    """No process here."""
    raise ConfigError(f"No run is started in {folder}.", "This is a test.")


def fake_training() -> TrainingCore:
    """All of it."""
    return TrainingCore(FakeSurvey, FakeMeasuring, refuse, lambda folder, process: True, lambda: asset(BUNDLED))
