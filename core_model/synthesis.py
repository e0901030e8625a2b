"""From an image to appearance and background, and from factors to an image (numpy in, numpy out).

The decoder is given as a callable, so that torch or OpenVINO can stand behind it.
"""

from functools import lru_cache

import cv2
import numpy as np
import torch

from core_model.geometry.crop import to_crop
from core_model.geometry.kinematics import forward_kinematics
from core_model.networks.decoder import decoder_input
from core_model.prediction import CROP_PX, Factors, Synthesis
from core_model.puppet import Puppet
from core_model.puppet.atlas import lift_atlas_fast
from core_model.puppet.filling import push_pull
from core_model.puppet.raster import draw, place_parts
from core_model.runtime import Network
from core_model.skeleton import BACKGROUND

MARGIN_PX = 5
"""The background is invented this far around the person too: there it shows the person's rim and shadow."""


@lru_cache(maxsize=1)
def bundled_puppet() -> Puppet:
    """The puppet that ships with PuppetPose, read once."""
    return Puppet.load()


def joints_of(factors: Factors) -> tuple[np.ndarray, np.ndarray]:
    """Factors -> joints (21, 3) in the camera frame, metres, and (21, 2) in pixels of the full frame."""
    with torch.inference_mode():
        angles, shape = (torch.as_tensor(np.asarray(x, np.float64))[None] for x in (factors.angles_rad, factors.shape))
        body = forward_kinematics(angles, shape)[0].numpy()
    joints = body @ factors.camera.rotation.T + factors.camera.translation_m
    return joints, factors.camera.project(joints)


def compose(factors: Factors, decode: Network) -> Synthesis:
    """Put factors together: a new image over the crop `factors.box_px`.

    `decode` is a `core_model.networks.decoder.Decoder` made ready by `core_model.runtime`.
    """
    puppet = bundled_puppet()
    joints3d_m, joints2d_px = joints_of(factors)
    points_px = to_crop(joints2d_px, factors.box_px, CROP_PX)
    parts = place_parts(puppet.placer, points_px, joints3d_m[:, 2])
    drawing = draw(puppet.template, parts, np.ascontiguousarray(factors.atlas.transpose(0, 2, 3, 1)))
    colour, mask, label = decode(decoder_input(drawing)[None])
    image = _over(colour[0], mask[0, 0], factors.background)
    return Synthesis(image, mask[0, 0], label[0, 0].round().astype(np.uint8), joints3d_m, joints2d_px, factors.box_px)


def extract_atlas(
    crop: np.ndarray, joints_px: np.ndarray, depth_m: np.ndarray, parts: np.ndarray | None = None
) -> np.ndarray:
    """The appearance of the person in a crop: (14, 4, *ATLAS_PX) float32.

    Crop (S, S, 3) uint8; joints (21, 2) in crop pixels and their depths (21,); `parts` (S, S) is the part index of each
    pixel where something better than the puppet's outlines is known.
    """
    puppet = bundled_puppet()
    placed = place_parts(puppet.placer, joints_px, depth_m)
    return lift_atlas_fast(crop, placed, draw(puppet.template, placed, size=len(crop)), parts)


def take_apart(
    crop: np.ndarray, joints_px: np.ndarray, depth_m: np.ndarray, parts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Appearance (as `extract_atlas`) and background (as `fill_background`) of a crop.

    What either the part labels or the puppet's outlines call a person is taken out of the background, so that no limb
    that one of them misses stays behind.
    """
    puppet = bundled_puppet()
    placed = place_parts(puppet.placer, joints_px, depth_m)
    drawing = draw(puppet.template, placed, size=len(crop))
    person = (parts != BACKGROUND) | (drawing.cover >= 0.5)
    return lift_atlas_fast(crop, placed, drawing, parts), fill_background(crop, person)


def fill_background(crop: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The crop (S, S, 3) uint8 with the person, mask (S, S) bool, filled from around them (push-pull)."""
    kernel = np.ones((2 * MARGIN_PX + 1,) * 2, np.uint8)
    hidden = cv2.dilate((np.asarray(mask) > 0.5).astype(np.uint8), kernel)
    known = (1 - hidden).astype(np.float32)[..., None]
    filled = push_pull(crop * known, known, crop.mean((0, 1)))
    return np.where(hidden[..., None] > 0, filled.round().astype(np.uint8), crop)


def _over(colour: np.ndarray, mask: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Colours (3, S, S) in [0, 1] over a background (S, S, 3) uint8 -> (S, S, 3) uint8."""
    share = mask[..., None]
    image = colour.transpose(1, 2, 0) * 255 * share + background * (1 - share)
    return np.clip(image + 0.5, 0, 255).astype(np.uint8)
