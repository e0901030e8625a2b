"""Training itself, for the studio."""

from collections.abc import Sequence
from pathlib import Path

from core_model.assets import BUNDLED, asset
from core_model.data.unlabelled.survey import Survey
from core_model.training.launch import begun, launch
from core_model.training.measuring import Measuring
from desktop_app.controllers.training_core import TrainingCore


def real_training(checkpoint: Path | None = None) -> TrainingCore:
    """All of it, with the checkpoint that the studio was started with."""

    def survey(paths: Sequence[Path], out: Path) -> Survey:
        return Survey(paths, out, checkpoint)

    return TrainingCore(survey, Measuring, launch, begun, lambda: checkpoint or asset(BUNDLED))
