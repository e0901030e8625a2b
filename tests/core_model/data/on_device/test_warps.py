"""Many pictures changed at once are changed as one is on a processor."""

import cv2
import numpy as np
import pytest
import torch

from core_model.data.augment import Warp
from core_model.data.on_device.warps import Warps, cut_out, recoloured
from core_model.skeleton import BACKGROUND

SIZE, COUNT = 64, 6
HERE = torch.device("cpu")


@pytest.fixture
def both() -> tuple[Warps, list[Warp]]:
    rng = np.random.default_rng(3)
    flip, angle = rng.random(COUNT) < 0.5, rng.normal(0, 0.4, COUNT)
    scale, shift = np.exp(rng.normal(0, 0.1, COUNT)), rng.normal(0, 0.05, (COUNT, 2))
    one = [
        Warp.of(SIZE, SIZE, bool(f), float(a), float(s), t * SIZE / 2)
        for f, a, s, t in zip(flip, angle, scale, shift, strict=True)
    ]
    return Warps.of(flip, angle, scale, shift, HERE), one


def test_points_and_directions_go_where_one_picture_s_go(both: tuple[Warps, list[Warp]]) -> None:
    many, one = both
    rng = np.random.default_rng(0)
    points, body = rng.uniform(0, SIZE, (COUNT, 21, 2)), rng.normal(size=(COUNT, 21, 3))
    moved = many.points(torch.from_numpy(points * 2 / SIZE - 1).float())
    turned = many.directions(torch.from_numpy(body).float())
    for i, warp in enumerate(one):
        np.testing.assert_allclose((moved[i] + 1) * SIZE / 2, warp.points(points[i]), atol=1e-3)
        np.testing.assert_allclose(turned[i], warp.directions(body[i]), atol=1e-5)


def test_pictures_and_labels_look_as_one_picture_s(both: tuple[Warps, list[Warp]]) -> None:
    many, one = both
    rng = np.random.default_rng(1)
    images = np.stack([cv2.GaussianBlur(rng.integers(0, 256, (SIZE, SIZE, 3), np.uint8), (0, 0), 3) for _ in one])
    parts = np.full((COUNT, SIZE, SIZE), BACKGROUND, np.uint8)
    parts[:, 16:40, 20:30], parts[:, 16:40, 30:44] = 2, 3
    seen = many.images(torch.from_numpy(images).permute(0, 3, 1, 2).float()).permute(0, 2, 3, 1)
    labels = many.labels(torch.from_numpy(parts), SIZE)
    for i, warp in enumerate(one):
        assert np.abs(seen[i].numpy() - warp.image(images[i])).mean() < 1.0
        assert (labels[i].numpy() == warp.labels(parts[i])).mean() > 0.97


def test_colours_and_rectangles_change_no_shapes_and_stay_in_range() -> None:
    rng, generator = np.random.default_rng(2), torch.Generator()
    images = torch.full((400, 3, SIZE, SIZE), 128.0)
    changed = recoloured(images.clone(), rng, generator)
    assert changed.shape == images.shape
    assert 0 <= float(changed.min()) < 100 < 160 < float(changed.max()) <= 255
    cut = cut_out(images, rng, generator)
    share = (cut != images).any(dim=1).float().mean(dim=(1, 2))
    assert 0.2 < float((share == 0).float().mean()) < 0.25  # two ninths are left as they are
    assert float(share.max()) < 0.2
