"""The running average of a network's weights: steadier than the weights themselves, and what is saved."""

import torch
from torch import nn

_FIRST_STEPS = 10
"""At first the average is short, so that it does not remember the random start."""


def follow(average: nn.Module, network: nn.Module, step: int, decay: float) -> None:
    """Move `average` towards `network` after `step` steps: an exponential average; counters are copied."""
    share = 1 - min(decay, (1 + step) / (_FIRST_STEPS + step))
    with torch.no_grad():
        for mean, now in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(now, share)
            else:
                mean.copy_(now)
