"""The fast path: one placed puppet drawn on the CPU in a millisecond or two (numpy, cv2).

What `maps` computes softly for training is drawn here hard, part by part in its bounding box with a depth buffer; a
test holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """One part in the crop, on the CPU."""

    forward: np.ndarray  # (2, 3) (u, v, 1) -> pixels
    inverse: np.ndarray  # (2, 3) (x, y, 1) pixels -> (u, v)
    depth_m: np.ndarray  # (2,) near, far


@dataclass(frozen=True, slots=True)
class Drawing:
    """A puppet drawn into a square image. Where no part is more than faint, all is 0 and the label background."""

    label: np.ndarray  # (S, S) uint8 the part in sight, BACKGROUND outside all outlines
    owner: np.ndarray  # (S, S) uint8 as `label`, but owned to the outer rim of the bands
    alpha: np.ndarray  # (S, S) float32 the owner's shape
    cover: np.ndarray  # (S, S) float32 the strongest shape: that of the person, without seams between parts
    uncertainty: np.ndarray  # (S, S) float32 of the owner's band: 1 on its outline


def place_parts(placer: PuppetPlacer, points_px: np.ndarray, depth_m: np.ndarray) -> list[PlacedPart]:
    """Joints (21, 2) px and depths (21,) m -> the 14 parts, placed as `PuppetPlacer` does."""
    points, depth = (torch.as_tensor(np.asarray(x, np.float32))[None] for x in (points_px, depth_m))
    affine, inverse, ends = (x[0].numpy() for x in _placing(placer)(points, depth))
    return [PlacedPart(*part) for part in zip(affine, inverse, ends, strict=True)]


@lru_cache(maxsize=4)
def _placing(placer: PuppetPlacer) -> Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]:
    def place(points_px: Tensor, depth_m: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        affine, ends = (x.double() for x in placer(points_px, depth_m))
        return affine, invert_affine(affine), ends

    return traced(place)


def texture_map(to_uv: np.ndarray, texture_px: tuple[int, int]) -> np.ndarray:
    """A map to (u, v) (2, 3) -> the same to a texture's (column, row) for cv2, whose first pixel centre is (0, 0)."""
    half = np.array([[texture_px[1] / 2], [texture_px[0] / 2]])
    mapped = to_uv * half
    mapped[:, 2:] += half - 0.5
    return mapped


def shift_pixels(to_uv: np.ndarray, x: float, y: float) -> np.ndarray:
    """A map from crop pixels -> the same map from the indices of a window whose first pixel is (x, y)."""
    shifted = to_uv.copy()
    shifted[:, 2] += to_uv[:, :2] @ [x + 0.5, y + 0.5]
    return shifted


def draw(template: Template, parts: list[PlacedPart], size: int = CROP_PX) -> Drawing:
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
    for index in np.argsort([-part.depth_m.mean() for part in parts]):
        window = _window(parts[index].forward, size)
        if window is not None:
            _draw_part(canvas, rank, template, int(index), parts[index], window)
    cv2.copyTo(canvas.owner, (canvas.alpha >= 0.5).view(np.uint8), canvas.label)
    band = cv2.addWeighted(np.abs(canvas.alpha - np.float32(0.5)), -2, canvas.alpha, 0, 1)
    cv2.copyTo(band, (canvas.owner != BACKGROUND).view(np.uint8), canvas.uncertainty)
    return canvas


def paint(parts: list[PlacedPart], owner: np.ndarray, atlas: np.ndarray) -> np.ndarray:
    """Colours and visibility (S, S, 4) float32 of an atlas (14, 4, h, w) on the parts that own each pixel, owner (S, S)
    uint8; zeros where nobody is. All textures lie under each other in one image, so one look-up paints all parts."""
    rows, columns = (np.flatnonzero((owner != BACKGROUND).any(axis)) for axis in (1, 0))
    canvas = np.zeros((*owner.shape, 4), np.float32)
    if not len(rows):
        return canvas
    area = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    own = owner[area]
    height, width = atlas.shape[2:]
    to_texel = np.stack([texture_map(shift_pixels(p.inverse, columns[0], rows[0]), (height, width)) for p in parts])
    a, b, c = np.append(to_texel, np.zeros((1, 2, 3)), axis=0).astype(np.float32).transpose(2, 1, 0)
    x, y = np.arange(own.shape[1], dtype=np.float32), np.arange(own.shape[0], dtype=np.float32)[:, None]
    column, row = (a[i][own] * x + b[i][own] * y + c[i][own] for i in (0, 1))
    row = np.clip(row, 0, height - 1) + own * np.float32(height)  # within its own texture
    sheet = np.zeros((NUM_PARTS + 1, height, width, 4), np.float32)
    sheet[:NUM_PARTS] = atlas.transpose(0, 2, 3, 1)
    canvas[area] = cv2.remap(
        sheet.reshape(-1, width, 4), column, row, interpolation=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return canvas


def _window(forward: np.ndarray, size: int) -> tuple[int, int, int, int] | None:
    """x0 y0 x1 y1 of the pixels that a part may touch; None when it lies outside."""
    reach = np.abs(forward[:, :2]).sum(1)
    low = np.clip(np.floor(forward[:, 2] - reach), 0, size).astype(int)
    high = np.clip(np.ceil(forward[:, 2] + reach), 0, size).astype(int)
    return None if (high <= low).any() else (low[0], low[1], high[0], high[1])


def _draw_part(
    canvas: Drawing,
    rank: np.ndarray,
    template: Template,
    index: int,
    part: PlacedPart,
    window: tuple[int, int, int, int],
) -> None:
    """Draws one part into its window of the canvas, in place. In cv2, which takes a third of numpy's time here."""
    x0, y0, x1, y1 = window
    near, far = (float(depth) for depth in part.depth_m)
    to_texel = texture_map(shift_pixels(part.inverse, x0, y0), TEXTURE_PX)
    seen = cv2.warpAffine(
        template.shape_relief_share[index], to_texel, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    alpha, relief, share = cv2.split(seen)
    shown_alpha, cover, owned, ranked = (
        plane[y0:y1, x0:x1] for plane in (canvas.alpha, canvas.cover, canvas.owner, rank)
    )
    depth = cv2.addWeighted(share, far - near, relief, -1, near)
    beside = cv2.addWeighted(alpha, -_BEHIND_M, alpha, 0, 2 * _BEHIND_M)  # off the outline, the strongest shape is next
    cv2.copyTo(beside, (alpha < 0.5).view(np.uint8), depth)
    wins = (depth < ranked).view(np.uint8)
    cv2.max(cover, alpha, cover)
    cv2.copyTo(depth, wins, ranked)
    cv2.copyTo(alpha, wins, shown_alpha)
    cv2.copyTo(np.full(alpha.shape, index, np.uint8), wins, owned)
