"""The fast path: one placed puppet drawn on the CPU in a millisecond or two (numpy, cv2).

What `maps` computes softly for training is drawn here hard, part by part in its bounding box with a depth buffer; a
test holds the two together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from core_model.prediction import CROP_PX
from core_model.puppet.placement import PuppetPlacer, invert_affine
from core_model.puppet.template import TEXTURE_PX, Template
from core_model.skeleton import BACKGROUND, NUM_PARTS
from core_model.traced import traced

FAINT = 0.02
"""A part counts as absent from a pixel where its shape is fainter than this."""
_BEHIND_M = 100.0


class PlacedParts(NamedTuple):
    """The 14 parts in the crop, on the CPU."""

    forward: np.ndarray  # (14, 2, 3) (u, v, 1) -> pixels
    inverse: np.ndarray  # (14, 2, 3) (x, y, 1) pixels -> (u, v)
    depth_m: np.ndarray  # (14, 2) near, far


@dataclass(frozen=True, slots=True)
class Drawing:
    """A puppet drawn into a square image. Where no part is more than faint, all is 0 and the label background."""

    label: np.ndarray  # (S, S) uint8 the part in sight, BACKGROUND outside all outlines
    owner: np.ndarray  # (S, S) uint8 as `label`, but owned to the outer rim of the bands
    alpha: np.ndarray  # (S, S) float32 the owner's shape
    cover: np.ndarray  # (S, S) float32 the strongest shape: that of the person, without seams between parts
    uncertainty: np.ndarray  # (S, S) float32 of the owner's band: 1 on its outline


def place_parts(placer: PuppetPlacer, points_px: np.ndarray, depth_m: np.ndarray) -> PlacedParts:
    """Joints (21, 2) px and depths (21,) m -> the 14 parts, placed as `PuppetPlacer` does."""
    points, depth = (torch.as_tensor(np.asarray(x, np.float32))[None] for x in (points_px, depth_m))
    return PlacedParts(*(x[0].numpy() for x in _placing(placer)(points, depth)))


@lru_cache(maxsize=4)
def _placing(placer: PuppetPlacer) -> Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]:
    def place(points_px: Tensor, depth_m: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        affine, ends = (x.double() for x in placer(points_px, depth_m))
        return affine, invert_affine(affine), ends

    return traced(place)


def texture_maps(to_uv: np.ndarray, corners_px: np.ndarray, texture_px: tuple[int, int]) -> np.ndarray:
    """Maps (N, 2, 3) from crop pixels to (u, v) -> the same from the indices of windows whose first pixels are (x, y),
    (N, 2) or (2,), to a texture's (column, row); both as cv2 counts: a first pixel's centre is (0, 0)."""
    half = np.array(texture_px[::-1]) / 2
    maps = to_uv * half[:, None]
    maps[..., 2] += (maps[..., :2] @ (corners_px + 0.5)[..., None])[..., 0] + half - 0.5
    return maps


def draw(template: Template, parts: PlacedParts, size: int = CROP_PX) -> Drawing:
    """Draws placed parts into `size` x `size` crop pixels.

    Nearer parts hide farther ones within outlines; in the outer half of the bands the strongest shape owns the pixel.
    """
    canvas = Drawing(
        label=np.full((size, size), BACKGROUND, np.uint8),
        owner=np.full((size, size), BACKGROUND, np.uint8),
        alpha=np.zeros((size, size), np.float32),
        cover=np.zeros((size, size), np.float32),
        uncertainty=np.zeros((size, size), np.float32),
    )
    rank = np.full((size, size), _BEHIND_M * (2 - FAINT), np.float32)  # nothing fainter ever owns a pixel
    low, high = _windows(parts.forward, size)
    to_texel = texture_maps(parts.inverse, low, TEXTURE_PX)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for index in np.argsort(-parts.depth_m.sum(1)):
        (x0, y0), (x1, y1) = low[index].tolist(), high[index].tolist()
        if x0 < x1 and y0 < y1:
            shape = template.shape_relief_share[index]
            seen = cv2.warpAffine(shape, to_texel[index], (x1 - x0, y1 - y0), flags=flags)
            _put_part(canvas, rank, np.s_[y0:y1, x0:x1], seen, int(index), parts.depth_m[index].tolist())
    area = np.s_[low[:, 1].min() : high[:, 1].max(), low[:, 0].min() : high[:, 0].max()]
    alpha, owner = canvas.alpha[area], canvas.owner[area]
    cv2.copyTo(owner, (alpha >= 0.5).view(np.uint8), canvas.label[area])
    band = cv2.addWeighted(np.abs(alpha - np.float32(0.5)), -2, alpha, 0, 1)
    cv2.copyTo(band, (owner != BACKGROUND).view(np.uint8), canvas.uncertainty[area])
    return canvas


def paint(parts: PlacedParts, owner: np.ndarray, atlases: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Colours and visibility (S, S, 4) float32 of each atlas (14, 4, h, w) on the parts that own each pixel, owner
    (S, S) uint8; zeros where nobody is. All textures lie under each other in one image, so that one look-up paints all
    parts, and the same look-up serves all atlases."""
    rows, columns = (np.flatnonzero((owner != BACKGROUND).any(axis)) for axis in (1, 0))
    canvases = [np.zeros((*owner.shape, 4), np.float32) for _ in atlases]
    if not len(rows):
        return canvases
    area = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = atlases[0].shape[2:]
    to_texel = texture_maps(parts.inverse, np.array([columns[0], rows[0]]), (height, width))
    column, row = _texels(to_texel, owner[area], height)
    for canvas, atlas in zip(canvases, atlases, strict=True):
        sheet = np.zeros((NUM_PARTS + 1, height, width, 4), np.float32)
        sheet[:NUM_PARTS] = atlas.transpose(0, 2, 3, 1)
        canvas[area] = cv2.remap(
            sheet.reshape(-1, width, 4), column, row, interpolation=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    return canvases


def _texels(to_texel: np.ndarray, own: np.ndarray, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Column and row, float32, of the texel that each pixel of `own` (h, w) shows, in all textures, each `height` high,
    under each other; from maps (14, 2, 3) of pixels to the texels of each."""
    a, b, c = np.concatenate([to_texel, np.zeros((1, 2, 3))]).astype(np.float32).transpose(2, 1, 0)  # the last: nobody
    x, y = np.arange(own.shape[1], dtype=np.float32), np.arange(own.shape[0], dtype=np.float32)[:, None]
    column, row = (a[i][own] * x + b[i][own] * y + c[i][own] for i in (0, 1))
    return column, np.clip(row, 0, height - 1) + own * np.float32(height)  # within its own texture


def _windows(forward: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """First and last but one x, y (N, 2) of the pixels that each part may touch, within the crop; empty outside it."""
    reach = np.abs(forward[..., :2]).sum(-1)
    low, high = np.floor(forward[..., 2] - reach), np.ceil(forward[..., 2] + reach)
    return np.clip(low, 0, size).astype(int), np.clip(high, 0, size).astype(int)


def _put_part(
    canvas: Drawing,
    rank: np.ndarray,
    area: tuple[slice, slice],
    seen: np.ndarray,
    index: int,
    depth_m: tuple[float, float],
) -> None:
    """Puts a part's shape, relief and share of its depth (h, w, 3) where it lies in the canvas. In cv2, which takes a
    third of numpy's time here."""
    near, far = depth_m
    alpha, relief, share = cv2.split(seen)
    shown_alpha, cover, owned, ranked = (plane[area] for plane in (canvas.alpha, canvas.cover, canvas.owner, rank))
    depth = cv2.addWeighted(share, far - near, relief, -1, near)
    beside = cv2.addWeighted(alpha, -_BEHIND_M, alpha, 0, 2 * _BEHIND_M)  # off the outline, the strongest shape is next
    cv2.copyTo(beside, (alpha < 0.5).view(np.uint8), depth)
    wins = (depth < ranked).view(np.uint8)
    cv2.max(cover, alpha, cover)
    cv2.copyTo(depth, wins, ranked)
    cv2.copyTo(alpha, wins, shown_alpha)
    cv2.copyTo(np.full(alpha.shape, index, np.uint8), wins, owned)
