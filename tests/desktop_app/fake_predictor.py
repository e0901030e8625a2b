"""A stand-in for the learning core, for tests of the studio only: a drawn person, no network, no torch."""

import copy
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core_model.errors import MediaError, NobodyFoundError
from core_model.limits import REST_DIRECTIONS, limb_lengths_m
from core_model.orbit import Orbit
from core_model.prediction import ATLAS_PX, CROP_PX, Camera, Factors, Prediction, Synthesis
from core_model.seen import Seen
from core_model.skeleton import BACKGROUND, LIMBS, MIRROR, NUM_JOINTS, NUM_LIMBS, NUM_PARTS, NUM_SHAPE, PART_ANCHORS
from desktop_app.controllers.core import (
    Crops,
)

FRAME_PX = (320, 240)
COARSE_PX = 64
"""Drawn at this size and enlarged: tests should not wait for a drawing."""


def _turn(axis: int, angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    turn = np.eye(3)
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    turn[i, i], turn[i, j], turn[j, i], turn[j, j] = c, -s, s, c
    return turn


def body(angles_rad: np.ndarray) -> np.ndarray:
    """Joints (21, 3) in the body frame: each limb turns about x and z, and carries its children along."""
    joints, frames = np.zeros((NUM_JOINTS, 3)), [np.eye(3)] * NUM_JOINTS
    lengths = limb_lengths_m(np.zeros(NUM_SHAPE))
    for limb in sorted(range(NUM_LIMBS), key=_depth):
        parent, child = LIMBS[limb]
        frames[child] = frames[parent] @ _turn(0, angles_rad[limb, 1]) @ _turn(2, angles_rad[limb, 0])
        joints[child] = joints[parent] + frames[child] @ REST_DIRECTIONS[limb] * lengths[limb]
    return joints


def _depth(limb: int) -> int:
    parents = {int(child): int(parent) for parent, child in LIMBS}
    depth, joint = 0, int(LIMBS[limb, 1])
    while joint in parents:
        joint, depth = parents[joint], depth + 1
    return depth


class FakePredictor:
    """Finds a person who waves in every frame whose first pixel is not black."""

    device_note = "CPU, drawn by hand (tests only)"
    checkpoint_name = "stand-in"
    checkpoint_digest = "0123456789abcdef"
    sure = 0.4  # of the last joint

    def __init__(self, predict_s: float = 0.0, synthesise_s: float = 0.0) -> None:
        self.predict_s, self.synthesise_s = predict_s, synthesise_s
        self.predicted, self.synthesised = 0, 0

    def predict(self, frame: np.ndarray, *, synthesise: bool = True) -> Prediction:
        """As the real one."""
        time.sleep(self.predict_s)
        self.predicted += 1
        if not frame[0, 0].any():
            raise NobodyFoundError("Nobody was found.", "Choose another frame.")
        height, width = frame.shape[:2]
        phase = float(frame[0, 0, 0]) / 255 * 2 * np.pi
        angles_rad = np.zeros((NUM_LIMBS, 2))
        angles_rad[11, 0] = 0.6 + 0.5 * np.sin(phase)
        angles_rad[14, 0] = 0.9 * np.cos(phase)
        focal_px = 1.1 * max(width, height)
        camera = Camera(
            Orbit(0.3, 0.05, 0.0, 4.0).rotation(), np.array([0.3 * np.sin(phase), 0.0, 3.6]), focal_px, (width, height)
        )
        centre = camera.project(camera.translation_m)
        half = 1.1 * focal_px / 3.6
        box_px = np.concatenate([centre - half, centre + half])
        background = np.full((CROP_PX, CROP_PX, 3), 60, dtype=np.uint8)
        atlas = np.zeros((NUM_PARTS, 4, *ATLAS_PX), dtype=np.float32)
        factors = Factors(angles_rad, np.zeros(NUM_SHAPE), camera, box_px, atlas, background)
        image = self._draw(factors)
        confidence = np.linspace(1, self.sure, NUM_JOINTS)
        return Prediction(
            factors, image.joints3d_m, image.joints2d_px, confidence, 0.9, image.parts, image if synthesise else None,
            np.where(image.parts == 0, 51, 204).astype(np.uint8),  # 20 % that it is the head, else 80 %
        )  # fmt: skip

    def careful(self) -> "FakePredictor":
        """Sure of every joint."""
        other = copy.copy(self)
        other.sure = 1.0
        return other

    def people(self, frame: np.ndarray) -> np.ndarray:
        """Two."""
        return np.array([[100.0, 60, 220, 180], [10, 20, 70, 80]])

    def synthesise(self, factors: Factors) -> Synthesis:
        """As the real one."""
        time.sleep(self.synthesise_s)
        self.synthesised += 1
        return self._draw(factors)

    def _draw(self, factors: Factors) -> Synthesis:
        camera, box = factors.camera, factors.box_px
        joints3d_m = body(factors.angles_rad) @ camera.rotation.T + camera.translation_m
        joints2d_px = camera.project(joints3d_m)
        crop_px = (joints2d_px - box[:2]) * COARSE_PX / (box[2:] - box[:2])
        parts = np.full((COARSE_PX, COARSE_PX), BACKGROUND, dtype=np.uint8)
        y, x = np.mgrid[:COARSE_PX, :COARSE_PX] + 0.5
        for part in np.argsort(-joints3d_m[PART_ANCHORS].mean(axis=1)[:, 2]):
            near, far = crop_px[PART_ANCHORS[part]]
            along = far - near
            t = np.clip(((x - near[0]) * along[0] + (y - near[1]) * along[1]) / max(along @ along, 1e-6), 0, 1)
            radius = (22 if part == 1 else 12 if part == 0 else 8) * COARSE_PX / CROP_PX
            parts[np.hypot(x - near[0] - t * along[0], y - near[1] - t * along[1]) < radius] = part
        parts = parts.repeat(CROP_PX // COARSE_PX, axis=0).repeat(CROP_PX // COARSE_PX, axis=1)
        mask = (parts != BACKGROUND).astype(np.float32)
        image = factors.background.copy()
        image[parts != BACKGROUND] = (90 + parts[parts != BACKGROUND, None] * np.array([9, 5, 3])).astype(np.uint8)
        seen = np.where(parts == 0, 0, 1).astype(np.float32)  # the head is a guess
        return Synthesis(image, mask, parts, joints3d_m, joints2d_px, box, seen)


class FakeReader:
    """Grey frames, each a little lighter than the one before."""

    image_names = None
    problem: str | None = None
    fps = 25.0
    frame_size_px = FRAME_PX

    def __init__(self, frames: int = 50) -> None:
        self.pts_s = np.arange(frames) / self.fps
        self.closed = False

    def frame(self, index: int) -> np.ndarray:
        """(240, 320, 3)"""
        return np.full((FRAME_PX[1], FRAME_PX[0], 3), 40 + index % 200, dtype=np.uint8)

    def close(self) -> None:
        """Let go."""
        self.closed = True


@dataclass(frozen=True)
class FakeResult:
    """Of one frame."""

    index: int
    prediction: Prediction | None


class FakeFollower:
    """Looks at every frame on its own."""

    def __init__(self, predictor: FakePredictor) -> None:
        self._predictor = predictor

    def follow(self, frame: np.ndarray, pts_s: float, crop_px: np.ndarray | None = None) -> Prediction:
        """The person in a frame."""
        return in_crop(self._predictor.predict(frame, synthesise=False), crop_px)


def in_crop(prediction: Prediction, crop_px: object) -> Prediction:
    """As if it had been seen there."""
    if crop_px is None:
        return prediction
    return replace(prediction, factors=prediction.factors.edited(box_px=np.array(crop_px)))


def fake_exchanged(prediction: Prediction) -> Prediction:
    """The joints only."""
    return replace(prediction, joints2d_px=prediction.joints2d_px[MIRROR], reconstruction=None)


def fake_analyse(
    reader: FakeReader, predictor: FakePredictor, indices: Iterable[int], crops: Crops
) -> Iterator[FakeResult]:
    """Frame by frame."""
    for index in indices:
        try:
            prediction = predictor.predict(reader.frame(index), synthesise=False)
        except NobodyFoundError:
            yield FakeResult(index, None)
        else:
            yield FakeResult(index, in_crop(prediction, crops.get(index)))


def fake_retake(frame: np.ndarray, seen: Seen) -> Prediction:
    """All but the pixels, which are drawn by hand."""
    atlas = np.zeros((NUM_PARTS, 4, *ATLAS_PX), dtype=np.float32)
    background = np.full((CROP_PX, CROP_PX, 3), 60, dtype=np.uint8)
    factors = Factors(seen.angles_rad, seen.shape, seen.camera, seen.box_px, atlas, background)
    return Prediction(
        factors, seen.joints3d_m, seen.joints2d_px, seen.confidence, seen.score, seen.parts, None, seen.part_sure
    )


def fake_open(path: Path) -> FakeReader:
    """`empty` in the name cannot be opened; `dark` has nobody in it; `damaged` says so."""
    if "empty" in path.name:
        raise MediaError(f"{path.name} is empty (0 bytes).", "Copy or download it again.")
    reader = FakeReader()
    if "damaged" in path.name:
        reader.problem = f"{path.name} is cut short."
    if "dark" in path.name:
        reader.frame = lambda index: np.zeros((FRAME_PX[1], FRAME_PX[0], 3), dtype=np.uint8)  # type: ignore[method-assign]
    return reader
