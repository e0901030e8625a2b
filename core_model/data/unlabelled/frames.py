"""The frames of one shot, held in memory as JPEG: a background is made from many of them."""

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np

from core_model.geometry.crop import crop_matrix
from core_model.prediction import CROP_PX
from core_model.skeleton import BACKGROUND, LIMBS

LONG_SIDE_PX = 960
"""Frames are held no larger than this."""
GREY_SIDE_PX = 640
"""Frames with a longer side are halved to follow corners in them."""
MARGIN_PX, LIMB_PX = 13, 25
"""Of a crop: how much more than the person is hidden, and how thick a limb is taken to be at least."""
_QUALITY = 95
_GREY = {1: cv2.IMREAD_GRAYSCALE, 2: cv2.IMREAD_REDUCED_GRAYSCALE_2}


@dataclass(frozen=True, slots=True)
class Figure:
    """Where a person may be in a crop."""

    hidden: np.ndarray  # (CROP_PX, CROP_PX) bool
    box_px: np.ndarray  # (4,) the crop, in pixels of the frames as they are held


def figure_mask(parts: np.ndarray, points_px: np.ndarray) -> np.ndarray:
    """Part index (S, S) and joints (21, 2) in a crop -> (S, S) bool, generous: what either of them calls a person."""
    mask = (parts != BACKGROUND).astype(np.uint8)
    points = points_px.clip(-CROP_PX, 2 * CROP_PX).round().astype(int)
    for parent, child in LIMBS:
        cv2.line(mask, points[parent].tolist(), points[child].tolist(), 1, LIMB_PX)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (MARGIN_PX, MARGIN_PX))
    return cv2.dilate(mask, disc).astype(bool)


@dataclass
class Frames:
    """Frames in order of time; `figures[k]` is the person in frame k, None where nobody was found."""

    scale: float  # held pixels over the video's
    reduction: int  # held pixels over those of the grey images: 1 or 2
    figures: list[Figure | None] = field(default_factory=list)
    _coded: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.colour = lru_cache(maxsize=48)(self._colour)
        self.grey = lru_cache(maxsize=48)(self._grey)
        self.hidden = lru_cache(maxsize=48)(self._hidden)

    @classmethod
    def of_size(cls, frame_size_px: tuple[int, int]) -> "Frames":
        """For frames of that width and height."""
        scale = min(1.0, LONG_SIDE_PX / max(frame_size_px))
        return cls(scale, 2 if scale * max(frame_size_px) > GREY_SIDE_PX else 1)

    def __len__(self) -> int:
        return len(self._coded)

    def add(self, frame: np.ndarray, figure: Figure | None) -> None:
        """The next frame (H, W, 3) uint8."""
        if self.scale < 1:
            frame = cv2.resize(frame, None, fx=self.scale, fy=self.scale, interpolation=cv2.INTER_AREA)
        bgr = cv2.cvtColor(frame, cv2.COLOR_RGB2BGR)
        self._coded.append(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])
        self.figures.append(figure)

    def _colour(self, k: int) -> np.ndarray:
        """(h, w, 3) uint8."""
        return cv2.cvtColor(_decoded(self._coded[k], cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)

    def _grey(self, k: int) -> np.ndarray:
        """(h / reduction, w / reduction) uint8: large enough to follow corners."""
        return _decoded(self._coded[k], _GREY[self.reduction])

    def _hidden(self, k: int) -> np.ndarray:
        """(h, w) bool: where the person may be."""
        height, width = self.colour(k).shape[:2]
        figure = self.figures[k]
        if figure is None:
            return np.zeros((height, width), bool)
        back = cv2.invertAffineTransform(held_to_crop(figure.box_px)[:2])
        mask = figure.hidden.astype(np.uint8)
        return cv2.warpAffine(mask, back, (width, height), flags=cv2.INTER_NEAREST).astype(bool)

    def free_grey(self, k: int) -> np.ndarray:
        """As `grey`, bool: where it shows background."""
        grey = self.grey(k)
        hidden = cv2.dilate(self.hidden(k).astype(np.uint8), np.ones((9, 9), np.uint8))
        return cv2.resize(hidden, grey.shape[::-1], interpolation=cv2.INTER_NEAREST) == 0

    @property
    def held_to_grey(self) -> np.ndarray:
        """(3, 3) from held pixels to those of the grey images, both as cv2 counts them (centres at integers)."""
        scale = 1 / self.reduction
        return np.array([[scale, 0, (scale - 1) / 2], [0, scale, (scale - 1) / 2], [0, 0, 1]])

    def spread(self, count: int) -> list[int]:
        """Up to `count` frames, evenly spread."""
        return np.unique(np.linspace(0, len(self) - 1, count).round().astype(int)).tolist() if len(self) else []


def _decoded(coded: np.ndarray, flags: int) -> np.ndarray:
    image = cv2.imdecode(coded, flags)
    assert image is not None  # it was coded here
    return image


def held_to_crop(box_px: np.ndarray) -> np.ndarray:
    """(3, 3) from held pixels to the crop's, both as cv2 counts them (centres at integers)."""
    matrix = np.vstack([crop_matrix(box_px, CROP_PX), [0, 0, 1]])
    matrix[:2, 2] += matrix[:2, :2] @ np.array([0.5, 0.5]) - 0.5
    return matrix
