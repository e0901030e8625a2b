"""A prediction made again from its frame and what was kept of it: the same one, without the networks."""

import numpy as np

from core_model.geometry.crop import crop_image
from core_model.prediction import CROP_PX, Factors, Prediction
from core_model.seen import Seen
from core_model.synthesis import stand, take_apart


def retake(frame: np.ndarray, seen: Seen) -> Prediction:
    """The prediction of a frame (H, W, 3) uint8, but for its reconstruction; how sure the parts are only coarsely.
    Raises ValueError where a map that was kept is damaged."""
    parts = seen.parts
    figure = stand(seen.camera.project(seen.joints3d_m), seen.joints3d_m, seen.box_px)
    atlas, background = take_apart(crop_image(frame, seen.box_px, CROP_PX), figure, parts)
    factors = Factors(seen.angles_rad, seen.shape, seen.camera, seen.box_px, atlas, background)
    joints = seen.joints3d_m, seen.joints2d_px
    return Prediction(factors, *joints, seen.confidence, seen.score, parts, None, seen.part_sure)
