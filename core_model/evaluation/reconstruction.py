"""How well frames of a real clip are made again from other frames of it, and from how few of them.

The clips are files that `puppetpose data` made once: crops, what is behind and where the person is, so that every
checkpoint is asked the same. Frames are held out in blocks of time, and by pose: a cluster of poses at a time, all of
it. Their pose and the place behind them are given, their pixels are not. What counts is the person and what is right
about them; a limb that is overlooked does not come for free, since the place behind has no person in it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from core_model.data.unlabelled.store import VideoData, read_video_data
from core_model.evaluation.metrics import Array, psnr_db
from core_model.evaluation.protocols import PosePredictor
from core_model.geometry.limbs import limb_vectors, pose_distance_rad
from core_model.prediction import Prediction
from core_model.puppet.raster import paint
from core_model.skeleton import BACKGROUND
from core_model.synthesis import fill_background, joints_of, stand
from core_model.training.synthesis_losses import similarity_loss
from core_model.wardrobe import Wardrobe

ABOUT_PX = 9
"""The region that counts goes on this far around the person."""
BLOCK, OF_BLOCKS = 8, 4
"""One block of so many frames in so many blocks is held out."""
CLUSTERS = 5
MOST_FRAMES = 24
"""Held-out frames of a clip and a protocol that are made."""


@dataclass(frozen=True)
class Scene:
    """A clip of one person, and what the network says of each of its crops."""

    clip: VideoData
    seen: list[Prediction]
    limbs: Array  # (N, 20, 3)

    @classmethod
    def of(cls, clip: VideoData, predictor: PosePredictor) -> "Scene":
        """Look at all crops; each fills its frame."""
        box_px = np.array([0.0, 0.0, clip.image.shape[2], clip.image.shape[1]])
        seen = [predictor.predict(image, box_px=box_px, synthesise=False) for image in clip.image]
        return cls(clip, seen, np.stack([limb_vectors(p.joints3d_m) for p in seen]))

    def person(self, i: int) -> Array:
        """(S, S) bool where somebody is in a crop."""
        return np.asarray(self.clip.parts[i] != BACKGROUND)

    def behind(self, i: int) -> Array:
        """(S, S, 3) uint8 the place behind: as seen in other frames, filled where in none."""
        filled = fill_background(self.clip.image[i], self.person(i))
        known = self.clip.background_of(i)
        return filled if known is None else np.where((known[1] & self.person(i))[..., None], known[0], filled)


Method = Callable[[Scene, int, Array], Array]
"""A scene, the frame to be made and the frames it may be made from (M,) -> the picture (S, S, 3) uint8."""


def nearest(scene: Scene, target: int, given: Array) -> int:
    """The given frame whose pose is most like the target's."""
    return int(given[pose_distance_rad(scene.limbs[target], scene.limbs[given]).argmin()])


def copied(scene: Scene, target: int, given: Array) -> Array:
    """Baseline: the person of the nearest frame as they are."""
    source = nearest(scene, target, given)
    return np.where(scene.person(source)[..., None], scene.clip.image[source], scene.behind(target))


def warped(scene: Scene, target: int, given: Array) -> Array:
    """Baseline: the nearest frame's parts on the target's puppet, without a network."""
    pose, look = (scene.seen[i].factors for i in (target, nearest(scene, target, given)))
    joints3d_m, joints2d_px = joints_of(pose)
    figure = stand(joints2d_px, joints3d_m, pose.box_px)
    painting = paint(figure.parts, figure.drawing.owner, look.atlas)[..., :3] * 255
    cover = figure.drawing.cover[..., None]
    return np.asarray(painting * cover + scene.behind(target) * (1 - cover) + 0.5).astype(np.uint8)


def made(predictor: PosePredictor) -> Method:
    """Ours: all given frames' appearance, through the decoder."""

    def method(scene: Scene, target: int, given: Array) -> Array:
        wardrobe = Wardrobe()
        for i in given:
            wardrobe.offer(scene.seen[i])
        pose = scene.seen[target]
        look = (
            wardrobe.dress(pose.joints3d_m)
            if wardrobe.looks
            else scene.seen[nearest(scene, target, given)].factors.atlas
        )
        return predictor.synthesise(pose.factors.edited(atlas=look, background=scene.behind(target))).image

    return method


def held_out_blocks(scene: Scene) -> Iterator[Array]:
    """(N,) bool: the frames that are held out, every fourth block."""
    yield (np.arange(len(scene.seen)) // BLOCK) % OF_BLOCKS == OF_BLOCKS - 1


def held_out_clusters(scene: Scene) -> Iterator[Array]:
    """The same, a cluster of poses at a time (k-means of limb vectors)."""
    points = scene.limbs.reshape(len(scene.limbs), -1).astype(np.float32)
    if len(points) <= CLUSTERS:
        return
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_MAX_ITER, 50, 0.0)
    _, labels, _ = cv2.kmeans(points, CLUSTERS, None, stop, 4, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    for cluster in range(CLUSTERS):
        yield labels[:, 0] == cluster


PROTOCOLS = {"blocks": held_out_blocks, "pose_clusters": held_out_clusters}


def evaluate_reconstruction(files: Iterable[Path], predictor: PosePredictor) -> dict[str, dict[str, dict[str, float]]]:
    """Protocol -> method -> mean PSNR (dB) and SSIM on the person over all clips alike, and how many frames.

    Raises MediaError where a file holds no clip.
    """
    methods: dict[str, Method] = {"made": made(predictor), "copied": copied, "warped": warped}
    rows: dict[str, dict[str, list[Array]]] = {p: {m: [] for m in methods} for p in PROTOCOLS}
    for file in files:
        scene = Scene.of(read_video_data(file), predictor)
        for protocol, split in PROTOCOLS.items():
            todo = list(_asked(split(scene)))
            for name, method in methods.items():
                scores = [_score(method(scene, i, given), scene, i) for i, given in todo]
                if scores:
                    rows[protocol][name].append(np.array(scores))
    return {p: {m: _mean(clips) for m, clips in by_method.items()} for p, by_method in rows.items()}


def _asked(splits: Iterable[Array]) -> Iterator[tuple[int, Array]]:
    """Held-out frames, evenly thinned out, and the frames that each may be made from."""
    pairs = [(int(i), np.flatnonzero(~held)) for held in splits if not held.all() for i in np.flatnonzero(held)]
    for k in np.linspace(0, len(pairs) - 1, min(MOST_FRAMES, len(pairs))).astype(int):
        yield pairs[k]


def _score(picture: Array, scene: Scene, i: int) -> tuple[float, float]:
    image = scene.clip.image[i]
    about = cv2.dilate(scene.person(i).astype(np.uint8), np.ones((2 * ABOUT_PX + 1,) * 2, np.uint8)).astype(bool)
    one, other = (torch.from_numpy(x.transpose(2, 0, 1)[None].astype(np.float32) / 255) for x in (picture, image))
    weight = torch.from_numpy(about[None, None].astype(np.float32))
    return psnr_db(picture, image, about), 1 - float(similarity_loss(one, other, weight))


def _mean(clips: list[Array]) -> dict[str, float]:
    if not clips:
        return {"frames": 0, "psnr_db": float("nan"), "ssim": float("nan")}
    psnr, ssim = np.mean([c.mean(axis=0) for c in clips], axis=0)
    return {"frames": sum(map(len, clips)), "psnr_db": float(psnr), "ssim": float(ssim)}
