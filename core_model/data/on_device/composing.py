"""People alone -> pictures: something and somebody behind them, sometimes in front, what a lens does to it.

The shares of what is in front are those of `core_model.data.people`, whose pictures measure; behind there is more, and
people are dressed anew (`dressing`): what a network has learnt to look past, it looks past in photographs too.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core_model.data.on_device.dressing import dressed
from core_model.data.on_device.spoiling import blurred, on, recoloured, some, spoiled
from core_model.data.people.renderer import CROWDED, OCCLUDED
from core_model.skeleton import BACKGROUND

CLUTTERED = 0.4
"""Share of the places with shapes before the photograph."""
CROWD = (0.4, 0.3, 0.2, 0.1)
"""Shares of the places with somebody, with one more, and so on: real pictures of sports are full of people."""
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
        image = self.places(everybody, rng)
        if len(chosen := some(rng, count, CROWDED)):
            self.lay(image, chosen, *self._beside(everybody, chosen, rng))
        parts = everybody[:, 3]
        there = (parts != BACKGROUND).float()[:, None]
        person = dressed(everybody[:, :3].float(), parts, self.backgrounds(count, size, rng), image, rng)
        image = before(image, person, there, rng)
        hidden = torch.zeros_like(parts, dtype=torch.bool)
        if len(chosen := some(rng, count, OCCLUDED)):
            somebody = some(rng, len(chosen), CROWDED)
            for group, cover in ((chosen[somebody], self._beside), (np.delete(chosen, somebody), self.things)):
                if len(group):
                    mask = self.lay(image, group, *cover(everybody, group, rng))
                    hidden[on(self.device, group, torch.int64)] = mask[:, 0] > 0
        parts = torch.where(hidden, BACKGROUND, parts)
        return spoiled(image, rng, generator), parts, hidden

    def places(self, everybody: Tensor, rng: np.random.Generator) -> Tensor:
        """What is behind each of the people (B, 4, S, S): photographs, some with things or a crowd in them, some out of
        focus."""
        count, size = len(everybody), everybody.shape[-1]
        image = self.backgrounds(count, size, rng)
        if len(chosen := some(rng, count, CLUTTERED)):
            self.lay(image, chosen, *self.things(everybody, chosen, rng))
        for share in CROWD:
            if len(chosen := some(rng, count, share)):
                self.lay(image, chosen, *self.far_off(everybody, chosen, rng))
        if len(chosen := some(rng, count, 0.3)):
            where = on(self.device, chosen, torch.int64)
            image[where] = blurred(image[where], rng.uniform(0.5, 3, len(chosen)), 7)
        return image

    def backgrounds(self, count: int, size: int, rng: np.random.Generator) -> Tensor:
        """Random crops (N, 3, S, S) of the photographs, recoloured."""
        side = rng.uniform(0.4, 1.0, count)
        mirror = np.where(rng.random(count) < 0.5, -1.0, 1.0)
        at = rng.uniform(-1, 1, (2, count)) * (1 - side)
        zero = np.zeros(count)
        theta = np.array([[side * mirror, zero, at[0]], [zero, side, at[1]]]).transpose(2, 0, 1)
        grid = functional.affine_grid(on(self.device, theta), [count, 3, size, size], align_corners=False)
        which = on(self.device, rng.integers(len(self.photos), size=count), torch.int64)
        crops = functional.grid_sample(self.photos[which].float(), grid, padding_mode="border", align_corners=False)
        return recoloured(crops, rng, 0.15)

    def lay(self, image: Tensor, chosen: np.ndarray, colours: Tensor, mask: Tensor) -> Tensor:
        """Colours (N, 3, S, S) over the chosen pictures where the mask (N, 1, S, S) is 1; the mask."""
        where = on(self.device, chosen, torch.int64)
        image[where] = image[where] * (1 - mask) + colours * mask
        return mask

    def _beside(self, everybody: Tensor, chosen: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """For each of the chosen the next person, moved to one side, larger or smaller: colours and mask."""
        count = len(chosen)
        side = rng.uniform(0.8, 1.4, count) * np.where(rng.random(count) < 0.5, -1.0, 1.0)
        others = everybody[on(self.device, (chosen + 1) % len(everybody), torch.int64)]
        return self._moved(others, np.exp(rng.normal(0, 0.25, count)), np.stack([side, np.zeros(count)]), rng)

    def far_off(self, everybody: Tensor, chosen: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """For each of the chosen somebody by chance, smaller, anywhere: colours and mask."""
        count = len(chosen)
        others = everybody[on(self.device, rng.integers(len(everybody), size=count), torch.int64)]
        return self._moved(others, rng.uniform(0.2, 0.9, count), rng.uniform(-1.1, 1.1, (2, count)), rng)

    def _moved(
        self, people: Tensor, scale: np.ndarray, to: np.ndarray, rng: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        """People (N, 4, S, S) as large as `scale` (N,) says, the middle moved `to` (2, N) half sides, half of them
        mirrored: colours and mask."""
        others, zero, smaller = people.float(), np.zeros(len(people)), 1 / scale
        mirrored = smaller * np.where(rng.random(len(people)) < 0.5, -1.0, 1.0)
        theta = np.array([[mirrored, zero, -mirrored * to[0]], [zero, smaller, -smaller * to[1]]]).transpose(2, 0, 1)
        grid = functional.affine_grid(on(self.device, theta), list(others.shape), align_corners=False)
        others[:, 3] = (others[:, 3] != BACKGROUND).float()
        moved = functional.grid_sample(others, grid, mode="nearest", padding_mode="zeros", align_corners=False)
        return moved[:, :3], moved[:, 3:]

    def things(self, everybody: Tensor, chosen: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
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


def before(place: Tensor, person: Tensor, there: Tensor, rng: np.random.Generator) -> Tensor:
    """People (B, 3, S, S), black where `there` (B, 1, S, S) is 0, before places (B, 3, S, S); soft at the edges."""
    soft = blurred(torch.cat([person, there], dim=1), rng.uniform(0.4, 0.8, len(place)), 1)
    return place * (1 - soft[:, 3:]) + soft[:, :3]


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
