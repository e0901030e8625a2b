"""Every term is least on the right answer, larger on a wrong one, and has a gradient there."""

import pytest
import torch

from core_model.networks.encoder import MAP_PX
from core_model.training import pose_losses as losses


@pytest.fixture
def points() -> torch.Tensor:
    torch.manual_seed(0)
    return 4 + torch.rand(2, 21, 2) * (MAP_PX - 8)


def _heat(points: torch.Tensor) -> torch.Tensor:
    return torch.log(losses.gaussian_maps(points, MAP_PX).clamp_min(1e-9))


@pytest.mark.parametrize("name", ["heat", "expectation", "agreement"])
def test_map_terms_are_zero_on_the_right_answer_and_positive_on_a_wrong_one(name: str, points: torch.Tensor) -> None:
    weight = torch.ones(2, 21)
    target = losses.gaussian_maps(points, MAP_PX)

    def term(heat: torch.Tensor) -> torch.Tensor:
        if name == "expectation":
            return losses.expectation_loss(heat, points, weight)
        return {"heat": losses.heat_loss, "agreement": losses.agreement_loss}[name](heat, target, weight)

    wrong = _heat(points + 2).requires_grad_()
    assert term(_heat(points)) < 2e-2
    loss = term(wrong)
    assert loss > 1
    loss.backward()
    assert wrong.grad is not None
    assert wrong.grad.abs().max() > 0
    assert torch.isfinite(wrong.grad).all()


def test_joints_without_weight_teach_nothing(points: torch.Tensor) -> None:
    weight = torch.zeros(2, 21)
    heat = torch.randn(2, 21, MAP_PX, MAP_PX, requires_grad=True)
    losses.heat_loss(heat, losses.gaussian_maps(points, MAP_PX), weight).backward()
    assert heat.grad is not None
    assert heat.grad.abs().max() == 0


def test_limb_vectors_are_pooled_where_the_joints_are(points: torch.Tensor) -> None:
    vector = torch.nn.functional.normalize(torch.randn(2, 20, 3), dim=-1)
    maps = vector.reshape(2, 60, 1, 1).expand(2, 60, MAP_PX, MAP_PX)
    pooled = losses.pooled_limbs(maps, losses.gaussian_maps(points, MAP_PX))
    assert torch.allclose(pooled, vector, atol=1e-5)
    assert losses.limb_loss(pooled, vector) < 1e-5
    wrong = (-vector).requires_grad_()
    loss = losses.limb_loss(wrong, vector)
    loss.backward()
    assert loss > 2
    assert wrong.grad is not None
    assert wrong.grad.abs().max() > 0


def test_part_and_shape_terms() -> None:
    labels = torch.randint(0, 15, (2, 6, 6))
    right = torch.nn.functional.one_hot(labels, 15).permute(0, 3, 1, 2).float() * 50
    assert losses.part_loss(right, labels) < 1e-4
    assert losses.part_loss(-right, labels) > 1
    shape = torch.rand(2, 12) - 0.5
    assert losses.shape_loss(torch.atanh(shape), shape) < 1e-5
    assert losses.shape_loss(torch.atanh(shape) + 1, shape) > 0.1
