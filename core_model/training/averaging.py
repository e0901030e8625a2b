"""The running average of a network's weights: steadier than the weights themselves, and what is saved."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

_FIRST_STEPS = 10
"""At first the average is short, so that it does not remember the random start."""


def follow(average: nn.Module, network: nn.Module, step: int, decay: float) -> None:
    """Move `average` towards `network` after `step` steps: an exponential average; counters are copied."""
    share = 1 - min(decay, (1 + step) / (_FIRST_STEPS + step))
    pairs = list(zip(average.state_dict().values(), network.state_dict().values(), strict=True))
    with torch.no_grad():
        means, now = zip(*((m, n) for m, n in pairs if m.is_floating_point()), strict=True)
        torch._foreach_lerp_(means, now, share)  # on a GPU one call, not one a tensor
        for mean, counter in pairs:
            if not mean.is_floating_point():
                mean.copy_(counter)


@contextmanager
def as_in_use(network: nn.Module) -> Iterator[None]:
    """Inside, batch norm takes the statistics that it will take in use, and does not learn from what it sees.

    For crops of clips: there are few, all much alike. Normed by themselves, or mixed into the statistics, they cost
    1 PCK and a sixth more jitter, whatever they were to teach.
    """
    before = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(before)


@contextmanager
def held_still(network: nn.Module) -> Iterator[None]:
    """What is computed inside sends no gradients into the network's own weights, only through them."""
    learning = [p for p in network.parameters() if p.requires_grad]
    network.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in learning:
            parameter.requires_grad_()
