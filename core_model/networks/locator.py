"""The locator: where is the person in the full frame? A small head on the pose encoder's own trunk.

The frame is letterboxed into a square; each cell of a stride-8 grid says whether a person's crop is centred there, how
large it is, and where in the cell its centre lies (Zhou et al., "Objects as Points", arXiv 1904.07850).
"""

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core_model.boxes import overlap
from core_model.networks.encoder import Residual, conv
from core_model.networks.trunk import CHANNELS

INPUT_PX = 256
"""Side of the letterboxed frame."""
GRID = INPUT_PX // 8
PADDING_GREY = 127
MOST_PEOPLE = 12
SAME_PERSON = 0.45
"""Overlap of the boxes from which on they are taken to be about one person."""


class LocatorHead(nn.Module):
    """Trunk features of a letterboxed frame -> (B, 4, GRID, GRID): centre logit, log2(side / INPUT_PX), offset x, y."""

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        _, s8, s16, s32 = CHANNELS
        self.in32, self.in16, self.in8 = conv(s32, width, 1), conv(s16, width, 1), conv(s8, width, 1)
        self.stage16 = nn.Sequential(Residual(width), Residual(width))
        self.stage8 = Residual(width)
        self.out = nn.Conv2d(width, 4, 1)
        with torch.no_grad():
            self.out.weight.mul_(0.1)
            self.out.get_parameter("bias")[0] = -4.0  # almost every cell is empty

    def forward(self, f4: Tensor, f8: Tensor, f16: Tensor, f32: Tensor) -> Tensor:
        x = functional.interpolate(self.in32(f32), scale_factor=2.0, mode="bilinear", align_corners=False)
        x = self.stage16(x + self.in16(f16))
        x = functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.out(self.stage8(x + self.in8(f8)))


class LocatorChain(nn.Module):
    """The trunk, then the head: (B, 3, INPUT_PX, INPUT_PX) RGB in [0, 1] -> the head's maps."""

    def __init__(self, trunk: nn.Module, head: LocatorHead) -> None:
        super().__init__()
        self.trunk, self.head = trunk, head

    def forward(self, image: Tensor) -> Tensor:
        return self.head(*self.trunk(image))


def letterbox(frame: np.ndarray) -> tuple[np.ndarray, float]:
    """(H, W, 3) uint8 -> (INPUT_PX, INPUT_PX, 3) uint8 with the frame at its top left, and the scale it was given."""
    height, width = frame.shape[:2]
    scale = INPUT_PX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    out = np.full((INPUT_PX, INPUT_PX, 3), PADDING_GREY, np.uint8)
    out[: size[1], : size[0]] = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return out, scale


def best_box(maps: np.ndarray, scale: float) -> tuple[np.ndarray, float]:
    """Locator maps (4, GRID, GRID) -> the likeliest square box (4,) in pixels of the frame, and its score in [0, 1]."""
    return _box_at(maps, int(maps[0].argmax()), scale)


def likely_boxes(maps: np.ndarray, scale: float, least: float) -> np.ndarray:
    """The boxes (N, 4) of at most MOST_PEOPLE cells that are likelier than `least`, the likeliest first; of boxes about
    one and the same person the likeliest only."""
    boxes: list[np.ndarray] = []
    for place in np.argsort(-maps[0], axis=None):
        box, score = _box_at(maps, int(place), scale)
        if score < least or len(boxes) == MOST_PEOPLE:
            break
        if all(overlap(box, other) < SAME_PERSON for other in boxes):
            boxes.append(box)
    return np.array(boxes).reshape(-1, 4)


def _box_at(maps: np.ndarray, place: int, scale: float) -> tuple[np.ndarray, float]:
    row, col = divmod(place, GRID)
    logit, log_side, dx, dy = (float(v) for v in maps[:, row, col])
    half = 2.0**log_side * INPUT_PX / 2
    x, y = (col + 0.5 + dx) * 8, (row + 0.5 + dy) * 8
    return np.array([x - half, y - half, x + half, y + half]) / scale, float(1 / (1 + np.exp(-logit)))


def locator_loss(maps: Tensor, boxes_px: Tensor, present: Tensor) -> dict[str, Tensor]:
    """Maps (B, 4, GRID, GRID) against square boxes (B, 4) in letterbox pixels; `present` (B,) 1 or 0.

    The centre is a penalty-reduced focal loss on a Gaussian, size and offset an L1 at the true cell.
    """
    cells = (boxes_px[:, :2] + boxes_px[:, 2:]) / 2 / 8
    side = (boxes_px[:, 2] - boxes_px[:, 0]).clamp_min(1.0)
    grid = torch.arange(GRID, device=maps.device, dtype=maps.dtype) + 0.5
    sigma = (side / 8 * 0.08).clamp_min(0.7)[:, None]
    gx = torch.exp(-((grid - cells[:, :1]) ** 2) / (2 * sigma**2))
    gy = torch.exp(-((grid - cells[:, 1:]) ** 2) / (2 * sigma**2))
    heat = gy[:, :, None] * gx[:, None, :] * present[:, None, None]
    index = cells.floor().clamp(0, GRID - 1).long()
    batch = torch.arange(len(maps), device=maps.device)
    at = maps[batch, :, index[:, 1], index[:, 0]]  # (B, 4)
    log_q = functional.logsigmoid(-maps[:, 0])
    p = maps[:, 0].sigmoid()
    hit = -(functional.logsigmoid(at[:, 0]) * (1 - at[:, 0].sigmoid()) ** 2 * present).sum()
    near = -(log_q * p**2 * (1 - heat) ** 4).sum()
    offset = cells - index - 0.5
    size_error = (at[:, 1] - torch.log2(side / INPUT_PX)).abs()
    offset_error = (at[:, 2:] - offset).abs().sum(-1)
    count = present.sum().clamp_min(1.0)
    return {
        "centre": (hit + near) / count,
        "size": (size_error * present).sum() / count,
        "offset": 0.3 * (offset_error * present).sum() / count,
    }
