"""The pose encoder: crop -> maps from which joints, limb vectors, parts and body shape are read.

Heat-maps decoded at the mode, not regression: on one trunk the former gave 48 PCK where the latter gave 20. Limb
vectors are maps too, pooled where the heat-maps say the limb is (`core_model.networks.readout`).
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from core_model.networks.trunk import CHANNELS, Trunk
from core_model.skeleton import NUM_JOINTS, NUM_LIMBS, NUM_PARTS, NUM_SHAPE

INPUT_PX = 192
"""Side of the encoder's input: the crop, reduced."""
MAP_PX = INPUT_PX // 8
"""Side of heat-maps and limb maps."""
PARTS_PX = INPUT_PX // 4
"""Side of the segmentation."""


class EncoderMaps(NamedTuple):
    """What the encoder says of a batch of crops."""

    heat: Tensor  # (B, 21, MAP_PX, MAP_PX) logits; a soft-max over each map gives where the joint is
    limbs: Tensor  # (B, 60, MAP_PX, MAP_PX) a vector a limb, in the crop's camera frame
    parts: Tensor  # (B, 15, PARTS_PX, PARTS_PX) logits, background last
    shape: Tensor  # (B, 12) free numbers; tanh gives the shape factor


def conv(c_in: int, c_out: int, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(c_out), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    """Two dense 3x3 convolutions with a skip: on a CPU far faster to train than depthwise ones."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(channels, channels), nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.body(x))


class PoseTail(nn.Module):
    """Trunk features -> EncoderMaps: dense residual stages from coarse to fine, joined as a feature pyramid."""

    def __init__(self, width: int = 128) -> None:
        super().__init__()
        s4, s8, s16, s32 = CHANNELS
        coarse, middle, fine = 2 * width, 2 * width, width
        self.in32 = nn.Sequential(conv(s32, coarse, 1), *[Residual(coarse) for _ in range(3)])
        self.in16 = conv(s16, middle, 1)
        self.stage16 = nn.Sequential(conv(coarse + middle, middle, 1), *[Residual(middle) for _ in range(3)])
        self.in8 = conv(s8, fine)
        self.stage8 = nn.Sequential(conv(middle + fine, fine, 1), Residual(fine))
        self.squeeze = conv(fine, fine // 4, 1)
        self.stage4 = conv(fine // 4 + s4, fine // 4)
        self.heat = nn.Conv2d(fine, NUM_JOINTS, 1)
        self.limbs = nn.Conv2d(fine, 3 * NUM_LIMBS, 1)
        self.parts = nn.Conv2d(fine // 4, NUM_PARTS + 1, 1)
        self.shape = nn.Linear(coarse, NUM_SHAPE)

    def forward(self, f4: Tensor, f8: Tensor, f16: Tensor, f32: Tensor) -> EncoderMaps:
        def up(x: Tensor) -> Tensor:
            return functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)

        c = self.in32(f32)
        m = self.stage16(torch.cat([up(c), self.in16(f16)], dim=1))
        f = self.stage8(torch.cat([up(m), self.in8(f8)], dim=1))
        fine = self.stage4(torch.cat([up(self.squeeze(f)), f4], dim=1))
        return EncoderMaps(self.heat(f), self.limbs(f), self.parts(fine), self.shape(c.mean(dim=(2, 3))))


class PoseEncoder(nn.Module):
    """Trunk and tail as one network: (B, 3, INPUT_PX, INPUT_PX) RGB in [0, 1] -> EncoderMaps."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk, self.tail = Trunk(), PoseTail()

    def forward(self, image: Tensor) -> EncoderMaps:
        return self.tail(*self.trunk(image))
