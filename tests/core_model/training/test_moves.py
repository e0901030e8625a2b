"""Tensors move as arrays do."""

import cv2
import numpy as np
import torch

from core_model.data.augment import Warp
from core_model.training.moves import Moves

SIZE = 64


def some_warps(count: int = 6) -> list[Warp]:
    rng = np.random.default_rng(3)
    return [Warp.draw(rng, SIZE, SIZE) for _ in range(count)]


def test_points_limbs_and_pictures_move_as_a_warp_moves_them() -> None:
    warps, rng = some_warps(), np.random.default_rng(0)
    assert len({w.flip for w in warps}) == 2
    moves = Moves.of(warps)
    points, limbs = rng.uniform(0, SIZE, (6, 21, 2)), rng.normal(size=(6, 21, 3))
    images = np.stack([cv2.GaussianBlur(x, (0, 0), 3) for x in rng.integers(0, 256, (6, SIZE, SIZE, 3), np.uint8)])
    moved_points = moves.points(torch.from_numpy(points).float() / SIZE).numpy() * SIZE
    moved_limbs = moves.limbs(torch.from_numpy(limbs[:, 1:]).float()).numpy()
    moved_images = moves.pictures(torch.from_numpy(images.transpose(0, 3, 1, 2)).float()).numpy()
    for i, warp in enumerate(warps):
        np.testing.assert_allclose(moved_points[i], warp.points(points[i]), atol=1e-3)
        np.testing.assert_allclose(moved_limbs[i], warp.directions(limbs[i])[1:], atol=1e-4)
        assert np.abs(moved_images[i].transpose(1, 2, 0) - warp.image(images[i])).mean() < 1


def test_a_flip_exchanges_the_channels_of_maps() -> None:
    flip = Moves.of([Warp.of(SIZE, SIZE, True, 0.0, 1.0, np.zeros(2))])
    maps = torch.rand(1, 2, 8, 8)
    torch.testing.assert_close(flip.pictures(maps, torch.tensor([1, 0])), maps.flip(1, 3))
