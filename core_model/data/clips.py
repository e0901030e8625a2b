"""Pairs of frames of one person out of unlabelled clips, as `puppetpose data` found them, in batches."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from core_model.data.batches import PairBatch, crop_files, to_tensor
from core_model.data.unlabelled.store import VideoData, read_columns, read_video_data
from core_model.errors import ConfigError, MediaError
from core_model.geometry.crop import to_crop

HERE = np.array([0.0, 0.0, 1.0, 1.0])
"""The box of a crop in sides of itself."""


class Clips:
    """The pairs in a folder's files, or in one file. Their pictures are read when first needed, by whoever needs them.

    `pairs` (P, 3): number of the file and of two frames far apart in pose, both clear. Raises ConfigError where there
    are none.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.files = path, crop_files(path)
        self.pairs = np.concatenate([_far_pairs(i, file) for i, file in enumerate(self.files)])
        if not len(self.pairs):
            raise ConfigError(
                f"The clips behind {path} hold no pair of frames of one person in different poses.",
                "Take clips in which people move, or set `pairs` to 0.",
            )
        self._read: dict[int, VideoData] = {}

    def __reduce__(self) -> "tuple[type[Clips], tuple[Path]]":
        """Another process reads the files itself."""
        return Clips, (self.path,)

    def clip(self, number: int) -> VideoData:
        """One file's contents."""
        if number not in self._read:
            self._read[number] = read_video_data(self.files[number])
        return self._read[number]


def _far_pairs(number: int, file: Path) -> np.ndarray:
    try:
        found = read_columns(file, ("far_pairs", "clear"))
    except MediaError as error:
        raise ConfigError(
            f"{file.name} holds crops, but no pairs of them.", "Make it with puppetpose data, or set `pairs` to 0."
        ) from error
    pairs = found["far_pairs"][found["clear"][found["far_pairs"]].all(axis=1)]
    return np.column_stack([np.full(len(pairs), number), pairs])


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
