"""The run's curves and pictures for TensorBoard (`tensorboard --logdir runs`), and its journal.

TensorBoard's files cannot be thinned out, so they get the first picture, the second, the fourth, the eighth ... only.
"""

from pathlib import Path

from core_model.training.devices import needed
from core_model.training.events import Event, Judged, Preview, Step
from core_model.training.journal import Journal
from core_model.training.storage import disk_trouble


class Logs:
    """Writes what events tell, in `folder` and beside it. Whatever an interrupted part of the run logged after `step`
    is hidden."""

    def __init__(self, folder: Path, step: int) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ModuleNotFoundError as error:
            raise needed(error) from error
        self._folder, self._pictures = folder, 0
        with disk_trouble(folder):
            self._writer = SummaryWriter(str(folder), purge_step=step + 1 if step else None)
        self._journal = Journal(folder.parent, step)

    def record(self, event: Event) -> None:
        """Log one event. Raises OutputError."""
        self._journal.record(event)
        with disk_trouble(self._folder):
            match event:
                case Step():
                    self._scalars("loss", event.losses, event.step)
                    pace = {
                        name: getattr(event, name)
                        for name in ("learning_rate", "images_per_s", "data_wait", "memory_mb")
                    }
                    self._scalars("run", pace, event.step)
                case Judged():
                    self._scalars("held_out", event.figures, event.step)
                case Preview():
                    self._pictures += 1
                    if self._pictures.bit_count() == 1:
                        self._writer.add_image("preview", event.image, event.step, dataformats="HWC")

    def close(self) -> None:
        """Write what is left."""
        self._journal.close()
        with disk_trouble(self._folder):
            self._writer.close()

    def _scalars(self, group: str, values: dict[str, float], step: int) -> None:
        for name, value in values.items():
            self._writer.add_scalar(f"{group}/{name}", value, step)
