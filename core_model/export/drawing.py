"""A sheet of lines and words as SVG or PNG, with nothing but the standard library and OpenCV."""

from pathlib import Path
from typing import Literal, Protocol
from xml.etree import ElementTree

import cv2
import numpy as np

from core_model.errors import PuppetPoseError
from core_model.export.folder import written_aside
from core_model.export.images import write_png
from core_model.export.svg import add, sheet

RGB = tuple[int, int, int]
Anchor = Literal["start", "middle", "end"]
SHEET: RGB = (255, 255, 255)


class Drawing(Protocol):
    """What can be drawn on: pixels from the upper left corner."""

    def line(self, points_px: np.ndarray, rgb: RGB, width_px: float = 1.0) -> None:
        """Through points (N, 2), N > 1."""

    def dot(self, point_px: np.ndarray, rgb: RGB, radius_px: float) -> None:
        """About a point (2,)."""

    def text(self, place_px: tuple[float, float], words: str, rgb: RGB, anchor: Anchor = "start") -> None:
        """In ASCII, on a line at this height."""

    def save(self, path: Path) -> None:
        """Raises OutputError."""


def drawing_for(path: Path, size_px: tuple[int, int], title: str) -> Drawing:
    """An empty sheet of width and height that will be a file of the path's kind. Raises PuppetPoseError."""
    match path.suffix.lower():
        case ".svg":
            return SvgDrawing(size_px, title)
        case ".png":
            return PngDrawing(size_px)
    raise PuppetPoseError(f"{path.name} is no picture that can be drawn.", "End it in .svg or .png.")


class SvgDrawing:
    """Scales without loss."""

    def __init__(self, size_px: tuple[int, int], title: str) -> None:
        self._svg = sheet(*size_px, title)

    def line(self, points_px: np.ndarray, rgb: RGB, width_px: float = 1.0) -> None:
        """A path."""
        way = "M" + " L".join(f"{x:.2f} {y:.2f}" for x, y in points_px)
        add(self._svg, "path", d=way, stroke=_hex(rgb), stroke_width=width_px, stroke_linejoin="round")

    def dot(self, point_px: np.ndarray, rgb: RGB, radius_px: float) -> None:
        """A circle."""
        x, y = (float(v) for v in point_px)
        add(self._svg, "circle", cx=x, cy=y, r=radius_px, fill=_hex(rgb))

    def text(self, place_px: tuple[float, float], words: str, rgb: RGB, anchor: Anchor = "start") -> None:
        """As text that can be searched."""
        x, y = place_px
        add(self._svg, "text", words, x=x, y=y, fill=_hex(rgb), text_anchor=anchor)

    def save(self, path: Path) -> None:
        """UTF-8."""
        ElementTree.indent(self._svg)
        with written_aside(path) as aside:
            aside.write_text(ElementTree.tostring(self._svg, encoding="unicode") + "\n", encoding="utf-8")


class PngDrawing:
    """Twice as many pixels as the sheet's size says, for sharp prints."""

    _scale, _sub = 2, 4

    def __init__(self, size_px: tuple[int, int]) -> None:
        width, height = size_px
        self._image = np.full((height * self._scale, width * self._scale, 3), SHEET, np.uint8)

    def _fixed(self, points_px: np.ndarray) -> np.ndarray:
        """OpenCV's fixed-point pixels."""
        return (np.asarray(points_px, float) * self._scale * 2**self._sub).round().astype(np.int32)

    def line(self, points_px: np.ndarray, rgb: RGB, width_px: float = 1.0) -> None:
        """Smooth edges."""
        width = max(1, round(width_px * self._scale))
        cv2.polylines(self._image, [self._fixed(points_px)], False, rgb, width, cv2.LINE_AA, self._sub)

    def dot(self, point_px: np.ndarray, rgb: RGB, radius_px: float) -> None:
        """Smooth edges."""
        x, y = self._fixed(point_px).tolist()
        radius = round(radius_px * self._scale * 2**self._sub)
        cv2.circle(self._image, (x, y), radius, rgb, -1, cv2.LINE_AA, self._sub)

    def text(self, place_px: tuple[float, float], words: str, rgb: RGB, anchor: Anchor = "start") -> None:
        """In OpenCV's own letters."""
        font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.42 * self._scale
        (width, _), _ = cv2.getTextSize(words, font, size, 1)
        x = place_px[0] * self._scale - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width
        at = (round(x), round(place_px[1] * self._scale))
        cv2.putText(self._image, words, at, font, size, rgb, 1, cv2.LINE_AA)

    def save(self, path: Path) -> None:
        """8 bits a channel."""
        write_png(path, self._image)


def _hex(rgb: RGB) -> str:
    return "#" + "".join(f"{v:02x}" for v in rgb)
