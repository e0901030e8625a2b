"""The people of a pool on the device that learns: every batch puts them into new pictures there."""

import numpy as np
import torch
from torch import Tensor

from core_model.data.batches import LabelledBatch, relative_shape
from core_model.data.on_device.composing import Composer
from core_model.data.on_device.spoiling import on
from core_model.data.on_device.warps import Warps, cut_out, recoloured
from core_model.data.people.assets import Array, photographs
from core_model.data.pool import SamplePool
from core_model.geometry.crop import crop_rotation
from core_model.networks.encoder import MAP_PX, PARTS_PX
from core_model.skeleton import LIMBS, NUM_SHAPE

_COPIED = 1024
"""People copied at once: beside the pool and the device they take memory a third time."""


class Residents:
    """Copies of a pool's people, taken as they are rendered. The whole pool must fit into the device's memory."""

    def __init__(self, pool: SamplePool, device: torch.device) -> None:
        self.pool, self.device, self.count = pool, device, 0
        photos = np.stack(photographs("train"))
        self._compose = Composer(torch.from_numpy(photos).permute(0, 3, 1, 2).contiguous().to(device))
        picture = (pool.size_px, pool.size_px, 4)
        self._kept = {
            name: torch.empty((pool.capacity, *shape), dtype=torch.uint8 if name == "drawn" else None, device=device)
            for name, shape in {"drawn": picture, "points": (21, 2), "body": (21, 3), "shape": (NUM_SHAPE,)}.items()
        }

    def take(self, count: int) -> None:
        """Copy those that are new among the pool's first `count`."""
        while self.count < count:
            self._copy(slice(self.count, min(count, self.count + _COPIED)))

    def _copy(self, new: slice) -> None:
        raw: dict[str, Array] = {name: np.array(array[new]) for name, array in self.pool.arrays.items()}
        middle = np.full(2, self.pool.size_px / 2)
        turn = crop_rotation(middle - raw["principal_px"], raw["focal_px"])
        body = np.einsum("bij,bnj->bni", turn, raw["joints3d_m"] - raw["joints3d_m"][:, :1]).astype(np.float32)
        self._kept["drawn"][new].copy_(torch.from_numpy(raw["drawn"]))
        self._kept["points"][new].copy_(torch.from_numpy(raw["joints2d_px"] * (2 / self.pool.size_px) - 1))
        self._kept["body"][new].copy_(torch.from_numpy(body))
        self._kept["shape"][new].copy_(relative_shape(raw["joints3d_m"]))
        self.count = new.stop

    def batch(self, size: int, seed: tuple[int, ...]) -> LabelledBatch:
        """`size` of them by chance, in pictures that were never seen."""
        rng = np.random.default_rng(seed)
        generator = torch.Generator(self.device)
        generator.manual_seed(int(rng.integers(2**62)))
        where = on(self.device, rng.integers(0, self.count, size), torch.int64)
        drawn, points, body, shape = (self._kept[name][where] for name in ("drawn", "points", "body", "shape"))
        images, parts, hidden = self._compose(drawn, rng, generator)
        warps = Warps.draw(rng, size, self.device)
        images = cut_out(recoloured(warps.images(images), rng, generator), rng, generator)
        ends = on(self.device, LIMBS, torch.int64)
        joints = warps.directions(body)
        vectors = joints[:, ends[:, 1]] - joints[:, ends[:, 0]]
        moved = warps.points(points)
        weight = torch.where(warps.order(_at(hidden, points)), 0.5, 1.0) * (moved.abs() < 1).all(dim=-1)
        return LabelledBatch(
            (images / 255).contiguous(memory_format=torch.channels_last),
            points=(moved + 1) * (MAP_PX / 2),
            weight=weight,
            limbs=vectors / vectors.norm(dim=-1, keepdim=True).clamp_min(1e-6),
            parts=warps.labels(parts, PARTS_PX),
            shape=shape,
        )


def _at(hidden: Tensor, points: Tensor) -> Tensor:
    """What masks (B, S, S) say at points (B, N, 2) in half sides from the middle; True outside."""
    size = hidden.shape[-1]
    cells = ((points + 1) * (size / 2)).long().clamp(0, size - 1)
    number = torch.arange(len(hidden), device=hidden.device)[:, None]
    return hidden[number, cells[..., 1], cells[..., 0]] | (points.abs() >= 1).any(dim=-1)
