"""What is read in a crop: in one picture of it, or in several, each brought back onto the crop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional

from core_model.boxes import square_crop
from core_model.geometry.crop import crop_image
from core_model.networks.encoder import INPUT_PX
from core_model.networks.readout import Maps, decode_mode, limb_means, pool_limbs, turned_back, unflip, unit

Look = Callable[[np.ndarray], Maps]
"""(3, INPUT_PX, INPUT_PX) float32 in [0, 1] -> what is read in it, of `heat` the maps that sum to one."""
SURE_AT_ONCE = 0.75
"""Mean mass of the heat-maps about their modes from which on one look is enough where it has to be quick; else the
mirror image is looked at, too. Frames of an ordinary clip lie between 0.8 and 0.9."""
SHARPNESS, SHARPER = 16, 48
"""Views count as much as these powers of their sureness: for joints and shape, and for limb vectors and parts. Of a
view that is turned the wrong way, joints still help, depth and parts do not. docs/learning.md has what it is worth."""


class View(NamedTuple):
    """A picture of a crop."""

    side: float = 1.0  # over that of the crop
    quarters: int = 0  # turned counter-clockwise
    mirrored: bool = False


STRAIGHT, MIRRORED = View(), View(mirrored=True)
ALL = (
    *(View(side, 0, mirrored) for side in (1.0, 0.85, 1.2, 1.4) for mirrored in (False, True)),
    *(View(side, *turned) for side in (1.0, 1.2) for turned in ((1, True), (2, False), (2, True), (3, False))),
)
"""Nearer for limbs and parts, wider and turned for people whose pose is rare: who stands on their hands is upright."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read in a crop, over the crop."""

    heat: np.ndarray  # (21, H, W), each sums to one
    limbs: np.ndarray  # (20, 3) unit vectors, crop camera
    parts: np.ndarray  # (15, H', W') logits
    shape: np.ndarray  # (12,) free numbers


def read(look: Look, frame: np.ndarray, box_px: np.ndarray, *, careful: bool = False) -> Reading:
    """What is read in the square `box_px` (4,) of a frame (H, W, 3) uint8; careful: in all views, whose mean it is."""
    if careful:
        return _mean([_seen(look, frame, box_px, view) for view in ALL])
    first = _seen(look, frame, box_px, STRAIGHT)
    if _sureness(first) >= SURE_AT_ONCE:
        return _reading(first)
    return _mean([first, _seen(look, frame, box_px, MIRRORED)])


def _sureness(maps: Maps) -> float:
    return float(decode_mode(maps[0])[1].mean())


def _reading(maps: Maps) -> Reading:
    heat, limbs, parts, shape = maps
    return Reading(heat, pool_limbs(limbs, heat), parts, shape)


def _mean(views: list[Maps]) -> Reading:
    """Of maps, not of points: two hypotheses stay two. Limbs are pooled in each view, where it sees them."""
    heat, _, parts, shape = zip(*views, strict=True)
    vectors = [limb_means(maps[1], maps[0]) for maps in views]
    sureness = np.array([_sureness(maps) for maps in views])
    mild, sharp = sureness**SHARPNESS, sureness**SHARPER
    return Reading(_weighed(heat, mild), unit(_weighed(vectors, sharp)), _weighed(parts, sharp), _weighed(shape, mild))


def _weighed(same: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """The mean of arrays of one shape, by weights (N,)."""
    shares = weights / weights.sum()
    total: np.ndarray = sum(share * one for share, one in zip(shares, same, strict=True))
    return total


def _seen(look: Look, frame: np.ndarray, box_px: np.ndarray, view: View) -> Maps:
    """What is read in a view, as of the crop itself."""
    image = crop_image(frame, square_crop(box_px, view.side), INPUT_PX).transpose(2, 0, 1).astype(np.float32) / 255
    image = np.rot90(image, view.quarters, axes=(1, 2))
    maps = unflip(look(image[..., ::-1])) if view.mirrored else look(image)
    heat, limbs, parts, shape = turned_back(maps, view.quarters)
    if view.side == 1:
        return heat, limbs, parts, shape
    heat, limbs, parts = (_over_the_crop(m, view.side) for m in (heat, limbs, parts))
    return heat / heat.sum(axis=(-2, -1), keepdims=True), limbs, parts, shape


def _over_the_crop(maps: np.ndarray, side: float) -> np.ndarray:
    """Maps (C, H, W) over a crop `side` times as large, resampled over the crop, the edge repeated outside."""
    cells = functional.affine_grid(torch.eye(2, 3)[None] / side, [1, 1, *maps.shape[-2:]], align_corners=False)
    image = torch.from_numpy(np.ascontiguousarray(maps))[None]
    return functional.grid_sample(image, cells, padding_mode="border", align_corners=False)[0].numpy()
