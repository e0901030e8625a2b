"""Pairs of pictures of one person: rendered ones share what they should; shots of clips survive the disk."""

from pathlib import Path

import numpy as np
import pytest

from core_model.data.clip_pairs import read_shots, shot_of, write_shots
from core_model.data.pairs import PairRenderer
from core_model.prediction import ATLAS_PX, CROP_PX, Camera, Factors, Prediction
from core_model.skeleton import BACKGROUND, PART_ANCHORS


def seen(confidence: float = 0.9, misplaced: bool = False) -> Prediction:
    """Someone whose joints lie on a grid, each part a block about its near joint."""
    grid = np.stack(np.meshgrid(np.arange(7), np.arange(3)), -1).reshape(-1, 2)[:21]
    joints = np.concatenate([(grid - [3, 1]) * 0.3, np.full((21, 1), 3.0)], axis=1)
    camera = Camera(np.eye(3), joints[0], 400.0, (512, 512))
    points = camera.project(joints) / 2  # the crop is the whole frame at half its size
    parts = np.full((CROP_PX, CROP_PX), BACKGROUND, np.uint8)
    for x, y in points.astype(int):
        parts[y - 12 : y + 12, x - 12 : x + 12] = 1
    for part, (near, _) in enumerate(PART_ANCHORS):
        x, y = points[near].astype(int)
        parts[y - 3 + part % 3 : y + 6, x - 10 + part : x + part] = part
    if misplaced:
        parts = np.roll(parts, 128, axis=0)
    empty = np.zeros((14, 4, *ATLAS_PX), np.float32)
    box = np.array([0.0, 0, 512, 512])
    factors = Factors(np.zeros((20, 2)), np.zeros(12), camera, box, empty, np.zeros((CROP_PX, CROP_PX, 3), np.uint8))
    return Prediction(factors, joints, points * 2, np.full(21, confidence), 1.0, parts, None)


def test_frames_the_network_doubts_or_contradicts_itself_on_are_left_out() -> None:
    frame = np.zeros((512, 512, 3), np.uint8)
    assert shot_of(frame, seen()) is not None
    assert shot_of(frame, seen(confidence=0.1)) is None
    assert shot_of(frame, seen(misplaced=True)) is None


def test_shots_come_back_from_disk(tmp_path: Path) -> None:
    frame = np.random.default_rng(0).integers(0, 255, (512, 512, 3)).astype(np.uint8)
    shot = shot_of(frame, seen())
    assert shot is not None
    write_shots(tmp_path / "new" / "clip.npz", [shot, shot])
    again = read_shots(tmp_path / "new" / "clip.npz")
    assert len(again) == 2
    for name in ("image", "mask", "parts", "points_px", "depth_m"):
        np.testing.assert_array_equal(getattr(again[1], name), getattr(shot, name))
    assert again[0].background is None


def test_a_rendered_pair_is_one_person_in_one_place() -> None:
    pytest.importorskip("moderngl")
    try:
        renderer = PairRenderer(seed=4, size_px=128)
    except Exception as error:  # no OpenGL here; what fails differs by driver
        pytest.skip(f"nothing to render with: {error}")
    for one, two in (renderer.draw_pair() for _ in range(3)):
        np.testing.assert_array_equal(one.background, two.background)
        assert np.abs(one.points_px - two.points_px).max() > 1
        for shot in (one, two):
            outside = shot.mask == 0
            assert (shot.image[outside] == shot.background[outside]).all()
            assert ((shot.parts != BACKGROUND) == (shot.mask > 127)).mean() > 0.97
            x, y = shot.points_px.round().astype(int).T
            inside = (x >= 0) & (x < 128) & (y >= 0) & (y < 128)
            assert (shot.parts[y[inside], x[inside]] != BACKGROUND).mean() > 0.7
