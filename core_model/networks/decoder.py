"""The decoder: a puppet painted with its atlas -> a person (a small U-Net at half resolution).

The painting is cut at the joints and flat where nothing was seen. The network chooses, pixel by pixel, between it and
colours of its own, and finds the outline that the puppet only surrounds with a band. It begins as the painting itself:
what is learnt is only where to leave it.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core_model.prediction import CROP_PX
from core_model.puppet.raster import Drawing
from core_model.skeleton import BACKGROUND, NUM_PARTS

INPUT_PLANES = 7
"""Red, green, blue, visibility, shape, uncertainty, and the index of the part in sight."""
_WIDTHS = (16, 32, 64, 128)
"""Narrow where the maps are large: half the time of (24, 48, 96, 144)."""
_FIRST_SHARE = 3.0  # logits with which an untrained decoder trusts the painting, the puppet's outline and its parts
_FIRST_MASK = 8.0
_FIRST_PART = 4.0


class Decoded(NamedTuple):
    """What the decoder says, as training needs it."""

    colour: Tensor  # (B, 3, S, S) in [0, 1] the foreground
    mask: Tensor  # (B, 1, S, S) logits of the foreground
    parts: Tensor  # (B, 15, S / 2, S / 2) logits, background last


def decoder_input(drawing: Drawing, paint: np.ndarray) -> np.ndarray:
    """A drawn puppet and its paint (S, S, 4) -> the planes (7, S, S) float32 that the decoder reads."""
    planes = np.empty((INPUT_PLANES, *drawing.owner.shape), np.float32)
    planes[:4] = paint.transpose(2, 0, 1)
    planes[4:] = drawing.cover, drawing.uncertainty, drawing.owner
    return planes


class Decoder(nn.Module):
    """`forward` is for use, `decode` for training."""

    def __init__(self, widths: tuple[int, ...] = _WIDTHS) -> None:
        super().__init__()
        self.stem = _unit(4 * (INPUT_PLANES - 1) + NUM_PARTS, widths[0])
        pairs = list(pairwise(widths))
        self.down = nn.ModuleList(nn.Sequential(_unit(a, b, stride=2), _Residual(b)) for a, b in pairs)
        self.deep = _Residual(widths[-1])
        self.up = nn.ModuleList(
            _Merge(b, a, _Residual(a) if a > widths[0] else _unit(a, a)) for a, b in reversed(pairs)
        )
        self.colour, self.share, self.mask = (nn.Conv2d(widths[0], 4 * n, 3, padding=1) for n in (3, 1, 1))
        self.parts = nn.Conv2d(widths[0], NUM_PARTS + 1, 1)
        for layer in (self.colour, self.share, self.mask, self.parts):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    @staticmethod
    def examples(batch: int = 1) -> list[Tensor]:
        """Inputs of the right shape."""
        return [torch.zeros(batch, INPUT_PLANES, CROP_PX, CROP_PX)]

    def decode(self, planes: Tensor) -> Decoded:
        """Planes (B, 7, S, S), see `decoder_input` -> Decoded."""
        owner = planes[:, 6:, ::2, ::2]
        one_hot = F.relu(1 - (owner - _names(planes)).abs()) * planes[:, 4:5, ::2, ::2]
        x = self.stem(torch.cat([F.pixel_unshuffle(planes[:, :6], 2), one_hot], 1))
        kept = [x]
        for step in self.down:
            kept.append(step(kept[-1]))
        x = self.deep(kept.pop())
        for merge in self.up:
            x = merge(x, kept.pop())
        own, share, mask = (F.pixel_shuffle(layer(x), 2) for layer in (self.colour, self.share, self.mask))
        share = torch.sigmoid(share + _FIRST_SHARE)
        colour = share * planes[:, :3] + (1 - share) * torch.sigmoid(own)
        mask = mask + _FIRST_MASK * (planes[:, 4:5] - 0.5)
        nobody = 1 - one_hot.sum(1, keepdim=True)
        return Decoded(colour, mask, self.parts(x) + _FIRST_PART * torch.cat([one_hot, nobody], 1))

    def forward(self, planes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Planes (B, 7, S, S) -> colour (B, 3, S, S), mask (B, 1, S, S) in [0, 1], part index (B, 1, S, S), floats."""
        decoded = self.decode(planes)
        mask = torch.sigmoid(decoded.mask)
        parts = decoded.parts[:, :NUM_PARTS]
        # an argmax by comparison: the operator of that name takes a tenth of the whole network's time in OpenVINO
        likeliest = ((parts >= parts.amax(1, keepdim=True)) * _names(parts)).amax(1, keepdim=True)
        label = F.interpolate(likeliest, scale_factor=2.0, mode="nearest")
        return decoded.colour, mask, torch.where(mask >= 0.5, label, torch.full_like(label, BACKGROUND))


def _names(like: Tensor) -> Tensor:
    """The parts' indices, (1, 14, 1, 1)."""
    return torch.arange(NUM_PARTS, dtype=like.dtype, device=like.device).view(1, -1, 1, 1)


def _unit(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """Convolution, normalisation, non-linearity."""
    convolution = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(_unit(width, width), nn.Conv2d(width, width, 3, padding=1, bias=False))
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.norm(self.body(x)))


class _Merge(nn.Module):
    """Coarse features, enlarged, joined to finer ones."""

    def __init__(self, coarse: int, fine: int, body: nn.Module) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(coarse, fine, 1)
        self.body = body

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        return self.body(fine + F.interpolate(self.narrow(coarse), scale_factor=2.0, mode="nearest"))
