"""Frames of a clip that was looked at, as the decoder's training takes them."""

from collections.abc import Iterable, Sequence

import numpy as np

from core_model.data.shots import Shot
from core_model.geometry.crop import crop_image, to_crop
from core_model.prediction import CROP_PX, Prediction
from core_model.seen import Seen
from core_model.skeleton import BACKGROUND
from core_model.wardrobe import LEAST_CONFIDENCE

MOST_SHOTS = 80
"""Taken from a clip, evenly: 3 MB each while learning."""


def shot_of(frame: np.ndarray, prediction: Prediction) -> Shot:
    """A frame (H, W, 3) uint8 and what the network says of it; its own part labels tell what is a person."""
    box_px = prediction.box_px
    points_px = to_crop(prediction.factors.camera.project(prediction.joints3d_m), box_px, CROP_PX)
    mask = np.where(prediction.parts == BACKGROUND, 0, 255).astype(np.uint8)
    nowhere = np.zeros(mask.shape, bool)
    return Shot(
        crop_image(frame, box_px, CROP_PX), None, mask, prediction.parts, points_px, prediction.joints3d_m, nowhere
    )


def sure_frames(predictions: Iterable[tuple[int, Prediction | Seen | None]]) -> list[int]:
    """At most MOST_SHOTS of the frames in which somebody is seen surely, spread evenly."""
    sure = [i for i, seen in predictions if seen is not None and seen.confidence.mean() >= LEAST_CONFIDENCE]
    return _evenly(sure, MOST_SHOTS)


def _evenly(frames: Sequence[int], most: int) -> list[int]:
    return [frames[k] for k in np.unique(np.linspace(0, len(frames) - 1, min(most, len(frames))).round().astype(int))]
