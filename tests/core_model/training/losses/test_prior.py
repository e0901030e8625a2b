"""What the critic takes for real costs nothing; the critic itself learns to tell."""

import torch

from core_model.training.losses.prior import critic_loss, prior_loss


def _upright(limbs: torch.Tensor) -> torch.Tensor:
    """A critic to whom poses are real whose limbs point up."""
    return limbs[..., 1].mean(1)


def test_plausible_poses_cost_nothing_others_have_a_gradient() -> None:
    up = torch.tensor([0.0, 1.0, 0.0]).expand(2, 20, 3)
    assert prior_loss(up, _upright) == 0
    assert prior_loss(2 * up, _upright) == 0  # more than real is real
    wrong = (-up).clone().requires_grad_()
    loss = prior_loss(wrong, _upright)
    loss.backward()
    assert loss == 4
    assert wrong.grad is not None
    assert (wrong.grad[..., 1] < 0).all()  # downhill is upwards


def test_a_critic_that_tells_them_apart_costs_nothing_and_moves_neither() -> None:
    up = torch.tensor([0.0, 1.0, 0.0]).expand(2, 20, 3).clone().requires_grad_()
    level = torch.tensor([1.0, 0.0, 0.0]).expand(2, 20, 3).clone().requires_grad_()
    assert critic_loss(up, level, _upright) == 0
    assert critic_loss(level, up, _upright) == 2
    tilt = torch.tensor(1.0, requires_grad=True)
    critic_loss(level, up, lambda x: tilt * _upright(x)).backward()
    assert tilt.grad is not None
    assert tilt.grad > 0
    assert up.grad is None
    assert level.grad is None
