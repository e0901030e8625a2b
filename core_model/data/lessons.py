"""Lessons: what careful looks said of unlabelled crops, for a network that looks once to learn from.

A teacher that sees more than its student teaches it (Hinton et al., arXiv 1503.02531), also on pictures that nobody has
labelled; the student sees them changed (Xie et al., arXiv 1911.04252).
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core_model.data.augment import ANYHOW, Warp, cut_out, recolour
from core_model.data.batches import TaughtBatch, to_tensor
from core_model.data.on_device.spoiling import coarse, refiltered
from core_model.data.on_device.warps import REFILTERED
from core_model.errors import ConfigError
from core_model.export.folder import written_aside
from core_model.networks.encoder import INPUT_PX, MAP_PX, PARTS_PX
from core_model.skeleton import LIMBS, NUM_PARTS, PART_MIRROR

SURE = 0.35
"""Sureness from which on a joint teaches."""
COARSE = 0.25
"""Share of the crops that are seen at a lower resolution."""
_MIRROR = np.append(PART_MIRROR, NUM_PARTS)


@dataclass(frozen=True, slots=True)
class Lessons:
    """N square crops of side S, and what was said of each."""

    image: np.ndarray  # (N, S, S, 3) uint8
    points: np.ndarray  # (N, 21, 2) float32 joints, in sides of the crop
    sureness: np.ndarray  # (N, 21) float32 in [0, 1]
    limbs: np.ndarray  # (N, 20, 3) float32 limb vectors, crop camera; the shorter the less the looks agree
    parts: np.ndarray  # (N, 15, H, H) float16 probabilities

    @classmethod
    def read(cls, path: Path) -> "Lessons":
        """What `write` wrote. Raises ConfigError."""
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls(*(file[field.name] for field in fields(cls)))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ConfigError(
                f"{path} holds no lessons.", "Make them: python -m core_model.training.lessons CROPS."
            ) from error

    def write(self, path: Path) -> None:
        """One compressed file. Raises OutputError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_aside(path) as aside:
            np.savez_compressed(aside, **{field.name: getattr(self, field.name) for field in fields(self)})  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.image)


def taught_batch(lessons: Lessons, rngs: Sequence[np.random.Generator]) -> TaughtBatch:
    """One crop a generator, changed as rendered people are."""
    rows = [_row(lessons, rng) for rng in rngs]
    numbers = (
        torch.from_numpy(np.stack(column).astype(np.float32)) for column in zip(*(row[1] for row in rows), strict=True)
    )
    points, weight, limbs, limbs_weight = numbers
    return TaughtBatch(
        torch.cat([row[0] for row in rows]), points, weight, limbs, limbs_weight, torch.cat([row[2] for row in rows])
    )


def _row(lessons: Lessons, rng: np.random.Generator) -> tuple[Tensor, tuple[np.ndarray, ...], Tensor]:
    """The picture (1, 3, INPUT_PX, INPUT_PX), the numbers in the order of `TaughtBatch`, the parts."""
    i = int(rng.integers(len(lessons)))
    side = lessons.image.shape[1]
    warp = Warp.draw(rng, side, INPUT_PX, anyhow=ANYHOW)
    image = to_tensor(cut_out(recolour(warp.image(lessons.image[i]), rng), rng)[None]) * 255
    if rng.random() < REFILTERED:
        image = refiltered(image, rng)
    if rng.random() < COARSE:
        image = coarse(image, rng)
    points = warp.points(lessons.points[i].astype(np.float64) * side)
    inside = ((points > 0) & (points < INPUT_PX)).all(axis=1)
    sureness = warp.order(lessons.sureness[i])
    weight = np.where(inside & (sureness >= SURE), sureness, 0.0)
    by_joint = np.concatenate([np.zeros((1, 3)), lessons.limbs[i]])  # limb i ends in joint i + 1
    vectors = warp.directions(by_joint)[1:]
    agreed = np.linalg.norm(vectors, axis=1)
    taught = agreed**2 * (weight[LIMBS] > 0).all(axis=1)
    numbers = (points * (MAP_PX / INPUT_PX), weight, vectors / agreed[:, None].clip(1e-6), taught)
    return image / 255, numbers, _parts(lessons.parts[i], warp)


def _parts(parts: np.ndarray, warp: Warp) -> Tensor:
    """Probabilities (15, H, H) over a crop as they are over the changed one (1, 15, PARTS_PX, PARTS_PX)."""
    plain = torch.from_numpy((parts[_MIRROR] if warp.flip else parts).astype(np.float32))[None]
    # affine_grid wants where each new place was, in half sides from the middle
    matrix = np.concatenate([warp.matrix, [[0, 0, 1]]])
    old, new = (np.array([[s / 2, 0, s / 2], [0, s / 2, s / 2], [0, 0, 1]]) for s in (warp.size_px, warp.out_px))
    back = np.linalg.inv(old) @ np.linalg.inv(matrix) @ new
    grid = functional.affine_grid(
        torch.from_numpy(back[None, :2]).float(), [1, 1, PARTS_PX, PARTS_PX], align_corners=False
    )
    return functional.grid_sample(plain, grid, padding_mode="border", align_corners=False)
