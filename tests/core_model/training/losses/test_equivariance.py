"""What moves with its picture costs nothing; what does not, something."""

import numpy as np
import torch
from torch.nn.functional import normalize

from core_model.data.augment import Warp
from core_model.training.losses import equivariance
from core_model.training.moves import Moves

RNG = np.random.default_rng(3)
MOVES = Moves.of([Warp.draw(RNG, 64, 64) for _ in range(6)])


def test_points_and_limbs() -> None:
    torch.manual_seed(0)
    points, limbs = 0.3 + 0.4 * torch.rand(6, 21, 2), normalize(torch.randn(6, 20, 3), dim=-1)
    assert equivariance.point_equivariance_loss(points, MOVES.points(points), MOVES) < 1e-5
    assert equivariance.limb_equivariance_loss(limbs, MOVES.limbs(limbs), MOVES) < 1e-5
    pairs = [(points, equivariance.point_equivariance_loss), (limbs, equivariance.limb_equivariance_loss)]
    for values, term in pairs:
        before, after = (values.clone().requires_grad_() for _ in range(2))
        loss = term(before, after, MOVES)  # as if nothing had moved
        loss.backward()
        assert loss > 0.02
        for leaf in (before, after):
            assert leaf.grad is not None
            assert torch.isfinite(leaf.grad).all()
            assert leaf.grad.abs().max() > 0


def test_joints_that_leave_the_picture_do_not_count() -> None:
    away = torch.full((6, 21, 2), 3.0)
    assert equivariance.point_equivariance_loss(away, torch.zeros(6, 21, 2), MOVES) == 0


def test_maps() -> None:
    torch.manual_seed(0)
    maps, mirror = torch.rand(6, 3, 16, 16), torch.tensor([1, 0, 2])
    right = MOVES.pictures(maps, mirror)
    assert equivariance.map_equivariance_loss(maps, right, MOVES, mirror) == 0
    wrong = maps.clone().requires_grad_()
    loss = equivariance.map_equivariance_loss(maps, wrong, MOVES, mirror)
    loss.backward()
    assert loss > 0.05
    assert wrong.grad is not None
    assert wrong.grad.abs().max() > 0
    outside = right.clone()
    outside[:, :, 0, 0] += 100  # a corner: nothing is known of it, or it is shown in all of the six
    shown = MOVES.pictures(torch.nn.functional.pad(torch.ones(6, 1, 14, 14), (1, 1, 1, 1)))[:, 0, 0, 0] > 0.99
    assert bool(equivariance.map_equivariance_loss(maps, outside, MOVES, mirror) > 0) == bool(shown.any())
