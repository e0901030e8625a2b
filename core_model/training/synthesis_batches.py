"""Batches for the decoder: the appearance of some shots on the pose of another, and that other shot as the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from core_model.data.shots import Shot
from core_model.geometry.limbs import limb_vectors
from core_model.networks.decoder import COVER, decoder_input
from core_model.puppet import Puppet
from core_model.puppet.atlas import lift_atlas_fast
from core_model.puppet.raster import Drawing, PlacedParts, draw, paint, place_parts
from core_model.skeleton import BACKGROUND
from core_model.wardrobe import Look, Wardrobe

SOURCE_NOISE_PX = 1.5
TARGET_NOISE_PX = 0.7
DEPTH_NOISE_M = 0.02
COARSE_LABELS = 0.5
"""Share of source shots whose part labels are as coarse as a network's."""
PUPPET_LABELS = 0.2
"""Share of source shots of which only the puppet's own outlines are known."""
OCCLUDED = 0.4
"""Share of source shots of which pieces are taken away, as if hidden."""


class Task(NamedTuple):
    """What is known of how somebody looks, and the shot that is to be made from it."""

    sources: Sequence[Shot]
    target: Shot


@dataclass(frozen=True, slots=True)
class SynthesisBatch:
    """Windows W of the crops, about the people."""

    planes: Tensor  # (B, 11, W, W) what the decoder reads
    image: Tensor  # (B, 3, W, W) in [0, 1] what it should show
    mask: Tensor  # (B, 1, W, W) in [0, 1]
    certain: Tensor  # (B, 1, W, W) 1 where the mask is to be trusted
    parts: Tensor  # (B, W / 2, W / 2) part index
    parts_certain: Tensor  # (B, W / 2, W / 2)

    def to(self, device: str) -> "SynthesisBatch":
        """The same there."""
        return SynthesisBatch(*(getattr(self, field.name).to(device) for field in fields(self)))


def synthesis_batch(tasks: list[Task], puppet: Puppet, window_px: int, rng: np.random.Generator) -> SynthesisBatch:
    """One sample from each task."""
    samples = [window_sample(painted_planes(task, puppet, rng), task.target, window_px, rng) for task in tasks]
    columns = [torch.from_numpy(np.stack(column)) for column in zip(*samples, strict=True)]
    return SynthesisBatch(*columns)


def painted_planes(task: Task, puppet: Puppet, rng: np.random.Generator | None = None) -> np.ndarray:
    """The sources' appearance on the target's puppet: planes (11, S, S); with `rng`, spoilt as in use."""
    wardrobe = Wardrobe(tuple(look_of_shot(source, puppet, rng) for source in task.sources))
    placed, drawing = stand_shot(task.target, puppet, TARGET_NOISE_PX, rng)
    looks = wardrobe.dress(task.target.joints3d_m)
    return decoder_input(drawing, *paint(placed, drawing.owner, looks))


def look_of_shot(source: Shot, puppet: Puppet, rng: np.random.Generator | None = None) -> Look:
    """What a shot shows; with `rng`, its labels and joints spoilt as in use."""
    labels = source.parts if rng is None else _spoil_labels(source.parts, rng)
    placed, drawing = stand_shot(source, puppet, SOURCE_NOISE_PX, rng)
    atlas = lift_atlas_fast(source.image, placed, drawing, labels)
    return Look((atlas * 255 + 0.5).astype(np.uint8), limb_vectors(source.joints3d_m))


def stand_shot(
    shot: Shot, puppet: Puppet, noise_px: float = 0.0, rng: np.random.Generator | None = None
) -> tuple[PlacedParts, Drawing]:
    """The puppet in the pose of a shot; with `rng`, its joints astray by about `noise_px`."""
    noise = np.zeros((21, 3))
    if rng is not None:
        noise = rng.normal(size=(21, 3)) * [noise_px, noise_px, DEPTH_NOISE_M] * rng.uniform()
    placed = place_parts(puppet.placer, shot.points_px + noise[:, :2], shot.depth_m + noise[:, 2])
    return placed, draw(puppet.template, placed, size=len(shot.image))


def _spoil_labels(parts: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
    if rng.random() < PUPPET_LABELS:
        return None
    labels, size = parts.copy(), len(parts)
    if rng.random() < COARSE_LABELS:
        small = cv2.resize(labels, (64, 64), interpolation=cv2.INTER_NEAREST)
        labels = cv2.resize(small, (size, size), interpolation=cv2.INTER_NEAREST)
    if rng.random() < OCCLUDED:
        for _ in range(rng.integers(1, 4)):
            centre, axes = rng.integers(0, size, 2).tolist(), rng.integers(size // 20, size // 5, 2).tolist()
            cv2.ellipse(labels, centre, axes, float(rng.uniform(0, 180)), 0, 360, BACKGROUND, -1)
    return labels


def window_sample(planes: np.ndarray, target: Shot, window_px: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """The columns of a `SynthesisBatch` for one shot and what the decoder reads of it, in a window about the person."""
    x, y = _window(target.mask, window_px, rng)
    area = np.s_[y : y + window_px, x : x + window_px]
    parts = target.parts[area][::2, ::2]
    certain = np.ones((window_px, window_px), np.float32)
    parts_certain = certain
    if target.sure is not None:  # labels come from a network: its borders are not to be trusted
        border = cv2.morphologyEx(target.parts, cv2.MORPH_GRADIENT, np.ones((7, 7), np.uint8))[area]
        missed = (target.parts[area] == BACKGROUND) & (planes[COVER][area] >= 0.5)  # or a limb that it overlooked
        told = (border == 0) & ~missed
        certain = (told | target.sure[area]).astype(np.float32)
        agreed = (target.mask[area] > 127) == (target.parts[area] != BACKGROUND)
        parts_certain = (told & agreed).astype(np.float32)
    image = target.image[area].transpose(2, 0, 1).astype(np.float32) / 255
    mask = target.mask[area][None].astype(np.float32) / 255
    return (
        planes[:, area[0], area[1]],
        image,
        mask,
        certain[None],
        parts.astype(np.int64),
        parts_certain[::2, ::2].copy(),
    )


def _window(mask: np.ndarray, window_px: int, rng: np.random.Generator) -> tuple[int, int]:
    """The corner (x, y), both even, of a window about a random spot of the person."""
    free = len(mask) - window_px
    ys, xs = np.nonzero(mask[::4, ::4] > 127)
    if not len(xs):
        return free // 4 * 2, free // 4 * 2
    spot = rng.integers(len(xs))
    corner = np.array([xs[spot], ys[spot]]) * 4 - window_px / 2 + rng.uniform(-20, 20, 2)
    x, y = (np.clip(corner, 0, free) // 2 * 2).astype(int)
    return int(x), int(y)
