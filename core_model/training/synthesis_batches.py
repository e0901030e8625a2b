"""Batches for the decoder: the appearance of one shot on the pose of another, and the other shot as the answer."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from core_model.data.pairs import Shot
from core_model.networks.decoder import decoder_input
from core_model.puppet import Puppet
from core_model.puppet.atlas import lift_atlas_fast
from core_model.puppet.raster import draw, paint, place_parts
from core_model.skeleton import BACKGROUND

SOURCE_NOISE_PX = 1.5
TARGET_NOISE_PX = 0.7
DEPTH_NOISE_M = 0.02
COARSE_LABELS = 0.5
"""Share of source shots whose part labels are as coarse as a network's."""
PUPPET_LABELS = 0.2
"""Share of source shots of which only the puppet's own outlines are known."""
OCCLUDED = 0.4
"""Share of source shots of which pieces are taken away, as if hidden."""


@dataclass(frozen=True, slots=True)
class SynthesisBatch:
    """Windows W of the crops, about the people."""

    planes: Tensor  # (B, 7, W, W) what the decoder reads
    image: Tensor  # (B, 3, W, W) in [0, 1] what it should show
    mask: Tensor  # (B, 1, W, W) in [0, 1]
    certain: Tensor  # (B, 1, W, W) 1 where the mask is to be trusted
    parts: Tensor  # (B, W / 2, W / 2) part index
    parts_certain: Tensor  # (B, W / 2, W / 2)


def synthesis_batch(
    pairs: list[tuple[Shot, Shot]], puppet: Puppet, window_px: int, rng: np.random.Generator
) -> SynthesisBatch:
    """One sample from each (source, target) pair."""
    samples = [_sample(source, target, puppet, window_px, rng) for source, target in pairs]
    columns = [torch.from_numpy(np.stack(column)) for column in zip(*samples, strict=True)]
    return SynthesisBatch(*columns)


def painted_planes(source: Shot, target: Shot, puppet: Puppet, rng: np.random.Generator | None = None) -> np.ndarray:
    """The source's appearance on the target's puppet: planes (7, S, S); with `rng`, spoilt as in use."""
    labels: np.ndarray | None = source.parts
    noise = [np.zeros((21, 3))] * 2
    if rng is not None:
        labels = _spoil_labels(source.parts, rng)
        scales = (SOURCE_NOISE_PX, TARGET_NOISE_PX)
        noise = [rng.normal(size=(21, 3)) * [scale, scale, DEPTH_NOISE_M] * rng.uniform() for scale in scales]
    placed = place_parts(puppet.placer, source.points_px + noise[0][:, :2], source.depth_m + noise[0][:, 2])
    drawing = draw(puppet.template, placed, size=len(source.image))
    atlas = lift_atlas_fast(source.image, placed, drawing, labels)
    placed = place_parts(puppet.placer, target.points_px + noise[1][:, :2], target.depth_m + noise[1][:, 2])
    drawing = draw(puppet.template, placed, size=len(target.image))
    return decoder_input(drawing, paint(placed, drawing.owner, atlas))


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


def _sample(
    source: Shot, target: Shot, puppet: Puppet, window_px: int, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    planes = painted_planes(source, target, puppet, rng)
    x, y = _window(target.mask, window_px, rng)
    area = np.s_[y : y + window_px, x : x + window_px]
    parts = target.parts[area][::2, ::2]
    certain = np.ones((window_px, window_px), np.float32)
    if target.background is None:  # labels come from a network: its borders are not to be trusted
        border = cv2.morphologyEx(target.parts, cv2.MORPH_GRADIENT, np.ones((7, 7), np.uint8))[area]
        missed = (target.parts[area] == BACKGROUND) & (planes[4][area] >= 0.5)  # or a limb that the network overlooked
        certain = ((border == 0) & ~missed).astype(np.float32)
    image = target.image[area].transpose(2, 0, 1).astype(np.float32) / 255
    mask = target.mask[area][None].astype(np.float32) / 255
    return planes[:, area[0], area[1]], image, mask, certain[None], parts.astype(np.int64), certain[::2, ::2].copy()


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
