"""The whole stand-in for the learning core."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from fake_camera import FakeCamera, FakeFound, FakeWriter
from fake_people import (
    Adapted,
    FakePoseSpace,
    FakeWardrobe,
    fake_adapt,
    fake_backdrop,
    fake_meet,
    fake_others,
    fake_person,
    fake_reach,
    fake_smooth,
)
from fake_predictor import FakeFollower, FakePredictor, fake_analyse, fake_exchanged, fake_open, fake_retake
from fake_training import fake_training

from core_model.prediction import Prediction
from core_model.skeleton import NUM_JOINTS, NUM_LIMBS
from desktop_app.controllers.core import (
    Core,
    Predictor,
)


def save_text(path: Path, delta: object) -> None:
    """Stands for writing a checkpoint."""
    path.write_text(str(delta))


class FakeOther(FakePredictor):
    """As a run's checkpoint: everybody is seen a little further to the right, and less surely."""

    checkpoint_digest = "fedcba9876543210"

    def predict(self, frame: np.ndarray, *, synthesise: bool = True) -> Prediction:
        """As the real one."""
        seen = super().predict(frame, synthesise=synthesise)
        joints3d_m = seen.joints3d_m + np.array([0.1, 0, 0]) * (np.arange(NUM_JOINTS) > 0)[:, None]
        return replace(
            seen, joints3d_m=joints3d_m, joints2d_px=seen.joints2d_px + [5, 0], confidence=seen.confidence / 2
        )


def fake_encoder(predictor: Predictor, path: Path) -> FakeOther:
    """Reads no file, but wants it to be there."""
    path.stat()
    made = FakeOther()
    made.checkpoint_name = f"{path.parent.name} ({path.name})"
    return made


def fake_core(predictor: FakePredictor | None = None) -> Core:
    """All of it."""
    return Core(
        lambda: predictor or FakePredictor(),
        FakeFollower,
        fake_open,
        fake_analyse,
        fake_exchanged,
        fake_retake,
        FakeWardrobe,
        fake_person,
        fake_meet,
        fake_backdrop,
        lambda: ("a dance", np.full((NUM_LIMBS, 2), 0.05)),
        fake_reach,
        FakePoseSpace,
        lambda path: (
            50.0,
            np.linspace(0, 0.5, 40)[:, None, None] * np.ones((NUM_LIMBS, 2)),
            np.tile(np.eye(3), (40, 1, 1)),
        ),
        fake_adapt,
        lambda predictor, delta: Adapted(),
        save_text,
        Path.read_text,
        fake_smooth,
        fake_others,
        lambda: [FakeFound()],
        lambda source: FakeCamera(),
        FakeWriter,
        fake_encoder,
        fake_training(),
    )
