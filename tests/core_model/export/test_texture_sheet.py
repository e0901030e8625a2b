"""A texture sheet is read back as it was written; what is not one is said in words."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from core_model.export.images import write_png
from core_model.export.texture_sheet import SheetError, read_sheet, write_sheet
from core_model.prediction import ATLAS_PX
from core_model.skeleton import PARTS
from core_model.texture_sheet import CELLS, SHEET_PX, atlas_of, part_at, sheet_of


@pytest.fixture
def atlas() -> np.ndarray:
    """Noise, a third of it never seen."""
    rng = np.random.default_rng(0)
    atlas = rng.uniform(0, 1, (14, 4, *ATLAS_PX)).astype(np.float32)
    atlas[:, 3] *= rng.uniform(size=(14, *ATLAS_PX)) > 0.3
    return atlas


def test_what_was_written_is_read_back(atlas: np.ndarray, tmp_path: Path) -> None:
    write_sheet(tmp_path / "sheet.png", atlas)
    again = read_sheet(tmp_path / "sheet.png")
    assert np.abs(again - atlas).max() <= 0.5 / 255 + 1e-6
    write_sheet(tmp_path / "again.png", again)
    assert np.array_equal(read_sheet(tmp_path / "again.png"), again), "from then on nothing is lost"


def test_every_part_has_a_place_of_its_own() -> None:
    owners = np.zeros(SHEET_PX, int)
    for cell in CELLS:
        owners[cell] += 1
    assert owners.max() == 1
    for part, (rows, columns) in enumerate(CELLS):
        assert part_at(columns.start, rows.start) == part == part_at(columns.stop - 1, rows.stop - 1)
        assert part_at(columns.start - 1, rows.start) is None


def test_paint_is_seen_on_its_part_alone(atlas: np.ndarray, tmp_path: Path) -> None:
    sheet, torso = sheet_of(atlas), PARTS.index("torso")
    sheet[CELLS[torso]] = [255, 0, 0, 255]
    write_png(tmp_path / "painted.png", sheet)
    painted = read_sheet(tmp_path / "painted.png")
    assert (painted[torso] == np.array([1, 0, 0, 1])[:, None, None]).all(), "painted is seen"
    others = np.arange(14) != torso
    assert np.array_equal(painted[others], atlas_of(sheet_of(atlas))[others])


def test_guesses_that_a_program_dropped_are_guessed_anew(atlas: np.ndarray, tmp_path: Path) -> None:
    sheet = sheet_of(atlas)
    sheet[sheet[..., 3] == 0] = 0
    write_png(tmp_path / "dropped.png", sheet)
    again = read_sheet(tmp_path / "dropped.png")
    guess = again[:, 3] == 0
    assert again[:, :3].min(1)[guess].mean() > 0.1
    assert np.abs(again - atlas)[:, 3].max() <= 0.5 / 255 + 1e-6


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda sheet: sheet[:-1], "pixels"),
        (lambda sheet: sheet[..., :3].copy(), "transparency"),
        (lambda sheet: np.full_like(sheet, 200), "not a texture sheet"),
    ],
)
def test_what_is_not_a_sheet_is_said(change, word: str, atlas: np.ndarray, tmp_path: Path) -> None:
    write_png(tmp_path / "other.png", change(sheet_of(atlas)))
    with pytest.raises(SheetError, match=word) as raised:
        read_sheet(tmp_path / "other.png")
    assert "other.png" in raised.value.what
    assert raised.value.todo


@pytest.mark.parametrize("content", [None, b"", b"no picture"])
def test_no_picture_at_all(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "sheet.png").write_bytes(content)
    with pytest.raises(SheetError, match="cannot be read"):
        read_sheet(tmp_path / "sheet.png")


def test_sixteen_bits_are_too_many(atlas: np.ndarray, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "deep.png"), sheet_of(atlas).astype(np.uint16) * 257)
    with pytest.raises(SheetError, match="8 bits"):
        read_sheet(tmp_path / "deep.png")
