"""Photographs as if they were a video: a folder in natural order, or a single image."""

import re
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np

from core_model.errors import MediaError

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".jp2"})
IMAGES_PER_S = 5.0
"""The pace at which images are leafed through."""


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts `frame_2` before `frame_10`.

    >>> sorted(["b10", "b9", "a"], key=natural_key)
    ['a', 'b9', 'b10']
    """
    pieces = re.split(r"(\d+)", name.lower())
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces if p)


def read_image(path: Path) -> np.ndarray:
    """(H, W, 3) uint8 RGB, turned as its EXIF orientation says. `MediaError` where it cannot be read."""
    try:
        data = np.fromfile(path, dtype=np.uint8)  # not cv2.imread: it cannot open every name on every system
    except OSError as error:
        raise MediaError(
            f"{path.name} cannot be read ({error.strerror}).", "Check that it exists and is yours."
        ) from error
    if data.size == 0:
        raise MediaError(f"{path.name} is empty (0 bytes).", "Copy or download it again.")
    try:
        image = cv2.imdecode(data, cv2.IMREAD_COLOR)
    except cv2.error:
        image = None
    if image is None:
        raise MediaError(f"{path.name} is not an image that can be decoded.", "Save it again as PNG or JPEG.")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


class ImageReader:
    """Images one after another, with the face of a video reader. They may differ in size; `pts_s` is NaN."""

    problem: str | None = None
    fps = IMAGES_PER_S

    def __init__(self, path: Path) -> None:
        self.path = path
        files = image_files(path) if path.is_dir() else [path]
        if not files:
            raise MediaError(f"The folder {path.name} holds no images.", "Choose a folder with PNG or JPEG files.")
        self._files = files
        self.image_names: tuple[str, ...] | None = tuple(file.name for file in files)
        self.pts_s = np.full(len(files), np.nan)
        height, width = self._first().shape[:2]
        self.frame_size_px = (width, height)
        """Width and height of the first image that can be read."""

    def _first(self) -> np.ndarray:
        errors = []
        for file in self._files:
            try:
                return read_image(file)
            except MediaError as error:
                errors.append(error)
        raise errors[0]

    def __len__(self) -> int:
        return len(self._files)

    def frame(self, i: int) -> np.ndarray:
        """The `i`-th image, (H, W, 3) uint8 RGB. `IndexError` outside, `MediaError` for a damaged one."""
        if not 0 <= i < len(self):
            raise IndexError(f"image {i} of {len(self)}")
        return read_image(self._files[i])

    def close(self) -> None:
        """Nothing to free; here so that all readers are alike."""

    def __enter__(self) -> "ImageReader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def image_files(folder: Path) -> list[Path]:
    """The images of a folder (not of folders in it) in natural order, hidden files left out."""
    found = (p for p in folder.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES and not p.name.startswith("."))
    return sorted((p for p in found if p.is_file()), key=lambda p: natural_key(p.name))
