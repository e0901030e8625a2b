"""Lessons move with the picture they were read in, and unsure ones do not count."""

from pathlib import Path

import numpy as np
import pytest

from core_model.data.lessons import SURE, Lessons, taught_batch
from core_model.errors import ConfigError
from core_model.networks.encoder import MAP_PX, PARTS_PX
from core_model.skeleton import BACKGROUND, LIMBS, NUM_JOINTS, NUM_PARTS

SIDE = 64


@pytest.fixture
def lessons() -> Lessons:
    """Flat people: each limb points along the picture, from joint to joint; the head is where joint 0 is."""
    rng = np.random.default_rng(3)
    points = rng.uniform(0.3, 0.7, (2, NUM_JOINTS, 2)).astype(np.float32)
    limbs = np.zeros((2, 20, 3), np.float32)
    limbs[..., :2] = points[:, LIMBS[:, 1]] - points[:, LIMBS[:, 0]]
    limbs /= np.linalg.norm(limbs, axis=-1, keepdims=True)
    y, x = (np.indices((PARTS_PX, PARTS_PX)) + 0.5) / PARTS_PX
    near = np.hypot(x - points[:, :1, :1], y - points[:, :1, 1:]) < 0.06
    parts = np.zeros((2, NUM_PARTS + 1, PARTS_PX, PARTS_PX), np.float16)
    parts[:, 0], parts[:, BACKGROUND] = near, ~near
    image = rng.integers(0, 256, (2, SIDE, SIDE, 3), dtype=np.uint8)
    return Lessons(image, points, np.full((2, NUM_JOINTS), 0.9, np.float32), limbs, parts)


def test_limbs_and_parts_stay_where_the_joints_are(lessons: Lessons) -> None:
    batch = taught_batch(lessons, [np.random.default_rng([5, i]) for i in range(12)])
    points, limbs, parts = batch.points.numpy(), batch.limbs.numpy(), batch.parts.numpy()
    along = points[:, LIMBS[:, 1]] - points[:, LIMBS[:, 0]]
    along /= np.linalg.norm(along, axis=-1, keepdims=True)
    np.testing.assert_allclose(limbs[..., :2], along, atol=1e-3)
    y, x = np.indices(parts.shape[-2:]) + 0.5
    for i, head in enumerate(parts[:, 0]):
        centre = np.array([(x * head).sum(), (y * head).sum()]) / head.sum()
        assert np.abs(centre - points[i, 0] * PARTS_PX / MAP_PX).max() < 0.6, "cells"
    np.testing.assert_allclose(parts.sum(axis=1), 1, atol=1e-3)
    assert batch.image.min() >= 0
    assert batch.image.max() <= 1


def test_what_was_unsure_or_is_outside_does_not_count(lessons: Lessons) -> None:
    lessons.sureness[:, 4] = SURE - 0.01
    lessons.points[:, 20] = 3.0
    lessons.limbs[:, 7] *= 0.5
    batch = taught_batch(lessons, [np.random.default_rng([5, i]) for i in range(12)])
    weight = batch.weight.numpy()
    flipped = weight[:, 4] > 0  # then its mirrored joint is the unsure one
    assert ((weight == 0).sum(axis=1) == 2).all()
    assert flipped.any()
    assert not flipped.all()
    ends = weight[:, LIMBS] > 0
    np.testing.assert_array_equal(batch.limbs_weight.numpy() > 0, ends.all(axis=2))
    np.testing.assert_allclose(np.linalg.norm(batch.limbs.numpy(), axis=-1), 1, rtol=1e-5)
    assert sorted({round(float(w), 3) for w in batch.limbs_weight.unique()}) == [0.0, 0.25, 1.0]


def test_the_same_random_numbers_give_the_same_batch(lessons: Lessons) -> None:
    one, two = (taught_batch(lessons, [np.random.default_rng([1, i]) for i in range(4)]) for _ in range(2))
    assert (one.image == two.image).all()
    whole = taught_batch(lessons, [np.random.default_rng([1, i]) for i in range(2, 4)])
    assert (whole.image == one.image[2:]).all(), "whoever makes which of them"


def test_lessons_are_kept_in_a_file(lessons: Lessons, tmp_path: Path) -> None:
    lessons.write(tmp_path / "deeper" / "lessons.npz")
    again = Lessons.read(tmp_path / "deeper" / "lessons.npz")
    assert len(again) == len(lessons)
    np.testing.assert_array_equal(again.parts, lessons.parts)
    (tmp_path / "other.npz").write_bytes(b"no archive")
    with pytest.raises(ConfigError, match="holds no lessons"):
        Lessons.read(tmp_path / "other.npz")
