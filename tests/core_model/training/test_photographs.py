"""Photographs with somebody in them give a crop each."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from core_model.errors import NobodyFoundError
from core_model.prediction import CROP_PX
from core_model.training.photographs import crops_of


class Finder:
    """Finds somebody in whatever is bright: the left half of the frame."""

    def predict(self, frame: np.ndarray, *, synthesise: bool = True) -> SimpleNamespace:
        if frame.mean() < 100:
            raise NobodyFoundError("Nobody.", "Look elsewhere.")
        return SimpleNamespace(box_px=np.array([0.0, 0.0, frame.shape[0], frame.shape[0]]))


def test_only_frames_with_somebody_give_a_crop() -> None:
    bright = np.concatenate([np.full((40, 40, 3), 200, np.uint8), np.full((40, 40, 3), 100, np.uint8)], axis=1)
    predictor: Any = Finder()
    (crop,) = crops_of([np.zeros_like(bright), bright], predictor)
    assert crop.shape == (CROP_PX, CROP_PX, 3)
    assert (crop[:, : CROP_PX - 8] == 200).all()
