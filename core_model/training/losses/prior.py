"""Plausibility of poses: what a critic says of limb vectors in the body frame.

Least squares in place of logarithms: Mao et al., "Least Squares Generative Adversarial Networks" (ICCV 2017).
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

LIMB_NOISE = 0.15
"""By how much limb vectors are blurred before a critic of poses learns from them (Sonderby et al., arXiv 1610.04490).
Else it knows its people by heart: it told held-out ones from shuffled limbs better after 500 steps (area under the
curve 0.94) than after 6000 (0.68)."""

Critic = Callable[[Tensor], Tensor]
"""Anything (B, ...) -> (B,): 1 what is real, 0 what is made up."""


def prior_loss(limbs: Tensor, critic: Critic) -> Tensor:
    """How far poses, unit limb vectors (B, 20, 3) in the body frame, fall short of what the critic takes for real."""
    return torch.relu(1 - critic(limbs)).square().mean()


def blurred_limbs(limbs: Tensor, noise: Tensor) -> Tensor:
    """Unit limb vectors (B, 20, 3) turned a little by standard normal `noise` (B, 20, 3)."""
    return functional.normalize(limbs + LIMB_NOISE * noise, dim=-1)


def critic_loss(real: Tensor, made_up: Tensor, critic: Critic) -> Tensor:
    """What teaches the critic itself: 1 on what is real, 0 on what is made up (no gradient reaches either)."""
    return (critic(real.detach()) - 1).square().mean() + critic(made_up.detach()).square().mean()
