"""People alone -> pictures: something behind them, sometimes something or somebody in front, what a lens does to it.

The shares are those of `core_model.data.people`.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core_model.data.on_device.spoiling import blurred, on, recoloured, some, spoiled
from core_model.data.people.renderer import CROWDED, OCCLUDED
from core_model.skeleton import BACKGROUND

_SHAPES = 3
_SIDES = 6


class Composer:
    """Puts people into pictures with `photos` (P, 3, H, W) uint8, on their device."""

    def __init__(self, photos: Tensor) -> None:
        self.photos, self.device = photos, photos.device

    def __call__(
        self, drawn: Tensor, rng: np.random.Generator, generator: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """People (B, S, S, 4) uint8 as `Drawn` has them -> pictures (B, 3, S, S) in [0, 255], parts (B, S, S) uint8,
        and where something hides the person (B, S, S) bool."""
        count, size = len(drawn), drawn.shape[1]
        everybody = drawn.permute(0, 3, 1, 2)
        image = self.backgrounds(count, size, rng)
        if len(chosen := some(rng, count, CROWDED)):
            self._lay(image, chosen, *self._beside(everybody, chosen, rng))
        parts = everybody[:, 3]
        there = (parts != BACKGROUND).float()[:, None]
        soft = blurred(torch.cat([everybody[:, :3].float(), there], dim=1), rng.uniform(0.4, 0.8, count), 1)
        image = image * (1 - soft[:, 3:]) + soft[:, :3]
        hidden = torch.zeros_like(parts, dtype=torch.bool)
        if len(chosen := some(rng, count, OCCLUDED)):
            somebody = some(rng, len(chosen), CROWDED)
            for group, cover in ((chosen[somebody], self._beside), (np.delete(chosen, somebody), self._things)):
                if len(group):
                    mask = self._lay(image, group, *cover(everybody, group, rng))
                    hidden[on(self.device, group, torch.int64)] = mask[:, 0] > 0
        parts = torch.where(hidden, BACKGROUND, parts)
        return spoiled(image, rng, generator), parts, hidden

    def backgrounds(self, count: int, size: int, rng: np.random.Generator) -> Tensor:
        """Random crops (N, 3, S, S) of the photographs, recoloured, some out of focus."""
        side = rng.uniform(0.4, 1.0, count)
        mirror = np.where(rng.random(count) < 0.5, -1.0, 1.0)
        at = rng.uniform(-1, 1, (2, count)) * (1 - side)
        zero = np.zeros(count)
        theta = np.array([[side * mirror, zero, at[0]], [zero, side, at[1]]]).transpose(2, 0, 1)
        grid = functional.affine_grid(on(self.device, theta), [count, 3, size, size], align_corners=False)
        which = on(self.device, rng.integers(len(self.photos), size=count), torch.int64)
        crops = functional.grid_sample(self.photos[which].float(), grid, padding_mode="border", align_corners=False)
        if len(chosen := some(rng, count, 0.3)):
            where = on(self.device, chosen, torch.int64)
            crops[where] = blurred(crops[where], rng.uniform(0.5, 3, len(chosen)), 7)
        return recoloured(crops, rng, 0.15)

    def _lay(self, image: Tensor, chosen: np.ndarray, colours: Tensor, mask: Tensor) -> Tensor:
        """Colours (N, 3, S, S) over the chosen pictures where the mask (N, 1, S, S) is 1; the mask."""
        where = on(self.device, chosen, torch.int64)
        image[where] = image[where] * (1 - mask) + colours * mask
        return mask

    def _beside(self, everybody: Tensor, chosen: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """For each of the chosen the next person, moved to one side, larger or smaller: colours and mask."""
        count = len(chosen)
        others = everybody[on(self.device, (chosen + 1) % len(everybody), torch.int64)].float()
        scale = np.exp(-rng.normal(0, 0.25, count))
        mirror = np.where(rng.random(count) < 0.5, -1.0, 1.0)
        side = rng.uniform(0.8, 1.4, count) * np.where(rng.random(count) < 0.5, -1.0, 1.0)
        zero = np.zeros(count)
        theta = np.array([[mirror * scale, zero, -mirror * scale * side], [zero, scale, zero]]).transpose(2, 0, 1)
        grid = functional.affine_grid(on(self.device, theta), list(others.shape), align_corners=False)
        others[:, 3] = (others[:, 3] != BACKGROUND).float()
        moved = functional.grid_sample(others, grid, mode="nearest", padding_mode="zeros", align_corners=False)
        return moved[:, :3], moved[:, 3:]

    def _things(self, everybody: Tensor, chosen: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Shapes in a colour or with a photograph's texture."""
        count, size = len(chosen), everybody.shape[-1]
        colours = self.backgrounds(count, size, rng)
        plain = some(rng, count, 0.4)
        if len(plain):
            colours[on(self.device, plain, torch.int64)] = on(
                self.device, rng.integers(0, 256, (len(plain), 3, 1, 1))
            ).expand(-1, -1, size, size)
        masks = torch.zeros((count, size, size), dtype=torch.bool, device=self.device)
        for number in range(_SHAPES):
            wanted = on(self.device, rng.random(count) < (1, 2 / 3, 1 / 3)[number], torch.bool)
            masks |= shapes(count, size, rng, self.device) & wanted[:, None, None]
        return colours, masks[:, None].float()


