"""Drawings that several panes share: a skeleton, and part maps as colours."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from core_model.colours import JOINT_RGB, LIMB_RGB, PART_RGB
from core_model.skeleton import BACKGROUND, LIMBS

_MIN_OPACITY = 0.25
_DARK, _EDGE = (0, 0, 0), 0.45
_LIGHT_JOINTS = [[min(round(1.3 * value), 255) for value in rgb] for rgb in JOINT_RGB.tolist()]
_UNDER_DOUBT = 0.3
_DOUBT_RGB = np.array([255, 176, 64], dtype=np.float32)
_STRIPE_PX, _STRIPE_EVERY_PX = 1, 4
_STRIPE_RGB = np.array([127, 40, 110], dtype=np.uint8)  # half of a stripe's colour


def draw_skeleton(
    painter: QPainter, joints_px: np.ndarray, confidence: np.ndarray | None = None, *, width_px: float = 3.0
) -> None:
    """Joints (21, 2) and limbs; the less confident, the paler. Widths are pixels of the screen."""
    points = [QPointF(x, y) for x, y in joints_px.tolist()]
    sure = np.ones(len(points)) if confidence is None else np.clip(confidence, _MIN_OPACITY, 1)
    limbs = [(points[a], points[b], float(min(sure[a], sure[b]))) for a, b in LIMBS]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_pen(_DARK, _EDGE * float(np.mean(sure)), width_px + 2))  # a dark edge first: seen on all
    painter.drawLines([QLineF(start, end) for start, end, _ in limbs])
    for (start, end, sureness), rgb in zip(limbs, LIMB_RGB.tolist(), strict=True):
        painter.setPen(_pen(rgb, sureness, width_px))
        painter.drawLine(start, end)
    for point, sureness, rgb in zip(points, sure.tolist(), _LIGHT_JOINTS, strict=True):
        painter.setPen(_pen(rgb, sureness, width_px + 3))
        painter.drawPoint(point)


def _pen(rgb: Sequence[int], opacity: float, width_px: float) -> QPen:
    red, green, blue = rgb
    colour = QColor(red, green, blue, round(255 * opacity))
    pen = QPen(colour, width_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setCosmetic(True)
    return pen


def part_colours(
    parts: np.ndarray, *, fill: float, outline: bool, isolated: int | None = None, rest: float = 0.0
) -> np.ndarray:
    """Part map (H, W) uint8 -> RGBA (H, W, 4) uint8: filled with opacity `fill`, and edged.

    With one part `isolated` the others have opacity `rest` times theirs.
    """
    table = np.zeros((256, 4), dtype=np.uint8)
    table[:BACKGROUND, :3] = PART_RGB
    weight = np.ones(BACKGROUND) if isolated is None else np.where(np.arange(BACKGROUND) == isolated, 1.0, rest)
    table[:BACKGROUND, 3] = np.round(255 * fill * weight)
    rgba = table.view(np.uint32)[:, 0].take(parts).view(np.uint8).reshape(*parts.shape, 4)  # four bytes at once
    if outline:
        edges = np.zeros(parts.shape, dtype=bool)
        edges[:, 1:] |= parts[:, 1:] != parts[:, :-1]
        edges[1:] |= parts[1:] != parts[:-1]
        edges[:, :-1] |= edges[:, 1:]
        edged = np.zeros(256, dtype=bool)
        edged[:BACKGROUND] = weight > 0
        edges &= edged.take(parts)
        rgba[..., 3][edges] = 255
    return rgba


def isolate(image: np.ndarray, parts: np.ndarray, isolated: int | None) -> np.ndarray:
    """Image (H, W, 3) uint8 with all but one part of the map (H, W) dimmed; None: as it is."""
    return image if isolated is None else np.where((parts == isolated)[..., None], image, image // 5 * 2)


def uncertainty_colours(crop: np.ndarray, part_sure: np.ndarray) -> np.ndarray:
    """The dimmed crop (H, W, 3), the brighter orange the less sure the parts (H, W) are: uint8 all of them."""
    doubt = 1 - part_sure[..., None].astype(np.float32) / 255
    grey = crop.mean(axis=2, keepdims=True, dtype=np.float32) * _UNDER_DOUBT
    return (grey * (1 - doubt) + _DOUBT_RGB * doubt).astype(np.uint8)


def stripes(image: np.ndarray, where: np.ndarray) -> np.ndarray:
    """A copy of images (..., H, W, 3) uint8 with stripes over them where (..., H, W) bool."""
    y, x = np.ogrid[: where.shape[-2], : where.shape[-1]]
    struck = where & ((x + y) % _STRIPE_EVERY_PX < _STRIPE_PX)
    return np.where(struck[..., None], image // 2 + _STRIPE_RGB, image)
