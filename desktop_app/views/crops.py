"""What the network sees of a frame, for the eye."""

from functools import lru_cache

import numpy as np

from core_model.geometry.crop import crop_image
from core_model.prediction import CROP_PX, Prediction
from desktop_app.session.playback import Frame


@lru_cache(maxsize=2)
def crop_seen(frame: Frame, prediction: Prediction) -> np.ndarray:
    """(CROP_PX, CROP_PX, 3) uint8; cut out once for all panes."""
    return crop_image(frame.image, prediction.box_px, CROP_PX)
