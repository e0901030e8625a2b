"""Pairs of frames of one person out of unlabelled clips, as `puppetpose data` found them, in batches."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from core_model.data.batches import PairBatch, crop_files, to_tensor
from core_model.data.held_out import split
from core_model.data.unlabelled.store import VideoData, read_columns, read_video_data
from core_model.errors import ConfigError, MediaError
from core_model.geometry.crop import to_crop

HERE = np.array([0.0, 0.0, 1.0, 1.0])
"""The box of a crop in sides of itself."""


class Clips:
    """The pairs in a folder's files, or in one file. Their pictures are read when first needed, by whoever needs them.

    `pairs` (P, 3): number of the file and of two frames far apart in pose, both clear, to learn from; `held_out` (H, 3)
    the same, the last one a frame that is held out (`core_model.data.held_out`). Raises ConfigError where there are no
    pairs to learn from.
    """

    def __init__(self, path: Path, held_out_share: float = 0.0) -> None:
        self.path, self.files, self._share = path, crop_files(path), held_out_share
        found = [_far_pairs(i, file, held_out_share) for i, file in enumerate(self.files)]
        self.pairs, self.held_out = (np.concatenate(column) for column in zip(*found, strict=True))
        if not len(self.pairs):
            less = ", a smaller `held_out_share`" if held_out_share else ""
            raise ConfigError(
                f"The clips behind {path} hold no pair of frames of one person in different poses.",
                f"Take clips in which people move{less}, or set `pairs` to 0.",
            )
        self._read: dict[int, VideoData] = {}

    def __reduce__(self) -> "tuple[type[Clips], tuple[Path, float]]":
        """Another process reads the files itself."""
        return Clips, (self.path, self._share)

    def clip(self, number: int) -> VideoData:
        """One file's contents."""
        if number not in self._read:
            self._read[number] = read_video_data(self.files[number])
        return self._read[number]


def _far_pairs(number: int, file: Path, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Those to learn from, and those whose last frame is held out: each with the number of the file before it."""
    try:
        found = read_columns(file, ("far_pairs", "clear", "pts_s", "person"))
    except MediaError as error:
        raise ConfigError(
            f"{file.name} holds crops, but no pairs of them.", "Make it with puppetpose data, or set `pairs` to 0."
        ) from error
    pairs = found["far_pairs"][found["clear"][found["far_pairs"]].all(axis=1)]
    learnt, held_out = split(found["pts_s"], found["person"], share)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    chosen = pairs[learnt[pairs].all(axis=1)], both[held_out[both[:, 1]]]
    first, second = (np.column_stack([np.full(len(kind), number), kind]) for kind in chosen)
    return first, second


def pair_batch(clips: Clips, rngs: Sequence[np.random.Generator]) -> PairBatch:
    """One pair a generator, in either order, half of them mirrored."""
    rows = [_row(clips, rng) for rng in rngs]
    pictures = [to_tensor(np.stack([row[i] for row in rows])) for i in range(7)]
    numbers = [torch.from_numpy(np.stack([row[i] for row in rows]).astype(np.float32)) for i in (7, 8)]
    return PairBatch(*pictures, *numbers)


def _row(clips: Clips, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Pictures (S, S, C) uint8 in the order of `PairBatch`, then its numbers."""
    number, *both = clips.pairs[rng.integers(len(clips.pairs))]
    clip = clips.clip(number)
    source, target = both if rng.random() < 0.5 else both[::-1]
    neighbour, seconds, box = _neighbour(clip, target, rng)
    pictures = [
        clip.image[source],
        clip.image[target],
        clip.image[neighbour],
        clip.background[target],
        255 * clip.background_known[target][..., None].astype(np.uint8),
        255 * clip.foreground[target][..., None].astype(np.uint8),
        clip.foreground_confidence[target][..., None],
    ]
    if rng.random() < 0.5:
        pictures, box = [p[:, ::-1] for p in pictures], np.array([1 - box[2], box[1], 1 - box[0], box[3]])
    return (*pictures, np.array(seconds), box)


def _neighbour(clip: VideoData, target: int, rng: np.random.Generator) -> tuple[int, float, np.ndarray]:
    """A frame next to `target`, the seconds between them, and its crop in sides of the target's; itself where there is
    none."""
    beside = clip.neighbour_pairs[(clip.neighbour_pairs == target).any(axis=1)].sum(axis=1) - target
    if not len(beside):
        return target, 1.0, HERE
    chosen = int(rng.choice(beside))
    box = to_crop(clip.box_px[chosen].reshape(2, 2), clip.box_px[target], 1).ravel()
    return chosen, float(abs(clip.pts_s[chosen] - clip.pts_s[target])), box
