"""A texture sheet as a PNG file that any paint program opens, and an edited one read back."""

from pathlib import Path

import cv2
import numpy as np

from core_model.errors import PuppetPoseError
from core_model.export.images import write_png
from core_model.puppet.atlas import fill_atlas_fast
from core_model.skeleton import PARTS
from core_model.texture_sheet import CELLS, LABEL_PX, SHEET_PX, atlas_of, is_sheet, sheet_of

_INK = (214, 220, 228, 255)


class SheetError(PuppetPoseError):
    """A picture that is not a texture sheet."""


def write_sheet(path: Path, atlas: np.ndarray) -> None:
    """Atlas (14, 4, *ATLAS_PX) -> PNG with the parts' names; texels that were never seen are transparent, and keep
    their guessed colours. Raises OutputError."""
    sheet = sheet_of(atlas)
    for name, (rows, columns) in zip(PARTS, CELLS, strict=True):
        place = (columns.start, rows.start - LABEL_PX // 3)
        cv2.putText(sheet, name.replace("_", " "), place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, _INK, 1, cv2.LINE_AA)
    write_png(path, sheet)


def read_sheet(path: Path) -> np.ndarray:
    """The atlas (14, 4, *ATLAS_PX) float32 of a sheet, edited or not. Raises SheetError.

    Some programs drop the colours under transparent pixels: guesses that are all of one colour are guessed anew.
    """
    try:
        image = cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    except (OSError, cv2.error):
        image = None
    if image is None:
        raise SheetError(f"{path.name} cannot be read as an image.", "Choose a texture sheet that was saved as PNG.")
    if image.shape[:2] != SHEET_PX:
        raise SheetError(
            f"{path.name} is {image.shape[1]} x {image.shape[0]} pixels; a texture sheet is {SHEET_PX[1]} x "
            f"{SHEET_PX[0]}.",
            "Export a sheet, paint within its cells, and save it in the same size.",
        )
    if image.ndim != 3 or image.shape[2] != 4 or image.dtype != np.uint8:
        raise SheetError(
            f"{path.name} has no transparency, which says what was never seen.",
            "Save it as a PNG with 8 bits a channel and with transparency (RGBA).",
        )
    image = cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA)
    if not is_sheet(image):
        raise SheetError(
            f"{path.name} is not a texture sheet: what lies between its cells is something else.",
            "Export a sheet, paint within its cells, and leave what lies between them as it is.",
        )
    atlas = atlas_of(image)
    guesses = atlas[:, :3].swapaxes(0, 1)[:, atlas[:, 3] == 0]
    if guesses.size and np.ptp(guesses, axis=1).max() == 0:
        return fill_atlas_fast((atlas.swapaxes(0, 1) * 255 + 0.5).astype(np.uint8))
    return atlas
