"""Convolutions in 8-bit integers, for processors: two thirds of bf16's time, and joints move by a fraction of a pixel.

A network is not trained for it. The ranges of what its convolutions read are measured once on images (`input_ranges`)
and kept in the checkpoint; weights are rounded when they are loaded, a scale for each output channel. In torch the
rounding is simulated, so torch stays the reference; OpenVINO finds it in the graph and computes in integers.
"""

import copy
from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from core_model.networks.trunk import SameConv

Ranges = dict[str, tuple[float, float]]
"""Module name of a convolution -> the lowest and highest value that it reads."""
_HIGHEST = 0.9999
"""Quantile of the values that is taken for the highest: a lone outlier would coarsen all others."""
_SAMPLE = 1_000_000
_WEIGHT_STEPS = 63
"""Half the range of 8 bits: processors without VNNI add pairs of products in 16 bits, which would overflow."""


class EightBit(nn.Module):
    """A convolution (`nn.Conv2d` or `SameConv`) whose input and weights are rounded to 8 bits."""

    def __init__(self, convolution: nn.Module, low: float, high: float) -> None:
        super().__init__()
        self.convolution = convolution
        low = min(low, 0.0)
        self.step = max(high - low, 1e-6) / 255
        self.zero = round(-low / self.step)
        parametrize.register_parametrization(convolution, "weight", _Rounded(convolution.get_parameter("weight")))

    def extra_repr(self) -> str:
        return f"step={self.step}, zero={self.zero}"

    def forward(self, x: Tensor) -> Tensor:
        return self.convolution(torch.fake_quantize_per_tensor_affine(x, self.step, self.zero, 0, 255))


class _Rounded(nn.Module):
    """Rounds weights; the operation stays in the graph, for OpenVINO knows integers by it."""

    scale: Tensor
    zero: Tensor

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.register_buffer("scale", weight.detach().abs().amax((1, 2, 3)).clamp_min(1e-8) / _WEIGHT_STEPS)
        self.register_buffer("zero", torch.zeros(len(weight), dtype=torch.int32))

    def forward(self, weight: Tensor) -> Tensor:
        return torch.fake_quantize_per_channel_affine(weight, self.scale, self.zero, 0, -127, 127)


def input_ranges(network: nn.Module, batches: Iterable[Tensor], chosen: Callable[[str], bool]) -> Ranges:
    """What the convolutions whose module name is `chosen` read while the network looks at batches of images."""
    ranges: Ranges = {}

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def look(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            values = inputs[0].detach().flatten()
            values = values[:: max(1, len(values) // _SAMPLE)]
            high = values.kthvalue(max(1, int(_HIGHEST * len(values)))).values
            before = ranges.get(name, (0.0, 0.0))
            ranges[name] = (min(before[0], float(values.min())), max(before[1], float(high)))

        return look

    hooks = [
        module.register_forward_pre_hook(watch(name))
        for name, module in network.named_modules()
        if isinstance(module, nn.Conv2d | SameConv) and chosen(name)
    ]
    try:
        with torch.inference_mode():
            for batch in batches:
                network(batch)
    finally:
        for hook in hooks:
            hook.remove()
    return ranges


def in_eight_bits(network: nn.Module, ranges: Mapping[str, tuple[float, float]]) -> nn.Module:
    """A copy of the network, for inference, with the convolutions named in `ranges` in 8 bits."""
    network = copy.deepcopy(network).eval().requires_grad_(False)
    for name, (low, high) in ranges.items():
        parent, _, child = name.rpartition(".")
        setattr(network.get_submodule(parent), child, EightBit(network.get_submodule(name), low, high))
    return network
