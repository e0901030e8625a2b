"""What is read in a crop: in one picture of it, or in several, each brought back onto the crop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional

from core_model.boxes import square_crop
from core_model.geometry.crop import crop_image
from core_model.networks.encoder import INPUT_PX, MAP_PX, PARTS_PX
from core_model.networks.readout import Maps, decode_mode, limb_means, turned_back, unflip

Look = Callable[[np.ndarray], Maps]
"""(3, S, S) float32 in [0, 1], S that of a view -> what is read in it, of `heat` the maps that sum to one."""
SURE_AT_ONCE = 0.75
"""Mean mass of the heat-maps about their modes from which on one look is enough where it has to be quick; else the
mirror image is looked at, too. Frames of an ordinary clip lie between 0.8 and 0.9."""
SHARPNESS, SHARPER = 24, 48
"""Views count as much as these powers of their sureness: in general, and for limb vectors. Of a view that is turned the
wrong way, joints still help, depth does not. docs/learning.md has what it is worth."""
FINE_PX = 256
"""Side of the pictures in which more is to be seen than in those that the encoder has learnt from."""


class View(NamedTuple):
    """A picture of a crop."""

    side: float = 1.0  # over that of the crop
    quarters: int = 0  # turned counter-clockwise
    mirrored: bool = False
    size_px: int = INPUT_PX


STRAIGHT, MIRRORED = View(), View(mirrored=True)
ALL = (
    *(View(side, 0, mirrored) for side in (1.0, 0.85, 1.2) for mirrored in (False, True)),
    *(View(1.0, 0, mirrored, FINE_PX) for mirrored in (False, True)),
    *(View(side, *turned) for side in (1.0, 1.2) for turned in ((1, True), (2, False), (2, True), (3, False))),
)
"""Nearer and finer for limbs and parts, wider and turned for people whose pose is rare: who stands on their hands is
upright."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read in a crop, over the crop."""

    heat: np.ndarray  # (21, MAP_PX, MAP_PX), each sums to one
    limbs: np.ndarray  # (20, 3) vectors, crop camera; of length one where all cells and views agree, else shorter
    parts: np.ndarray  # (15, PARTS_PX, PARTS_PX) logits
    shape: np.ndarray  # (12,) free numbers


class _Seen(NamedTuple):
    """What one view says, as a reading, and how sure it is."""

    heat: np.ndarray
    limbs: np.ndarray
    parts: np.ndarray
    shape: np.ndarray
    sureness: float


def read(look: Look, frame: np.ndarray, box_px: np.ndarray, *, careful: bool = False) -> Reading:
    """What is read in the square `box_px` (4,) of a frame (H, W, 3) uint8; careful: in all views, whose mean it is."""
    if careful:
        return _mean([_seen(look, frame, box_px, view) for view in ALL])
    first = _seen(look, frame, box_px, STRAIGHT)
    if first.sureness >= SURE_AT_ONCE:
        return _mean([first])
    return _mean([first, _seen(look, frame, box_px, MIRRORED)])


def _mean(views: list[_Seen]) -> Reading:
    """Of maps, not of points: two hypotheses stay two. Limbs are pooled in each view, where it sees them."""
    heat, limbs, parts, shape, sureness = zip(*views, strict=True)
    mild, sharp = np.array(sureness) ** SHARPNESS, np.array(sureness) ** SHARPER
    return Reading(_weighed(heat, mild), _weighed(limbs, sharp), _weighed(parts, mild), _weighed(shape, mild))


def _weighed(same: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """The mean of arrays of one shape, by weights (N,)."""
    shares = (weights / weights.sum()).astype(np.float32)
    total: np.ndarray = sum(share * one for share, one in zip(shares, same, strict=True))
    return total


def _seen(look: Look, frame: np.ndarray, box_px: np.ndarray, view: View) -> _Seen:
    """What is read in a view, as of the crop itself."""
    image = crop_image(frame, square_crop(box_px, view.side), view.size_px).transpose(2, 0, 1).astype(np.float32) / 255
    image = np.rot90(image, view.quarters, axes=(1, 2))
    maps = unflip(look(image[..., ::-1])) if view.mirrored else look(image)
    heat, limbs, parts, shape = turned_back(maps, view.quarters)
    vectors = limb_means(limbs, heat)
    if (view.side, view.size_px) != (1.0, INPUT_PX):
        heat, parts = _over_the_crop(heat, view.side, MAP_PX), _over_the_crop(parts, view.side, PARTS_PX)
        heat = heat / heat.sum(axis=(-2, -1), keepdims=True)
    sureness = float(decode_mode(heat)[1].mean())  # in cells of the crop: in those of a wide view all is near
    return _Seen(heat, vectors, parts, shape, sureness)


def _over_the_crop(maps: np.ndarray, side: float, cells: int) -> np.ndarray:
    """Maps (C, H, H) over a crop `side` times as large, resampled over the crop (C, cells, cells), the edge repeated
    outside."""
    image = torch.from_numpy(np.ascontiguousarray(maps))[None]
    grid = functional.affine_grid(torch.eye(2, 3)[None] / side, [1, 1, cells, cells], align_corners=False)
    return functional.grid_sample(image, grid, padding_mode="border", align_corners=False)[0].numpy()
