"""The skeleton lies where the joints are, and nowhere else."""

from pathlib import Path

import numpy as np
import pytest

from core_model.colours import LIMB_RGB
from core_model.export.folder import OutputError, output_folder, written_aside
from core_model.export.images import side_by_side
from core_model.export.overlay import draw_overlay
from core_model.skeleton import LIMBS

FRAME = np.full((200, 300, 3), 90, np.uint8)
RNG = np.random.default_rng(1)
JOINTS_PX = RNG.uniform([40, 40], [260, 160], size=(21, 2))
SURE = np.ones(21)


def test_limbs_have_their_colours() -> None:
    drawn = draw_overlay(FRAME, JOINTS_PX, SURE)
    for limb in (0, 12, 19):  # somewhere along the limb its own colour is on top
        a, b = JOINTS_PX[LIMBS[limb]]
        along = [(a + t * (b - a)).astype(int) for t in np.linspace(0, 1, 60)]
        assert any((drawn[y, x] == LIMB_RGB[limb]).all() for x, y in along)


def test_the_input_is_not_changed_and_far_pixels_stay() -> None:
    before = FRAME.copy()
    drawn = draw_overlay(FRAME, JOINTS_PX, SURE, np.array([20.0, 20, 280, 180]))
    np.testing.assert_array_equal(FRAME, before)
    np.testing.assert_array_equal(drawn[:10], before[:10])
    assert (drawn[20, 100:200] != 90).any()


def test_it_follows_the_joints() -> None:
    moved = draw_overlay(FRAME, JOINTS_PX + [8, 5], SURE)
    np.testing.assert_array_equal(moved[25:180, 30:280], draw_overlay(FRAME, JOINTS_PX, SURE)[20:175, 22:272])


def test_nobody_draws_nothing_and_far_outside_does_not_break() -> None:
    np.testing.assert_array_equal(draw_overlay(FRAME, np.full((21, 2), np.nan), SURE), FRAME)
    draw_overlay(FRAME, JOINTS_PX * 1e9, SURE)


def test_doubtful_limbs_are_thin() -> None:
    big = np.full((800, 1200, 3), 90, np.uint8)
    thick = (draw_overlay(big, 4 * JOINTS_PX, SURE) != 90).sum()
    assert (draw_overlay(big, 4 * JOINTS_PX, 0 * SURE) != 90).sum() < 0.7 * thick


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "poses.npz"
    path.write_text("old")

    def write() -> None:
        with written_aside(path) as aside:
            aside.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert [p.name for p in tmp_path.iterdir()] == ["poses.npz"]
    assert path.read_text() == "old"
    with pytest.raises(OutputError, match="No space"), written_aside(path):
        raise OSError(28, "No space left on device")


def test_folders_are_made(tmp_path: Path) -> None:
    assert output_folder(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    for wrong in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError):
            output_folder(wrong)


def test_pictures_side_by_side() -> None:
    row = side_by_side([FRAME, FRAME], gap_px=4)
    assert row.shape == (200, 604, 3)
    assert (row[:, 300:304] == 255).all()