def shapes(count: int, size: int, rng: np.random.Generator, device: torch.device) -> Tensor:
    """Masks (N, S, S) bool: polygons, ellipses, something in front of the feet, bars."""
    cells = (torch.arange(size, device=device) + 0.5) / size
    centre = on(device, rng.uniform(0, 1, (2, count, 1, 1)))
    x, y = cells[None, None, :] - centre[0], cells[None, :, None] - centre[1]
    kind = on(device, rng.choice(4, count, p=(0.4, 0.3, 0.15, 0.15)))[:, None, None]
    every = [_polygons(x, y, rng), _ellipses(x, y, rng), _fronts(cells, count, rng), _bars(x, y, rng)]
    return torch.stack([mask & (kind == number) for number, mask in enumerate(every)]).any(dim=0)


def _polygons(x: Tensor, y: Tensor, rng: np.random.Generator) -> Tensor:
    """Where all of some half planes overlap."""
    count, inside = len(x), torch.ones((len(x), y.shape[1], x.shape[2]), dtype=torch.bool, device=x.device)
    turn = np.sort(rng.uniform(0, 2 * math.pi, (_SIDES, count, 1, 1)), axis=0)
    reach = rng.uniform(0.05, 0.22, (count, 1, 1)) * rng.uniform(0.4, 1, (_SIDES, count, 1, 1))
    for side in range(_SIDES):
        c, s, r = (on(x.device, v) for v in (np.cos(turn[side]), np.sin(turn[side]), reach[side]))
        inside &= c * x + s * y < r
    return inside & (x * x + y * y < 0.3**2)


def _ellipses(x: Tensor, y: Tensor, rng: np.random.Generator) -> Tensor:
    angle = rng.uniform(0, math.pi, (len(x), 1, 1))
    c, s, a, b = (on(x.device, v) for v in (np.cos(angle), np.sin(angle), *rng.uniform(0.03, 0.2, (2, len(x), 1, 1))))
    return ((c * x + s * y) / a) ** 2 + ((c * y - s * x) / b) ** 2 < 1


def _fronts(cells: Tensor, count: int, rng: np.random.Generator) -> Tensor:
    low, right = (on(cells.device, rng.uniform(a, b, (count, 1, 1))) for a, b in ((0.7, 0.95), (0.3, 1.0)))
    return (cells[None, :, None] > low) & (cells[None, None, :] < right)


def _bars(x: Tensor, y: Tensor, rng: np.random.Generator) -> Tensor:
    angle = rng.uniform(0, math.pi, (len(x), 1, 1))
    c, s = on(x.device, np.cos(angle)), on(x.device, np.sin(angle))
    length, width = (on(x.device, rng.uniform(a, b, (len(x), 1, 1))) for a, b in ((0.1, 0.5), (0.005, 0.035)))
    return ((c * y - s * x).abs() < width) & ((c * x + s * y).abs() < length)
