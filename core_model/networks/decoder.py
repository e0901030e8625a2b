"""The decoder: a puppet painted twice -> a person (a small U-Net at half resolution).

One painting shows the one look that is nearest in pose, the other what all looks say together: the first is sharp and
has holes, the second is whole and blurred; both are cut at the joints. The network moves them by a few pixels, chooses
pixel by pixel between them and colours of its own, and finds the outline that the puppet only surrounds with a band.
It begins as the paintings themselves: what is learnt is only where to leave them.
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

INPUT_PLANES = 11
"""Red, green, blue and visibility of the nearest look and of all looks; shape, uncertainty, and the index of the part
in sight."""
_NEAR, _ALL, COVER, _OWNER = 0, 4, 8, 10  # where they begin
SEEN = _ALL + 3
"""The plane that tells how well the looks together know what is painted."""
_WIDTHS = (16, 32, 64, 128)
"""Narrow where the maps are large: half the time of (24, 48, 96, 144)."""
FLOW_PX = 6.0
"""How far a painting can be moved at most."""
_HEADS = (12, 4, 5)
"""Channels of colours and mask (a pixel of the half-size map is four), and of what is chosen and where it is moved."""
_FIRST_SEEN, _FIRST_ALL, _FIRST_OWN = 4.0, 2.0, -1.0  # logits with which an untrained decoder chooses,
_FIRST_MASK = 8.0  # trusts the puppet's outline,
_FIRST_PART = 4.0  # and its parts


def in_integers(module: str) -> bool:
    """Whether a convolution of the decoder, by its name, is worth computing in 8 bits; the last ones stay exact."""
    return module not in ("head", "parts")


class Decoded(NamedTuple):
    """What the decoder says, as training needs it."""

    colour: Tensor  # (B, 3, S, S) in [0, 1] the foreground
    mask: Tensor  # (B, 1, S, S) logits of the foreground
    parts: Tensor  # (B, 15, S / 2, S / 2) logits, background last


def decoder_input(drawing: Drawing, near: np.ndarray, all_looks: np.ndarray) -> np.ndarray:
    """A drawn puppet and its two paintings (S, S, 4) -> the planes (11, S, S) float32 that the decoder reads."""
    planes = np.empty((INPUT_PLANES, *drawing.owner.shape), np.float32)
    planes[_NEAR:_ALL] = near.transpose(2, 0, 1)
    planes[_ALL:COVER] = all_looks.transpose(2, 0, 1)
    planes[COVER:] = drawing.cover, drawing.uncertainty, drawing.owner
    return planes


class Decoder(nn.Module):
    """`forward` is for use, `decode` for training. Images may be of any height and width that 16 divides."""

    def __init__(self, widths: tuple[int, ...] = _WIDTHS) -> None:
        super().__init__()
        self.stem = _unit(4 * (INPUT_PLANES - 1) + NUM_PARTS, widths[0])
        pairs = list(pairwise(widths))
        self.down = nn.ModuleList(nn.Sequential(_unit(a, b, stride=2), _Residual(b)) for a, b in pairs)
        self.deep = _Residual(widths[-1])
        self.up = nn.ModuleList(
            _Merge(b, a, _Residual(a) if a > widths[0] else _unit(a, a)) for a, b in reversed(pairs)
        )
        self.head = nn.Conv2d(widths[0], sum(_HEADS), 3, padding=1)
        self.parts = nn.Conv2d(widths[0], NUM_PARTS + 1, 1)
        for layer in (self.head, self.parts):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    @staticmethod
    def examples(batch: int = 1, width: int = CROP_PX) -> list[Tensor]:
        """Inputs of the right shape."""
        return [torch.zeros(batch, INPUT_PLANES, CROP_PX, width)]

    def decode(self, planes: Tensor) -> Decoded:
        """Planes (B, 11, S, S), see `decoder_input` -> Decoded."""
        cover, owner = planes[:, COVER : COVER + 1], planes[:, _OWNER:]
        half = cover[..., ::2, ::2]
        one_hot = F.relu(1 - (owner[..., ::2, ::2] - _names(planes)).abs()) * half
        x = self._unet(self.stem(torch.cat([F.pixel_unshuffle(planes[:, :_OWNER], 2), one_hot], 1)))
        own, mask, choice = self.head(x).split(_HEADS, dim=1)
        choice = F.interpolate(choice, scale_factor=2.0, mode="bilinear", align_corners=False)
        colour = _chosen(planes, torch.sigmoid(F.pixel_shuffle(own, 2)), choice[:, :3], choice[:, 3:])
        mask = F.pixel_shuffle(mask, 2) + _FIRST_MASK * (cover - 0.5)
        return Decoded(colour, mask, self.parts(x) + _FIRST_PART * torch.cat([one_hot, 1 - half], 1))

    def _unet(self, x: Tensor) -> Tensor:
        kept = [x]
        for step in self.down:
            kept.append(step(kept[-1]))
        x = self.deep(kept.pop())
        for merge in self.up:
            x = merge(x, kept.pop())
        return x

    def forward(self, planes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Planes (B, 11, S, S) -> colour (B, 3, S, S), mask (B, 1, S, S) in [0, 1], part index (B, 1, S, S), floats."""
        decoded = self.decode(planes)
        mask = torch.sigmoid(decoded.mask)
        parts = decoded.parts[:, :NUM_PARTS]
        # an argmax by comparison: the operator of that name takes a tenth of the whole network's time in OpenVINO
        likeliest = ((parts >= parts.amax(1, keepdim=True)) * _names(parts)).amax(1, keepdim=True)
        label = F.interpolate(likeliest, scale_factor=2.0, mode="nearest")
        return decoded.colour, mask, torch.where(mask >= 0.5, label, torch.full_like(label, BACKGROUND))


def _chosen(planes: Tensor, own: Tensor, choice: Tensor, flow: Tensor) -> Tensor:
    """Colours (B, 3, S, S) from both paintings, moved, and the decoder's own; free numbers that choose (B, 3, S, S) and
    move (B, 2, S, S)."""
    seen = planes[:, _NEAR + 3 : _NEAR + 4]
    near, everyone = choice[:, :1] + _FIRST_SEEN * seen, choice[:, 1:2] + _FIRST_ALL
    share = torch.softmax(torch.cat([near, everyone, choice[:, 2:] + _FIRST_OWN], 1), dim=1)
    paintings = _moved(torch.cat([planes[:, _NEAR : _NEAR + 3], planes[:, _ALL : _ALL + 3]], 1), torch.tanh(flow))
    return share[:, :1] * paintings[:, :3] + share[:, 1:2] * paintings[:, 3:] + share[:, 2:] * own


def _moved(images: Tensor, flow: Tensor) -> Tensor:
    """Images (B, C, H, W) whose pixels come from up to FLOW_PX away; flow (B, 2, H, W) in [-1, 1]."""
    height, width = images.shape[-2:]
    x, y = ((torch.arange(n, device=images.device, dtype=images.dtype) + 0.5) * 2 / n - 1 for n in (width, height))
    here = torch.stack(torch.broadcast_tensors(x, y[:, None]), dim=-1)
    reach = FLOW_PX * (here[1, 1] - here[0, 0])
    return F.grid_sample(images, here + flow.permute(0, 2, 3, 1) * reach, padding_mode="border", align_corners=False)


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
