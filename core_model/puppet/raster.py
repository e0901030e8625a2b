"""The fast path: one placed puppet drawn on the CPU in a millisecond or two (numpy, cv2).

What `maps` computes softly for training is drawn here hard, part by part in its bounding box with a depth buffer; a
test holds the two together.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from core_model.prediction import CROP_PX
from core_model.puppet.placement import PuppetPlacer
from core_model.puppet.template import TEXTURE_PX, Template
from core_model.skeleton import BACKGROUND, NUM_PARTS

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
    uncertainty: np.ndarray  # (S, S) float32
    paint: np.ndarray  # (S, S, 4) float32 the owner's atlas colours and visibility; zeros without an atlas


def place_parts(placer: PuppetPlacer, points_px: np.ndarray, depth_m: np.ndarray) -> list[PlacedPart]:
    """Joints (21, 2) px and depths (21,) m -> the 14 parts, placed as `PuppetPlacer` does."""
    with torch.inference_mode():
        points, depth = (torch.as_tensor(np.asarray(x, np.float32))[None] for x in (points_px, depth_m))
        affine, ends = (x[0].double().numpy() for x in placer(points, depth))
    square = np.concatenate([affine, np.broadcast_to([[[0.0, 0.0, 1.0]]], (NUM_PARTS, 1, 3))], axis=1)
    return [PlacedPart(*part) for part in zip(affine, np.linalg.inv(square)[:, :2], ends, strict=True)]


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


def draw(template: Template, parts: list[PlacedPart], atlas: np.ndarray | None = None, size: int = CROP_PX) -> Drawing:
    """Draws placed parts (and their textures, atlas (14, h, w, 4) float32) into `size` x `size` crop pixels.

    Nearer parts hide farther ones within outlines; in the outer half of the bands the strongest shape owns the pixel.
    """
    canvas = Drawing(
        label=np.full((size, size), BACKGROUND, np.uint8),
        owner=np.full((size, size), BACKGROUND, np.uint8),
        alpha=np.zeros((size, size), np.float32),
        cover=np.zeros((size, size), np.float32),
        uncertainty=np.zeros((size, size), np.float32),
        paint=np.zeros((size, size, 4), np.float32),
    )
    rank = np.full((size, size), 3 * _BEHIND_M, np.float32)
    for index in np.argsort([-part.depth_m.mean() for part in parts]):
        window = _window(parts[index].forward, size)
        if window is not None:
            texture = None if atlas is None else atlas[index]
            _draw_part(canvas, rank, template, int(index), parts[index], window, texture)
    canvas.label[:] = np.where(canvas.alpha >= 0.5, canvas.owner, BACKGROUND)
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
    texture: np.ndarray | None,
) -> None:
    """Draws one part into its window of the canvas, in place."""
    x0, y0, x1, y1 = window
    area, dsize = np.s_[y0:y1, x0:x1], (x1 - x0, y1 - y0)
    to_uv = shift_pixels(part.inverse, x0, y0)
    shape = _warp(template.shape_relief[index], to_uv, TEXTURE_PX, dsize)
    alpha, relief = shape[..., 0], shape[..., 1]
    v = (to_uv[1, 0] * np.arange(dsize[0]) + to_uv[1, 2]) + (to_uv[1, 1] * np.arange(dsize[1]))[:, None]
    top, bottom = template.rect_cm[index, 1::2]
    share = ((v * ((bottom - top) / 2) + (bottom + top) / 2) / template.length_cm[index]).astype(np.float32)
    depth = part.depth_m[0] + np.clip(share, 0, 1) * np.float32(part.depth_m[1] - part.depth_m[0]) - relief
    depth = np.where(alpha < 0.5, _BEHIND_M * (2 - alpha), depth).astype(np.float32)
    band = 1 - np.abs(2 * alpha - 1)
    wins = (depth < rank[area]) & (alpha > FAINT)
    in_front = (depth < rank[area]) | (canvas.alpha[area] < 0.5)
    below = canvas.uncertainty[area]
    below[:] = np.where(
        in_front, np.maximum(below * (1 - alpha), band), np.maximum(below, band * (1 - canvas.alpha[area]))
    )
    np.maximum(canvas.cover[area], alpha, out=canvas.cover[area])
    np.copyto(rank[area], depth, where=wins)
    np.copyto(canvas.alpha[area], alpha, where=wins)
    np.copyto(canvas.owner[area], np.uint8(index), where=wins)
    if texture is not None:
        painted = _warp(texture, to_uv, texture.shape[:2], dsize, cv2.BORDER_REPLICATE)
        np.copyto(canvas.paint[area], painted, where=wins[..., None])


def _warp(
    texture: np.ndarray,
    to_uv: np.ndarray,
    texture_px: tuple[int, ...],
    dsize: tuple[int, int],
    border: int = cv2.BORDER_CONSTANT,
) -> np.ndarray:
    """A texture seen through a map from window indices to (u, v)."""
    matrix = texture_map(to_uv, (texture_px[0], texture_px[1]))
    return cv2.warpAffine(texture, matrix, dsize, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=border)
