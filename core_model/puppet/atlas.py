"""The part atlas: a person's colours carried back into each part's own frame, and from there onto another pose.

An atlas is `(B, 14, 4, *ATLAS_PX)`: RGB and how well each texel was seen, both in [0, 1]. It spans the same rectangles
as the puppet's textures, so one affine map a part serves shape, lifting and painting. Texels that were not seen are
filled (from the twin limb, else from the colours around) but keep a visibility of 0.
"""

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core_model.prediction import ATLAS_PX, CROP_PX
from core_model.puppet.filling import push_pull, push_pull_torch
from core_model.puppet.maps import PartMaps, part_coordinates
from core_model.puppet.placement import Placement
from core_model.puppet.raster import Drawing, PlacedParts
from core_model.skeleton import NUM_PARTS, PART_MIRROR

INNER_SHAPE = 0.9
"""Texels count as fully seen where the shape is this sure; on the outline (0.5), where it is not known whose they are,
not at all."""
HIDDEN_COVERAGE = 0.1
"""A part of which less than this share was seen takes the colours of its twin."""
_TWIN = torch.as_tensor(PART_MIRROR.copy())


def lift_atlas(image: Tensor, placement: Placement, maps: PartMaps, crop_px: float = CROP_PX) -> Tensor:
    """Image (B, 3, S, S) in [0, 1], its puppet and part maps -> atlas (B, 14, 4, *ATLAS_PX); differentiable."""
    batch = image.shape[0]
    seen = _inside(maps.segmentation[:, :NUM_PARTS])
    grid = _texel_grid(placement.affine_px, crop_px).flatten(0, 1)
    repeated = image.repeat_interleave(NUM_PARTS, 0)
    colours = F.grid_sample(repeated, grid, align_corners=False, padding_mode="border")
    weight = F.grid_sample(seen.flatten(0, 1)[:, None], grid, align_corners=False)
    return fill_atlas(colours.unflatten(0, (batch, NUM_PARTS)), weight.unflatten(0, (batch, NUM_PARTS)))


def paint_atlas(atlas: Tensor, placement: Placement, segmentation: Tensor, crop_px: float = CROP_PX) -> Tensor:
    """Atlas (B, 14, 4, h, w) on a placed puppet whose segmentation is (B, 15, S, S) -> colours and visibility
    (B, 4, S, S), black where nobody is; differentiable in all of them."""
    uv = part_coordinates(placement.affine_px, segmentation.shape[-1], crop_px)
    painted = F.grid_sample(atlas.flatten(0, 1), uv.flatten(0, 1), align_corners=False, padding_mode="border")
    return (painted.unflatten(0, atlas.shape[:2]) * segmentation[:, :NUM_PARTS, None]).sum(1)


def lift_atlas_fast(
    crop: np.ndarray, parts: PlacedParts, drawing: Drawing, labels: np.ndarray | None = None
) -> np.ndarray:
    """Crop (S, S, 3) uint8 and the puppet drawn over it -> atlas (14, 4, *ATLAS_PX) float32; equals `lift_atlas`.

    With `labels` (S, S) uint8, a part index for each pixel from elsewhere, these say what is seen, not the outlines.
    """
    if labels is None:
        owners = drawing.owner
        inside = (np.clip((drawing.alpha - 0.5) / (INNER_SHAPE - 0.5), 0, 1) * 255).astype(np.uint8)
    else:
        owners = labels
        cross = np.ones((3, 3), np.uint8)  # pixels on a border show two things
        inside = (cv2.erode(labels, cross) == cv2.dilate(labels, cross)).astype(np.uint8) * 255
    x, y = _texels_px(parts.forward)
    source = cv2.merge([*cv2.split(crop), inside])
    seen = cv2.remap(source, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    owner = cv2.remap(owners, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    texels = np.stack(cv2.split(seen)).reshape(4, NUM_PARTS, *ATLAS_PX)
    texels[3] *= owner.reshape(NUM_PARTS, *ATLAS_PX) == np.arange(NUM_PARTS)[:, None, None]
    return fill_atlas_fast(texels)


def _texels_px(forward: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Maps (14, 2, 3) of (u, v, 1) to pixels -> x and y (14 h, w) float32 of all texels for cv2, whose first pixel
    centre is (0, 0)."""
    height, width = ATLAS_PX
    u, v = ((np.arange(n) + 0.5) * 2 / n - 1 for n in (width, height))
    a, b, c = forward[..., None, None].transpose(2, 1, 0, 3, 4)
    px = a * u + b * v[:, None] + c - 0.5
    return tuple(axis.reshape(-1, width).astype(np.float32) for axis in px)  # type: ignore[return-value]


def fill_atlas(colours: Tensor, visibility: Tensor) -> Tensor:
    """Colours (B, 14, 3, h, w) of which visibility (B, 14, 1, h, w) was seen -> atlas, colours everywhere."""
    coverage = visibility.mean((-1, -2, -3))
    hidden = ((coverage < HIDDEN_COVERAGE) & (coverage[:, _TWIN] > coverage))[..., None, None, None]
    known = torch.where(hidden, visibility[:, _TWIN].flip(-1), visibility)
    source = torch.where(hidden, colours[:, _TWIN].flip(-1), colours)
    overall = (source * known).sum((1, 3, 4)) / known.sum((1, 3, 4)).clamp(min=1e-6)  # (B, 3)
    filled = push_pull_torch(
        (source * known).flatten(0, 1), known.flatten(0, 1), overall.repeat_interleave(NUM_PARTS, 0)
    )
    return torch.cat([filled.unflatten(0, colours.shape[:2]), visibility], 2)


def fill_atlas_fast(texels: np.ndarray) -> np.ndarray:
    """`fill_atlas` for one atlas of seen texels (4, 14, h, w) uint8 -> (14, 4, h, w) float32."""
    planes = texels.astype(np.float32)
    planes /= 255
    known, coverage = planes[3], planes[3].mean((1, 2))
    hidden = (coverage < HIDDEN_COVERAGE) & (coverage[PART_MIRROR] > coverage)
    source = planes.copy()
    source[:, hidden] = planes[:, PART_MIRROR[hidden], :, ::-1]
    source[:3] *= source[3]
    sums = source.reshape(4, -1).sum(1)
    colours, weight = (cv2.merge([*x.reshape(-1, *ATLAS_PX)]) for x in (source[:3], source[3]))
    filled = push_pull(colours, weight, np.repeat(sums[:3] / max(float(sums[3]), 1e-6), NUM_PARTS))
    atlas = np.empty((NUM_PARTS, 4, *ATLAS_PX), np.float32)
    atlas[:, :3] = filled.transpose(2, 0, 1).reshape(3, NUM_PARTS, *ATLAS_PX).swapaxes(0, 1)
    atlas[:, 3] = known
    return atlas


def _inside(shape: Tensor) -> Tensor:
    return ((shape - 0.5) / (INNER_SHAPE - 0.5)).clamp(0, 1)


def _texel_grid(affine_px: Tensor, crop_px: float) -> Tensor:
    """Where each texel lies in the crop: (B, 14, h, w, 2), normalised for `grid_sample`."""
    height, width = ATLAS_PX
    v, u = (
        (torch.arange(n, device=affine_px.device, dtype=affine_px.dtype) + 0.5) * 2 / n - 1 for n in (height, width)
    )
    points_px = (
        affine_px[..., None, None, :, 0] * u[:, None]
        + affine_px[..., None, None, :, 1] * v[:, None, None]
        + affine_px[..., None, None, :, 2]
    )
    return points_px * (2 / crop_px) - 1
