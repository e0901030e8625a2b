"""Folds, fabrics, shadows and the place's light change how people look, not where they are."""

import numpy as np
import pytest
import torch
from torch import Tensor

from core_model.data.on_device import dressing
from core_model.skeleton import BACKGROUND

SIZE = 64


@pytest.fixture
def texture() -> Tensor:
    """Noise on a slope (8, 3, 64, 64)."""
    noise = torch.from_numpy(np.random.default_rng(0).uniform(0, 60, (8, 3, SIZE, SIZE))).float()
    return noise + torch.linspace(0, 190, SIZE)


@pytest.fixture
def parts() -> Tensor:
    """A torso in the middle of each picture."""
    parts = torch.full((8, SIZE, SIZE), BACKGROUND, dtype=torch.uint8)
    parts[:, 16:48, 16:48] = 1
    return parts


def plain(value: float) -> Tensor:
    return torch.full((8, 3, SIZE, SIZE), value)


def test_folds_are_as_light_as_dark_and_follow_no_slope(texture: Tensor) -> None:
    folds = dressing.creased(plain(100.0), texture, np.random.default_rng(1)) / 100
    assert float(folds.std()) > 0.05
    assert float(folds.log().mean().abs()) < 0.05
    left, right = folds[..., : SIZE // 2].mean(), folds[..., SIZE // 2 :].mean()
    assert float(left) == pytest.approx(float(right), rel=0.1)


def test_fabrics_are_worn_by_parts_only_and_keep_their_shading(texture: Tensor, parts: Tensor) -> None:
    bright, dim = (dressing.reclothed(plain(v), parts, texture, np.random.default_rng(3)) for v in (90.0, 30.0))
    behind = (parts == BACKGROUND)[:, None].expand(-1, 3, -1, -1)
    assert bool((bright[behind] == 90).all())
    worn = (bright != 90).any(dim=1)
    assert bool(worn.any())
    assert float(bright[worn[:, None].expand_as(bright)].mean()) > float(dim[worn[:, None].expand_as(dim)].mean())


def test_shadows_only_darken() -> None:
    shaded = dressing.shaded(plain(200.0), np.random.default_rng(0))
    assert float(shaded.max()) <= 200
    assert float(shaded.min()) >= 0.3 * 200 - 1e-3
    assert float(shaded.std()) > 1


def test_the_light_of_the_place_draws_people_towards_it(parts: Tensor) -> None:
    there = (parts != BACKGROUND)[:, None].float()
    lit = dressing.lit_alike(plain(150.0) * there, parts, plain(40.0), np.random.default_rng(0))
    seen = lit[there.expand_as(lit) > 0]
    assert 40 < float(seen.min()) <= float(seen.max()) < 150
    assert not lit[there.expand_as(lit) == 0].any()


def test_equal_seeds_dress_equally(texture: Tensor, parts: Tensor) -> None:
    once, again, other = (
        dressing.dressed(texture, parts, texture, texture, np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    assert torch.equal(once, again)
    assert not torch.equal(once, other)
    assert not once[(parts == BACKGROUND)[:, None].expand_as(once)].any()
    assert 0 <= float(once.min()) <= float(once.max()) <= 255
