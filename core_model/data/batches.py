"""Batches for the pose encoder: rendered people with their labels, unlabelled crops with none.

Each sample has its own random numbers, so that a batch is the same however many processes share its making.
"""

import dataclasses
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from core_model.data.augment import ANYHOW, Warp, cut_out, in_crop_camera, recolour
from core_model.data.held_out import split
from core_model.data.pool import SamplePool
from core_model.errors import ConfigError
from core_model.geometry.kinematics import shape_from_lengths
from core_model.limits import limb_lengths_m
from core_model.networks.encoder import INPUT_PX, MAP_PX, PARTS_PX
from core_model.skeleton import LIMBS, NUM_SHAPE


@dataclass(frozen=True, slots=True)
class LabelledBatch:
    """Rendered people, augmented."""

    image: Tensor  # (B, 3, INPUT_PX, INPUT_PX) in [0, 1]
    points: Tensor  # (B, 21, 2) in cells of the heat-map
    weight: Tensor  # (B, 21) 1 visible, 0.5 hidden, 0 outside
    limbs: Tensor  # (B, 20, 3) unit vectors in the crop camera's frame
    parts: Tensor  # (B, PARTS_PX, PARTS_PX) part index
    shape: Tensor  # (B, 12)


@dataclass(frozen=True, slots=True)
class UnlabelledBatch:
    """Crops of unlabelled frames, each twice."""

    plain: Tensor  # (B, 3, INPUT_PX, INPUT_PX) in [0, 1], as the teacher sees them
    changed: Tensor  # the same, warped and recoloured, as the student sees them
    warps: list[Warp]  # from plain to changed


@dataclass(frozen=True, slots=True)
class TaughtBatch:
    """Crops of unlabelled frames, changed, and what careful looks said of them (`core_model.data.lessons`)."""

    image: Tensor  # (B, 3, INPUT_PX, INPUT_PX) in [0, 1]
    points: Tensor  # (B, 21, 2) in cells of the heat-map
    weight: Tensor  # (B, 21) how sure that was; 0 outside and where it was too unsure
    limbs: Tensor  # (B, 20, 3) unit vectors in the crop camera's frame
    limbs_weight: Tensor  # (B, 20)
    parts: Tensor  # (B, 15, PARTS_PX, PARTS_PX) probabilities


@dataclass(frozen=True, slots=True)
class PairBatch:
    """Crops of one person each, `source` and `target` from one clip in different poses; pictures in [0, 1]."""

    source: Tensor  # (B, 3, S, S)
    target: Tensor  # (B, 3, S, S)
    neighbour: Tensor  # (B, 3, S, S) a frame next to the target, or the target itself
    background: Tensor  # (B, 3, S, S) of the target
    known: Tensor  # (B, 1, S, S) where the background is
    foreground: Tensor  # (B, 1, S, S) estimate for the target
    confidence: Tensor  # (B, 1, S, S) of that
    seconds: Tensor  # (B,) between target and neighbour
    neighbour_box: Tensor  # (B, 4) x0 y0 x1 y1 of its crop in sides of the target's

    def to(self, device: torch.device) -> "PairBatch":
        """The same there."""
        return PairBatch(*(getattr(self, field.name).to(device) for field in dataclasses.fields(self)))


@dataclass(frozen=True, slots=True)
class Batch:
    """What one optimiser step learns from, or a piece of it."""

    rendered: LabelledBatch
    unlabelled: UnlabelledBatch | None = None
    pairs: PairBatch | None = None
    taught: TaughtBatch | None = None

    def cut(self, pieces: int) -> "list[Batch]":
        """The batch in so many equal pieces, in order."""
        none: list[None] = [None] * pieces
        unlabelled = none if self.unlabelled is None else _cut(self.unlabelled, pieces)
        pairs = none if self.pairs is None else _cut(self.pairs, pieces)
        taught = none if self.taught is None else _cut(self.taught, pieces)
        return [Batch(*piece) for piece in zip(_cut(self.rendered, pieces), unlabelled, pairs, taught, strict=True)]


_Kind = TypeVar("_Kind", LabelledBatch, UnlabelledBatch, PairBatch, TaughtBatch)


def _cut(batch: _Kind, pieces: int) -> list[_Kind]:
    columns = [getattr(batch, field.name) for field in dataclasses.fields(batch)]
    size = len(columns[0]) // pieces
    return [type(batch)(*(column[i * size : (i + 1) * size] for column in columns)) for i in range(pieces)]


