"""What is written to the pool is read from it; a scene's box holds its person."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core_model.data.pool import SamplePool, draw, draw_lane
from core_model.data.scenes import scene
from core_model.errors import ConfigError
from core_model.networks.locator import INPUT_PX
from core_model.skeleton import BACKGROUND


def _person(size: int) -> SimpleNamespace:
    """A red square of a person on black."""
    image, parts = np.zeros((size, size, 3), np.uint8), np.full((size, size), BACKGROUND, np.uint8)
    image[16:48, 16:48, 0], parts[16:48, 16:48] = 255, 1
    joints = np.random.default_rng(0).uniform(16, 48, (21, 2))
    joints[0], joints[1] = (16, 16), (48, 48)
    return SimpleNamespace(
        image=image, parts=parts, joints2d_px=joints, joints3d_m=np.ones((21, 3)), joints_visible=np.ones(21),
        focal_px=100.0, principal_px=np.full(2, size / 2),
    )  # fmt: skip


def test_the_ring_keeps_the_newest(tmp_path: Path) -> None:
    pool = SamplePool.create(tmp_path / "pool", 3, 64)
    person = _person(64)
    for i in range(5):
        person.focal_px = float(i)
        pool.write(person)
    assert (pool.written, pool.filled) == (5, 3)
    assert sorted(SamplePool(tmp_path / "pool").read(np.arange(3))["focal_px"]) == [2, 3, 4]
    with pytest.raises(ConfigError, match="no pool"):
        SamplePool(tmp_path / "nowhere")


def test_lanes_may_be_of_any_speed(tmp_path: Path) -> None:
    pool = SamplePool.create(tmp_path / "pool", 9, 64, "people_alone", lanes=3)
    person = _person(64)
    person.drawn = np.zeros((64, 64, 4), np.uint8)
    for lane in (2, 2, 0, 1, 2):
        person.focal_px = float(lane)
        pool.write(person, lane)
    assert pool.written == 3  # the fourth place is not written, the sixth is
    again = SamplePool(tmp_path / "pool")
    assert (again.holds, again.lanes, again.written_in(2)) == ("people_alone", 3, 3)
    assert again.read(np.arange(3))["focal_px"].tolist() == [0, 1, 2]
    assert again.fingerprint(3) != again.fingerprint(2)


def test_processes_draw_people_alone_and_go_on(tmp_path: Path) -> None:
    pool = SamplePool.create(tmp_path / "pool", 5, 32, "people_alone", lanes=1)
    draw_lane(pool.folder, 0, 2, seed=1, tiles=2)
    first = pool.read(np.arange(2))["drawn"]
    assert list(draw(pool, 5, seed=1))[-1] == pool.written == 5
    assert np.array_equal(pool.read(np.arange(2))["drawn"], first)
    assert all((person[..., 3] != BACKGROUND).any() for person in pool.arrays["drawn"])


def test_a_scene_has_its_person_in_its_box_or_nobody(tmp_path: Path) -> None:
    pool = SamplePool.create(tmp_path / "pool", 1, 64)
    pool.write(_person(64))
    backgrounds, rng = [np.full((100, 100, 3), (0, 90, 90), np.uint8)], np.random.default_rng(0)
    empty = 0
    for _ in range(40):
        image, box, there = scene(pool, backgrounds, rng)
        assert image.shape == (INPUT_PX, INPUT_PX, 3)
        empty += not there
        x0, y0, x1, y1 = (int(np.clip(v, 0, INPUT_PX)) for v in box)
        red = image[..., 0].astype(int) - image[..., 1].astype(int) > 60
        if there and red.any():
            assert red[y0:y1, x0:x1].sum() >= 0.95 * red.sum()
    assert 0 < empty < 20
