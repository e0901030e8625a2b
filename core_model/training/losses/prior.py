"""Plausibility of poses: what a critic says of limb vectors in the body frame.

Least squares in place of logarithms: Mao et al., "Least Squares Generative Adversarial Networks" (ICCV 2017).
"""

from collections.abc import Callable

import torch
from torch import Tensor

Critic = Callable[[Tensor], Tensor]
"""Anything (B, ...) -> (B,): 1 what is real, 0 what is made up."""


def prior_loss(limbs: Tensor, critic: Critic) -> Tensor:
    """How far poses, unit limb vectors (B, 20, 3) in the body frame, fall short of what the critic takes for real."""
    return torch.relu(1 - critic(limbs)).square().mean()


def critic_loss(real: Tensor, made_up: Tensor, critic: Critic) -> Tensor:
    """What teaches the critic itself: 1 on what is real, 0 on what is made up (no gradient reaches either)."""
    return (critic(real.detach()) - 1).square().mean() + critic(made_up.detach()).square().mean()