def to_tensor(images: np.ndarray) -> Tensor:
    """(B, H, W, 3) uint8 -> (B, 3, H, W) float in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2))).float() / 255


def relative_shape(joints3d_m: np.ndarray) -> Tensor:
    """(B, 21, 3) -> (B, 12) body shape, after scaling to the canonical size: an image does not tell the size."""
    lengths = np.linalg.norm(joints3d_m[:, LIMBS[:, 1]] - joints3d_m[:, LIMBS[:, 0]], axis=-1)
    lengths *= limb_lengths_m(np.zeros(NUM_SHAPE)).sum() / lengths.sum(axis=1, keepdims=True)
    return shape_from_lengths(torch.from_numpy(lengths.astype(np.float32)))


def labelled_batch(pool: SamplePool, people: int, rngs: Sequence[np.random.Generator]) -> LabelledBatch:
    """One of the pool's first `people` a generator, each flipped, turned, scaled, recoloured and cut at random."""
    raw = pool.read(np.array([rng.integers(0, people) for rng in rngs]))
    images, parts, points, weight, limbs = [], [], [], [], []
    for i, rng in enumerate(rngs):
        warp = Warp.draw(rng, pool.size_px, INPUT_PX, anyhow=ANYHOW)
        images.append(cut_out(recolour(warp.image(raw["image"][i]), rng), rng))
        step = INPUT_PX // PARTS_PX
        parts.append(warp.labels(raw["parts"][i])[step // 2 :: step, step // 2 :: step])
        p = warp.points(raw["joints2d_px"][i].astype(np.float64))
        inside = ((p > 0) & (p < INPUT_PX)).all(axis=1)
        visible = warp.order(raw["joints_visible"][i]).astype(bool)
        points.append(p * (MAP_PX / INPUT_PX))
        weight.append(np.where(inside, np.where(visible, 1.0, 0.5), 0.0))
        body = in_crop_camera(raw["joints3d_m"][i], raw["focal_px"][i], raw["principal_px"][i], pool.size_px)
        body = warp.directions(body)
        vectors = body[LIMBS[:, 1]] - body[LIMBS[:, 0]]
        limbs.append(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True).clip(1e-6))
    as_float = [torch.from_numpy(np.stack(a).astype(np.float32)) for a in (points, weight, limbs)]
    return LabelledBatch(
        to_tensor(np.stack(images)),
        points=as_float[0],
        weight=as_float[1],
        limbs=as_float[2],
        parts=torch.from_numpy(np.stack(parts).astype(np.int64)),
        shape=relative_shape(raw["joints3d_m"]),
    )


def crop_files(path: Path) -> list[Path]:
    """The files of crops in a folder, or the one that `path` is. Raises ConfigError if there are none."""
    files = [path] if path.is_file() else sorted(path.glob("*.npz"))
    if not files:
        raise ConfigError(f"There are no unlabelled crops in {path}.", "Make some: puppetpose data CLIPS.")
    return files


def read_crops(path: Path, held_out_share: float = 0.0) -> np.ndarray:
    """All crops (N, S, S, 3) uint8 of a folder's files, or of one file, but those that are held out of videos.

    Raises ConfigError if there are none.
    """
    columns = []
    for file in crop_files(path):
        try:
            with np.load(file) as data:
                images = data["image"]
                if held_out_share and "pts_s" in data:  # photographs have no times, and nothing is held out of them
                    images = images[split(data["pts_s"], data["person"], held_out_share)[0]]
                columns.append(images)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ConfigError(
                f"{file} holds no crops ({error}).", "Make it again with puppetpose data, or take it away."
            ) from error
    found = [images for images in columns if len(images)]
    if not found:
        raise ConfigError(
            f"Nobody was found in the clips behind {path}: it holds no crops.", "Take clips that show people."
        )
    return np.concatenate(found)


def unlabelled_batch(crops: np.ndarray, rngs: Sequence[np.random.Generator]) -> UnlabelledBatch:
    """One of the crops a generator, warped, recoloured and cut at random."""
    plain, changed, warps = [], [], []
    for rng in rngs:
        crop = crops[rng.integers(0, len(crops))]
        # a crop is never quite centred on its person; the teacher sees it at a random offset too
        view = Warp.draw(rng, crop.shape[0], INPUT_PX, strength=0.3).image(crop)
        warp = Warp.draw(rng, INPUT_PX, INPUT_PX, strength=1.2)
        plain.append(view)
        changed.append(cut_out(recolour(warp.image(view), rng), rng))
        warps.append(warp)
    return UnlabelledBatch(to_tensor(np.stack(plain)), to_tensor(np.stack(changed)), warps)
