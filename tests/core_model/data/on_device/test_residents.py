"""People who live on the device: their labels are the pool's, their pictures new each time."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core_model.data.augment import in_crop_camera
from core_model.data.on_device import residents
from core_model.data.on_device.composing import Composer, shapes
from core_model.data.on_device.residents import Residents
from core_model.data.on_device.warps import Warps
from core_model.data.pool import SamplePool
from core_model.networks.encoder import INPUT_PX, MAP_PX, PARTS_PX
from core_model.skeleton import BACKGROUND, LIMBS

HERE = torch.device("cpu")


def person(rng: np.random.Generator) -> SimpleNamespace:
    """A white square for a torso, and joints anywhere in the picture."""
    drawn = np.zeros((INPUT_PX, INPUT_PX, 4), np.uint8)
    drawn[..., 3] = BACKGROUND
    drawn[60:130, 70:120] = 255, 255, 255, 1
    return SimpleNamespace(
        drawn=drawn, joints2d_px=rng.uniform(5, INPUT_PX - 5, (21, 2)), joints3d_m=rng.normal(size=(21, 3)) + [0, 0, 5],
        focal_px=rng.uniform(100, 400), principal_px=rng.uniform(0, 192, 2),
    )  # fmt: skip


@pytest.fixture
def pool(tmp_path: Path) -> SamplePool:
    pool, rng = SamplePool.create(tmp_path / "pool", 6, INPUT_PX, "people_alone", 2), np.random.default_rng(0)
    for i in range(6):
        pool.write(person(rng), i % 2)
    return pool


def test_labels_are_those_of_the_pool(pool: SamplePool, monkeypatch: pytest.MonkeyPatch) -> None:
    def still(rng: np.random.Generator, count: int, device: torch.device) -> Warps:
        return Warps.of(np.zeros(count, bool), np.zeros(count), np.ones(count), np.zeros((count, 2)), device)

    monkeypatch.setattr(Warps, "draw", still)
    people = Residents(pool, HERE)
    people.take(2)
    people.take(6)
    batch, places = people.batch(8, (3, 1)), np.random.default_rng((3, 1))
    places.integers(2**62)
    for i, place in enumerate(places.integers(0, 6, 8)):
        raw = {name: array[place] for name, array in pool.arrays.items()}
        body = in_crop_camera(raw["joints3d_m"], raw["focal_px"], raw["principal_px"], INPUT_PX)
        limbs = body[LIMBS[:, 1]] - body[LIMBS[:, 0]]
        limbs /= np.linalg.norm(limbs, axis=1, keepdims=True)
        np.testing.assert_allclose(batch.points[i] * INPUT_PX / MAP_PX, raw["joints2d_px"], atol=1e-3)
        np.testing.assert_allclose(batch.limbs[i], limbs, atol=1e-4)
        assert set(batch.weight[i].tolist()) <= {0.5, 1.0}
        assert set(batch.parts[i].unique().tolist()) <= {1, BACKGROUND}
    assert batch.image.shape == (8, 3, INPUT_PX, INPUT_PX)
    assert batch.parts.shape == (8, PARTS_PX, PARTS_PX)
    assert batch.shape.shape == (8, 12)


def test_who_is_seen_again_stands_elsewhere(pool: SamplePool) -> None:
    people = Residents(pool, HERE)
    people.take(6)
    again, once, other = people.batch(4, (0, 0)), people.batch(4, (0, 0)), people.batch(4, (0, 1))
    assert torch.equal(again.image, once.image)
    assert not torch.equal(again.image, other.image)


def test_what_is_hidden_is_told(pool: SamplePool, monkeypatch: pytest.MonkeyPatch) -> None:
    for change in ("spoiled", "dressed"):
        monkeypatch.setattr(f"core_model.data.on_device.composing.{change}", lambda image, *_: image)
    monkeypatch.setattr("core_model.data.on_device.composing.OCCLUDED", 1.0)
    compose = Composer(torch.zeros((2, 3, 32, 32), dtype=torch.uint8))
    drawn = torch.from_numpy(np.stack([pool.arrays["drawn"][0]] * 12))
    image, parts, hidden = compose(drawn, np.random.default_rng(0), torch.Generator())
    assert hidden.any()
    assert not hidden.all(dim=(1, 2)).any()
    assert bool((parts[hidden] == BACKGROUND).all())
    inside = (drawn[..., 3] != BACKGROUND) & ~hidden
    assert bool((parts[inside] == 1).all())
    assert float(image[:, :, 62:128, 72:118].permute(0, 2, 3, 1)[inside[:, 62:128, 72:118]].min()) > 250


def test_who_stands_behind_is_in_the_picture_and_in_no_label(pool: SamplePool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CROWD": (1.0, 1.0), "CLUTTERED": 0.0, "OCCLUDED": 0.0, "CROWDED": 0.0}.items():
        monkeypatch.setattr(f"core_model.data.on_device.composing.{name}", value)
    for change in ("spoiled", "dressed"):
        monkeypatch.setattr(f"core_model.data.on_device.composing.{change}", lambda image, *_: image)
    compose = Composer(torch.zeros((2, 3, 32, 32), dtype=torch.uint8))
    drawn = torch.from_numpy(np.stack([pool.arrays["drawn"][0]] * 12))
    image, parts, _ = compose(drawn, np.random.default_rng(0), torch.Generator())
    assert torch.equal(parts, drawn[..., 3])
    behind = (image.min(dim=1).values > 250) & (drawn[..., 3] == BACKGROUND)
    assert int(behind.flatten(1).any(dim=1).sum()) > 6


def test_shapes_in_front_hide_a_part_of_the_picture() -> None:
    masks = shapes(200, 48, np.random.default_rng(0), HERE)
    share = masks.float().mean(dim=(1, 2))
    assert 0.02 < float(share.mean()) < 0.2
    assert float(share.max()) < 0.5


def test_photographs_behind_them_are_none_of_those_that_measure() -> None:
    assert residents.photographs("train")
    ours, theirs = ({p.tobytes() for p in residents.photographs(split)} for split in ("train", "held_out"))
    assert not ours & theirs
