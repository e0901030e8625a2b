"""Folders of training runs, filled as the trainer would."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from core_model.export.images import write_jpeg
from core_model.training.control import Phase, RunStatus, write_status
from core_model.training.events import Event, Judged, Preview, Saved, Step
from core_model.training.journal import Journal
from desktop_app.application import Studio
from desktop_app.session.runs import BEST, NEWEST
from tests.core_model.training.conftest import setting, shared  # noqa: F401


def told(first: int, last: int, *, loss: float = 1.0) -> Iterator[Event]:
    """A judgement and pictures every tenth step."""
    for number in range(first, last + 1):
        yield Step(number, {"heat": loss / number, "total": 2 * loss / number}, 1e-3, 20.0, 0.1, 500.0)
        if number % 10 == 0:
            yield Judged(number, {"pck_2d": 50 + loss * number / 10, "limbs_mm": 100.0}, best=True)
            yield Preview(number, Path(f"step_{number:06d}.jpg"), np.zeros((0, 0, 3), np.uint8), ("image", "parts"))
            yield Saved(number, Path(NEWEST))


class FakeRun:
    """A run's folder, filled as the trainer would."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        (folder / "previews").mkdir(parents=True)
        config = {"folder": str(folder), "steps": 100, "batch": 8, "losses": {"heat": 1.0}, **settings}
        (folder / "config.json").write_text(json.dumps(config))
        self._journal = Journal(folder, 0)
        for name in (BEST, NEWEST):
            (folder / name).write_text("weights")

    def tell(self, events: Iterable[Event]) -> None:
        """Write it all down."""
        for event in events:
            self._journal.record(event)
            if isinstance(event, Step):
                self.stand(Phase.RUNNING, event.step)
            elif isinstance(event, Preview):
                image = np.full((128, 192, 3), 2 * event.step % 256, np.uint8)
                write_jpeg(self.folder / "previews" / event.path.name, image)

    def stand(self, phase: Phase, step: int = 0, message: str = "") -> None:
        """As its process says."""
        write_status(
            self.folder, RunStatus(phase, message, step, 100, images_per_s=20.0, left_s=12.0, host="elsewhere")
        )


def select(studio: Studio, qtbot, *chosen: FakeRun) -> None:
    studio.session.runs.show(selected=tuple(run.folder for run in chosen))
    qtbot.waitUntil(lambda: studio.window.training._shown.chosen == studio.session.runs.chosen)
