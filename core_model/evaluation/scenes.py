"""Clips to be made again: each person in them, what the network says of every crop, and which frames are held out.

The clips are files that `puppetpose data` made once: crops, what is behind and where the person is, so that every
checkpoint is asked the same. Frames are held out in blocks of time, and by pose: a cluster of poses at a time, all of
it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core_model.data.unlabelled.store import VideoData, read_video_data
from core_model.evaluation.metrics import Array
from core_model.evaluation.protocols import PosePredictor
from core_model.geometry.limbs import limb_vectors, pose_distance_rad
from core_model.prediction import CROP_PX, Prediction
from core_model.skeleton import BACKGROUND
from core_model.synthesis import fill_background

LEAST_FRAMES = 16
"""Of a person; who is seen in fewer is left out."""
MOST_PEOPLE = 3
"""Of a file: so that one does not take longer than all others together."""
BLOCK, OF_BLOCKS = 8, 4
"""One block of so many frames in so many blocks is held out."""
CLUSTERS = 5
CROP_BOX_PX = np.array([0.0, 0.0, CROP_PX, CROP_PX])


@dataclass(frozen=True)
class Scene:
    """One person in a clip, and what the network says of each of their crops."""

    clip: VideoData
    seen: list[Prediction]
    limbs: Array  # (N, 20, 3)

    @classmethod
    def of(cls, clip: VideoData, predictor: PosePredictor) -> "Scene":
        """Look at all crops; each fills its frame."""
        seen = [predictor.predict(image, box_px=CROP_BOX_PX, synthesise=False) for image in clip.image]
        return cls(clip, seen, np.stack([limb_vectors(p.joints3d_m) for p in seen]))

    def __len__(self) -> int:
        return len(self.seen)

    def person(self, i: int) -> Array:
        """(S, S) bool where somebody is in a crop."""
        return np.asarray(self.clip.parts[i] != BACKGROUND)

    def behind(self, i: int) -> Array:
        """(S, S, 3) uint8 the place behind: as seen in other frames, filled where in none."""
        filled = fill_background(self.clip.image[i], self.person(i))
        known = self.clip.background_of(i)
        return filled if known is None else np.where((known[1] & self.person(i))[..., None], known[0], filled)

    def nearest(self, target: int, given: Array) -> int:
        """The given frame whose pose is most like the target's."""
        return int(given[pose_distance_rad(self.limbs[target], self.limbs[given]).argmin()])


def scenes_of(file: Path, predictor: PosePredictor, most_people: int = MOST_PEOPLE) -> list[Scene]:
    """Those in a file who are seen most and often enough, the one seen most first: people are never mixed.

    Raises MediaError.
    """
    clip = read_video_data(file)
    people, counts = np.unique(clip.person, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    chosen = [people[i] for i in order if counts[i] >= LEAST_FRAMES][:most_people]
    return [Scene.of(clip.of_person(who), predictor) for who in chosen]


def held_out_blocks(scene: Scene) -> Iterator[Array]:
    """(N,) bool: the frames that are held out, every fourth block."""
    yield (np.arange(len(scene)) // BLOCK) % OF_BLOCKS == OF_BLOCKS - 1


def held_out_clusters(scene: Scene) -> Iterator[Array]:
    """The same, a cluster of poses at a time (k-means of limb vectors)."""
    points = scene.limbs.reshape(len(scene), -1).astype(np.float32)
    if len(points) <= CLUSTERS:
        return
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_MAX_ITER, 50, 0.0)
    _, labels, _ = cv2.kmeans(points, CLUSTERS, None, stop, 4, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    for cluster in range(CLUSTERS):
        yield labels[:, 0] == cluster


PROTOCOLS = {"blocks": held_out_blocks, "pose_clusters": held_out_clusters}


@dataclass(frozen=True)
class Split:
    """Frames to be made, and those that they may be made from."""

    given: Array  # (M,) int
    targets: Array  # (T,) int


def splits_of(scene: Scene, protocol: str, most_frames: int) -> list[Split]:
    """What a protocol asks: held-out frames, evenly thinned out to at most so many in all."""
    masks = [held for held in PROTOCOLS[protocol](scene) if held.any() and not held.all()]
    pairs = [(split, i) for split, held in enumerate(masks) for i in np.flatnonzero(held)]
    kept = np.linspace(0, len(pairs) - 1, min(most_frames, len(pairs))).astype(int)
    chosen = [[pairs[k][1] for k in kept if pairs[k][0] == split] for split in range(len(masks))]
    return [
        Split(np.flatnonzero(~held), np.array(targets))
        for held, targets in zip(masks, chosen, strict=True)
        if len(targets)
    ]
