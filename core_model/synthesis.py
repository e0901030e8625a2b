"""From an image to appearance and background, and from factors to an image (numpy in, numpy out).

The decoder is given as a callable, so that torch or OpenVINO can stand behind it.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import torch

from core_model.geometry.crop import to_crop
from core_model.geometry.kinematics import forward_kinematics
from core_model.networks.decoder import SEEN, decoder_input
from core_model.prediction import CROP_PX, Factors, Synthesis
from core_model.puppet import Puppet
from core_model.puppet.atlas import lift_atlas_fast
from core_model.puppet.filling import push_pull
from core_model.puppet.raster import Drawing, PlacedParts, draw, paint, place_parts
from core_model.runtime import Network
from core_model.skeleton import BACKGROUND
from core_model.traced import traced

MARGIN_PX = 5
"""The background is invented this far around the person too: there it shows the person's rim and shadow."""
REACH_PX = 16
"""Hair and clothes go on so far beside the puppet at most."""
OUTLINE_PX = 7
"""Narrower strips that were not seen lie along outlines: they are no side of the person."""


_body = traced(forward_kinematics)


@lru_cache(maxsize=1)
def bundled_puppet() -> Puppet:
    """The puppet that ships with PuppetPose, read once."""
    return Puppet.load()


def joints_of(factors: Factors) -> tuple[np.ndarray, np.ndarray]:
    """Factors -> joints (21, 3) in the camera frame, metres, and (21, 2) in pixels of the full frame."""
    angles, shape = (torch.as_tensor(np.asarray(x, np.float64))[None] for x in (factors.angles_rad, factors.shape))
    body = _body(angles, shape)[0].numpy()
    joints = body @ factors.camera.rotation.T + factors.camera.translation_m
    return joints, factors.camera.project(joints)


@dataclass(frozen=True, slots=True)
class Figure:
    """The puppet in the pose of somebody's joints, drawn over a crop."""

    parts: PlacedParts
    drawing: Drawing


def stand(joints2d_px: np.ndarray, joints3d_m: np.ndarray, box_px: np.ndarray) -> Figure:
    """Joints in pixels of the full frame (21, 2) and in the camera frame (21, 3) -> the puppet over a crop."""
    puppet = bundled_puppet()
    parts = place_parts(puppet.placer, to_crop(joints2d_px, box_px, CROP_PX), joints3d_m[:, 2])
    return Figure(parts, draw(puppet.template, parts))


def compose(factors: Factors, decode: Network) -> Synthesis:
    """Put factors together: a new image over the crop `factors.box_px`.

    `decode` is a `core_model.networks.decoder.Decoder` made ready by `core_model.runtime`.
    """
    joints3d_m, joints2d_px = joints_of(factors)
    return dress(factors, stand(joints2d_px, joints3d_m, factors.box_px), joints3d_m, joints2d_px, decode)


def dress(
    factors: Factors, figure: Figure, joints3d_m: np.ndarray, joints2d_px: np.ndarray, decode: Network
) -> Synthesis:
    """`compose` where the figure already stands."""
    planes = planes_of(factors, figure)
    colour, mask, label = (maps[0] for maps in decode(planes[None]))
    shown = mask[0] * reach_of(figure.drawing.cover)
    image = _over(colour, shown, factors.background)
    parts = np.where(shown >= 0.5, label[0], BACKGROUND).astype(np.uint8)
    seen = seen_of(planes[SEEN], figure.drawing.owner, factors.known)
    return Synthesis(image, shown, parts, joints3d_m, joints2d_px, factors.box_px, seen)


def reach_of(cover: np.ndarray) -> np.ndarray:
    """(S, S) float32 in [0, 1]: where there may be somebody, from the puppet's shape (S, S): nobody is far from it."""
    near = cv2.dilate((cover > 0).astype(np.float32), np.ones((2 * REACH_PX + 1,) * 2, np.uint8))
    return cv2.blur(near, (REACH_PX // 2,) * 2)


def seen_of(visibility: np.ndarray, owner: np.ndarray, known: np.ndarray | None = None) -> np.ndarray:
    """How well was seen what is shown (S, S) float32, from the painted visibility (S, S), the puppet's parts (S, S) and
    whether each part (14,) is known from this side.

    1 where nobody is. Strips along outlines, where it is not known whose a pixel is, go with what lies beside them.
    """
    if known is not None:
        visibility = visibility * np.append(known, 1).astype(np.float32)[owner]
    seen = np.where(owner == BACKGROUND, np.float32(1), visibility)
    return cv2.morphologyEx(seen, cv2.MORPH_CLOSE, np.ones((OUTLINE_PX, OUTLINE_PX), np.uint8))


def planes_of(factors: Factors, figure: Figure) -> np.ndarray:
    """What the decoder reads (11, S, S) of a figure in the looks of factors."""
    looks = [factors.atlas] if factors.near is None else [factors.near, factors.atlas]
    paintings = paint(figure.parts, figure.drawing.owner, looks)
    return decoder_input(figure.drawing, paintings[0], paintings[-1])


def take_apart(crop: np.ndarray, figure: Figure, parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Appearance (14, 4, *ATLAS_PX) float32 and background (S, S, 3) uint8 of the person in a crop (S, S, 3) uint8.

    `parts` (S, S) is the part index of each pixel. What either it or the puppet's outlines call a person is taken out
    of the background, so that no limb that one of them misses stays behind.
    """
    person = (parts != BACKGROUND) | (figure.drawing.cover >= 0.5)
    return lift_atlas_fast(crop, figure.parts, figure.drawing, parts), fill_background(crop, person)


def fill_background(crop: np.ndarray, person: np.ndarray) -> np.ndarray:
    """The crop (S, S, 3) uint8 with the person, (S, S) bool, filled from around them (push-pull at half resolution)."""
    hidden = cv2.dilate(person.astype(np.uint8), np.ones((2 * MARGIN_PX + 1,) * 2, np.uint8))
    known = (1 - hidden) * np.uint8(255)
    half = (crop.shape[1] // 2, crop.shape[0] // 2)
    source = cv2.resize(cv2.copyTo(crop, known), half, interpolation=cv2.INTER_AREA).astype(np.float32)
    weight = cv2.resize(known, half, interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    filled = push_pull(source, weight, np.array(cv2.mean(crop)[:3]))
    filled = cv2.resize(cv2.convertScaleAbs(filled), crop.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.copyTo(crop, known, filled)


def _over(colour: np.ndarray, mask: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Colours (3, S, S) in [0, 1] over a background (S, S, 3) uint8 -> (S, S, 3) uint8."""
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    image = background.copy()
    if len(rows):
        area = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        person, share = cv2.merge([*colour[:, *area]]) * np.float32(255), mask[area]
        blended = cv2.blendLinear(person, background[area].astype(np.float32), share, 1 - share)
        image[area] = cv2.convertScaleAbs(blended)
    return image
