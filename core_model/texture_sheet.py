"""A person's appearance as one picture: the part atlas laid out as a texture sheet, and back (numpy only).

Each part is a cell of its own, upright, laid out as the person stands before us with their arms out: their right is on
the left. Alpha is how well a texel was seen: where it is 0 the colour is a guess.
"""

import numpy as np

from core_model.prediction import ATLAS_PX
from core_model.skeleton import NUM_PARTS, PARTS

GRID = (
    ("r_hand", "r_forearm", "r_upper_arm", "head", "l_upper_arm", "l_forearm", "l_hand"),
    ("r_foot", "r_shin", "r_thigh", "torso", "l_thigh", "l_shin", "l_foot"),
)
_HEAD = PARTS.index("head")
"""Its near end, the neck, is below: its texels are turned by half a turn."""
TEXEL_PX = 4
"""Pixels of the sheet along a texel: large enough to paint on."""
GAP_PX, LABEL_PX = 4 * TEXEL_PX, 6 * TEXEL_PX
GROUND_RGB = (38, 42, 48)
_CELL_PX = (ATLAS_PX[0] * TEXEL_PX, ATLAS_PX[1] * TEXEL_PX)
SHEET_PX = (
    len(GRID) * (LABEL_PX + _CELL_PX[0]) + (len(GRID) + 1) * GAP_PX,
    len(GRID[0]) * _CELL_PX[1] + (len(GRID[0]) + 1) * GAP_PX,
)
"""Height and width."""


def _corner(part: str) -> tuple[int, int]:
    row, column = next((r, line.index(part)) for r, line in enumerate(GRID) if part in line)
    return GAP_PX + row * (LABEL_PX + _CELL_PX[0] + GAP_PX) + LABEL_PX, GAP_PX + column * (_CELL_PX[1] + GAP_PX)


CELLS = tuple((slice(y, y + _CELL_PX[0]), slice(x, x + _CELL_PX[1])) for y, x in (_corner(part) for part in PARTS))
"""(14) rows and columns of each part in the sheet; its name stands in the `LABEL_PX` rows above."""


def sheet_of(atlas: np.ndarray) -> np.ndarray:
    """Atlas (14, 4, *ATLAS_PX) float32 in [0, 1] -> sheet (*SHEET_PX, 4) uint8 RGBA, without names."""
    return laid_out(texels_of(atlas))


def texels_of(atlas: np.ndarray) -> np.ndarray:
    """Atlas (14, 4, *ATLAS_PX) float32 in [0, 1] -> (14, *ATLAS_PX, 4) uint8 RGBA."""
    return (np.clip(atlas, 0, 1) * 255 + 0.5).astype(np.uint8).transpose(0, 2, 3, 1)


def laid_out(texels: np.ndarray) -> np.ndarray:
    """Texels (14, *ATLAS_PX, 4) uint8 in their cells: (*SHEET_PX, 4) uint8."""
    small = np.full((SHEET_PX[0] // TEXEL_PX, SHEET_PX[1] // TEXEL_PX, 4), (*GROUND_RGB, 255), np.uint8)
    for cell, part in zip(CELLS, _turned(texels), strict=True):
        small[tuple(slice(s.start // TEXEL_PX, s.stop // TEXEL_PX) for s in cell)] = part
    pixels = small.view(np.uint32)[..., 0]  # all channels at once: ten times as quick
    return pixels.repeat(TEXEL_PX, axis=0).repeat(TEXEL_PX, axis=1)[..., None].view(np.uint8)


def atlas_of(sheet: np.ndarray) -> np.ndarray:
    """The inverse of `sheet_of`: (14, 4, *ATLAS_PX) float32, each texel the mean of its pixels.

    >>> bool((atlas_of(sheet_of(np.ones((14, 4, 48, 32), np.float32))) == 1).all())
    True
    """
    atlas = np.empty((NUM_PARTS, 4, *ATLAS_PX), np.float32)
    for part, cell in enumerate(CELLS):
        blocks = sheet[cell].reshape(ATLAS_PX[0], TEXEL_PX, ATLAS_PX[1], TEXEL_PX, 4)
        atlas[part] = blocks.mean((1, 3), dtype=np.float32).transpose(2, 0, 1) / 255
    return _turned(atlas.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)


def _turned(texels: np.ndarray) -> np.ndarray:
    """Texels (14, *ATLAS_PX, 4) with the head the other way up: from the atlas to the sheet, and back."""
    upright = texels.copy()
    upright[_HEAD] = texels[_HEAD, ::-1, ::-1]
    return upright


def is_sheet(image: np.ndarray) -> bool:
    """Whether the ground between the cells of an image (*SHEET_PX, 4) uint8 is that of a sheet, but for small marks."""
    between = np.ones(SHEET_PX, bool)
    for rows, columns in CELLS:
        between[rows.start - LABEL_PX : rows.stop, columns] = False
    ground = np.array([*GROUND_RGB, 255], np.int16)
    return bool((np.abs(image[between] - ground) <= 8).all(-1).mean() > 0.9)


def part_at(x: int, y: int) -> int | None:
    """The part whose cell holds a pixel of the sheet."""
    for part, (rows, columns) in enumerate(CELLS):
        if rows.start <= y < rows.stop and columns.start <= x < columns.stop:
            return part
    return None
