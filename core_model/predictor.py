"""Checkpoint + frame -> Prediction; edited factors -> image. Numpy in, numpy out."""

import copy
import threading
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from core_model.assets import BUNDLED, asset
from core_model.boxes import crop_of_joints, overlap, square_crop
from core_model.errors import NobodyFoundError
from core_model.geometry.crop import crop_image, to_frame
from core_model.lifting import Observation, default_focal_px, lift
from core_model.networks import locator
from core_model.networks.decoder import Decoder
from core_model.networks.eight_bit import in_eight_bits
from core_model.networks.encoder import INPUT_PX, MAP_PX, PoseEncoder
from core_model.networks.locator import LocatorChain, LocatorHead
from core_model.networks.readout import Maps, decode_mode, soft_max, unit
from core_model.networks.trunk import Trunk
from core_model.prediction import CROP_PX, Factors, Prediction, Synthesis
from core_model.runtime import Engine, Network, choose_engine
from core_model.skeleton import BACKGROUND
from core_model.synthesis import compose, dress, stand, take_apart
from core_model.training.checkpoint import EYES, Checkpoint, digest_of, load_checkpoint
from core_model.training.clip_delta import apply_delta
from core_model.views import read
from core_model.windows import WIDTHS_PX, windowed

FOUND = 0.3
"""Locator score from which on a person is taken to be there."""
_PART_SHARES = (0.083, 0.317, *(0.041,) * 2, *(0.019,) * 2, *(0.021,) * 2, *(0.113,) * 2, *(0.075,) * 2, *(0.032,) * 2)
"""Of the pixels of rendered people, in the order of `skeleton.PARTS`."""
_FAVOUR = (-0.3 * np.log(_PART_SHARES)).astype(np.float32)
"""Added to the logits of parts against each other: the likeliest part is too often a large one, for whoever counts by
parts and not by pixels (part mIoU + 0.8 on people that are not the benchmark's; + 0.7 with 0.2, + 0.5 with 0.5)."""
Looked = tuple[Observation, np.ndarray]
"""What is read in a crop, and the part logits (15, h, w) over it."""
CLOSE = 0.7
"""Overlap from which on the locator's crop is as good as the one that the joints in it ask for."""
SURE_ENOUGH = 0.7
"""Mean confidence of the joints from which on such a crop is not doubted. Else two others are looked at, and the surer
one is taken. On sports photographs (PCK@0.2, every other one and the rest): the locator's crop 59.0 and 60.1; the one
that the joints ask for, where that is not close (a third of them), 59.7 and 61.0; the surer of two, where it is not
close or not sure (half of them), 61.5 and 62.0; always, 62.2 and 61.8."""
WIDER = 1.4
"""Side of the second crop, over the locator's, whose joints ask for the other one: a limb that was cut off is in it."""
NOBODY_SURE = 0.5
"""Mean confidence below which the locator's second choice is looked at, too: its first may be a lamp. On the same
photographs 61.5 -> 61.9 and 62.0 -> 62.4; alike from 0.3 to 0.7."""


class Predictor:
    """The networks of one checkpoint, ready to use. Safe to call from several threads."""

    def __init__(self, checkpoint: Checkpoint, name: str, engine: Engine) -> None:
        self.checkpoint_name, self.about, self.device_note = name, checkpoint.about, engine.note
        self._checkpoint, self._engine, self._careful = checkpoint, engine, False
        eyes, head = Trunk(), LocatorHead()
        checkpoint.restore_eyes(eyes)
        checkpoint.restore("locator", head)
        side = locator.INPUT_PX
        self._encoders: dict[int, Network] = {}
        self._preparing = threading.Lock()
        self._encoder(INPUT_PX)
        self._locate = self._ready("locator", LocatorChain(eyes, head), torch.zeros(1, 3, side, side))
        self._decode = self._decoder()
        self._calibrate(checkpoint.about)

    @classmethod
    def load(cls, checkpoint: Path | None = None, device: str = "auto") -> "Predictor":
        """Load a checkpoint (None: the bundled one) onto `auto`, `cpu` or `cuda`. Raises CheckpointError."""
        path = asset(BUNDLED) if checkpoint is None else Path(checkpoint)
        return cls(load_checkpoint(path), path.name, choose_engine(device))

    def careful(self) -> "Predictor":
        """The same networks, but for a person who is looked for they look at sixteen views of the crop
        (`core_model.views`), not at one or two: nearer, steadier, and some six times as long."""
        other = copy.copy(self)
        other._careful = True
        return other

    def adapted(self, delta: Checkpoint) -> "Predictor":
        """The same networks, but the decoder as adapted to a clip (`core_model.training.clip_delta`).

        Raises CheckpointError where the delta belongs to another checkpoint.
        """
        other = copy.copy(self)
        other._checkpoint = apply_delta(self._checkpoint, delta)
        other._decode = other._decoder()
        return other

    def with_encoder(self, learnt: Checkpoint, path: Path) -> "Predictor":
        """The same, but with the pose encoder of a training run, as it lies in the run's folder.

        The locator keeps the trunk it was trained with. Of the encoder nothing is computed in 8 bits: what its
        convolutions read was measured with other weights. Confidence is calibrated as the run measured it when it was
        judged, or, where it was not, as before. Raises CheckpointError.
        """
        other, encoder = copy.copy(self), PoseEncoder()
        for name, part in (("trunk", encoder.trunk), ("tail", encoder.tail)):
            learnt.restore(name, part)  # or says what is wrong with it
        ranges = {name: range_ for name, range_ in self.about.get("eight_bit", {}).items() if name != "encoder"}
        calibration = learnt.about.get("calibration") or self.about.get("calibration", {})
        about = {**self.about, "eight_bit": ranges, "encoder": learnt.about, "calibration": calibration}
        about.pop("careful_calibration", None)  # of other weights
        kept = self._checkpoint.states
        states = {EYES: kept["trunk"], **kept, **{name: learnt.states[name] for name in ("trunk", "tail")}}
        other._checkpoint, other.about = Checkpoint(states, about), about
        other._calibrate(about)
        best = ", best" if path.stem.endswith("_best") else ""
        other.checkpoint_name = f"{path.parent.name} (step {learnt.about.get('steps', '?')}{best})"
        other.__dict__.pop("checkpoint_digest", None)
        other._encoders, other._preparing = {}, threading.Lock()
        other._encoder(INPUT_PX)
        return other

    @cached_property
    def checkpoint_digest(self) -> str:
        """16 hexadecimal digits that tell whether two checkpoints are the same."""
        return digest_of(self._checkpoint)

    def _ready(self, name: str, network: torch.nn.Module, example: torch.Tensor) -> Network:
        ranges = self._checkpoint.about.get("eight_bit", {}) if self._engine.eight_bit else {}
        return self._engine.prepare(in_eight_bits(network, ranges.get(name, {})), [example])

    def _encoder(self, size_px: int) -> Network:
        """The pose encoder for views of this size; for others than the usual it is prepared when one is first seen."""
        with self._preparing:
            if size_px not in self._encoders:
                encoder = PoseEncoder()
                self._checkpoint.restore("trunk", encoder.trunk)
                self._checkpoint.restore("tail", encoder.tail)
                self._encoders[size_px] = self._ready("encoder", encoder, torch.zeros(1, 3, size_px, size_px))
        return self._encoders[size_px]

    def _decoder(self) -> Network:
        decoder = Decoder()
        self._checkpoint.restore("decoder", decoder)
        widths = WIDTHS_PX if self._engine.eight_bit else (CROP_PX,)
        return windowed({w: self._ready("decoder", decoder, decoder.examples(width=w)[0]) for w in widths})

    @property
    def checkpoint(self) -> Checkpoint:
        """What the networks' weights were read from."""
        return self._checkpoint

    def locate(self, frame: np.ndarray) -> tuple[np.ndarray, float]:
        """Frame (H, W, 3) uint8 -> the square crop (4,) of the person in it, and how sure that is, in [0, 1]."""
        return locator.best_box(*self._where(frame))

    def people(self, frame: np.ndarray) -> np.ndarray:
        """Frame (H, W, 3) uint8 -> the square crops (N, 4) of all who may be in it, the surest first."""
        return locator.likely_boxes(*self._where(frame), FOUND)

    def _where(self, frame: np.ndarray) -> tuple[np.ndarray, float]:
        """What the locator says of a frame, and the scale it saw it in."""
        boxed, scale = locator.letterbox(frame)
        (maps,) = self._locate(boxed.transpose(2, 0, 1)[None].astype(np.float32) / 255)
        return maps[0], scale

    def predict(
        self,
        frame: np.ndarray,
        *,
        box_px: np.ndarray | None = None,
        focal_px: float | None = None,
        synthesise: bool = True,
    ) -> Prediction:
        """Take the person in a frame (H, W, 3) uint8 apart.

        `box_px` is the square crop; without it the locator finds one, and the joints seen there say whether another is
        better. `focal_px` is the full frame's focal length. Raises NobodyFoundError.
        """
        score = 1.0
        if box_px is None:
            score, (seen, logits) = self._found(frame)
        else:
            seen, logits = self._observe(frame, np.asarray(box_px, np.float64), careful=self._careful)
        parts, part_sure = _part_index(logits)
        size = (frame.shape[1], frame.shape[0])
        body = lift(seen, size, focal_px or default_focal_px(size))
        crop = crop_image(frame, seen.box_px, CROP_PX)
        joints_px = body.camera.project(body.joints3d_m)
        figure = stand(joints_px, body.joints3d_m, seen.box_px)
        atlas, background = take_apart(crop, figure, parts)
        factors = Factors(body.angles_rad, seen.shape, body.camera, seen.box_px, atlas, background)
        made = dress(factors, figure, body.joints3d_m, joints_px, self._decode) if synthesise else None
        return Prediction(factors, body.joints3d_m, seen.points_px, seen.confidence, score, parts, made, part_sure)

    def synthesise(self, factors: Factors) -> Synthesis:
        """Put factors together: a new image over the crop `factors.box_px`."""
        return compose(factors, self._decode)

    def _found(self, frame: np.ndarray) -> tuple[float, Looked]:
        """The locator's score, and what is read where it saw somebody, or in a crop that the joints there ask for."""
        box_px, score = self.locate(frame)
        if score < FOUND:
            raise NobodyFoundError(
                "Nobody was found in this frame.", "Choose a frame with a whole person in it, or give their box."
            )
        found = self._surest(frame, box_px)
        return score, self._observe(frame, found[0].box_px, careful=True) if self._careful else found

    def _surest(self, frame: np.ndarray, box_px: np.ndarray) -> Looked:
        """What is read in the locator's crop or, where that is in doubt, in the best of a few others; quickly."""
        first = self._observe(frame, box_px)
        if overlap(_asked_for(first), box_px) >= CLOSE and _mean_confidence(first) >= SURE_ENOUGH:
            return first
        wide = self._observe(frame, square_crop(box_px, WIDER))
        found = max((self._observe(frame, _asked_for(seen)) for seen in (first, wide)), key=_mean_confidence)
        if _mean_confidence(found) < NOBODY_SURE:
            seconds = [self._observe(frame, other_px) for other_px in self.people(frame)[1:2]]
            found = max((found, *(self._observe(frame, _asked_for(s)) for s in seconds)), key=_mean_confidence)
        return found

    def _observe(self, frame: np.ndarray, box_px: np.ndarray, *, careful: bool = False) -> Looked:
        """What the encoder reads in a crop."""
        seen = read(self.look, frame, box_px, careful=careful)
        points, mass = decode_mode(seen.heat)
        points_px = to_frame(points * (INPUT_PX / MAP_PX), box_px, INPUT_PX)
        confidence = calibrated(mass, self._calibration[careful])
        return Observation(points_px, confidence, unit(seen.limbs), np.tanh(seen.shape), box_px), seen.parts

    def look(self, image: np.ndarray) -> Maps:
        """What is read in one view (`core_model.views`)."""
        heat, limbs, parts, shape = (maps[0] for maps in self._encoder(image.shape[-1])(image[None]))
        return soft_max(heat), limbs, parts, shape

    def _calibrate(self, about: dict[str, Any]) -> None:
        quick = about.get("calibration", {})
        self._calibration = (quick, about.get("careful_calibration", quick))


def calibrated(mass: np.ndarray, calibration: Mapping[str, float]) -> np.ndarray:
    """Mass about the modes, in [0, 1], as confidence: how often a joint so sure is right."""
    mass = mass.clip(1e-4, 1 - 1e-4)
    slope, offset = calibration.get("slope", 1.0), calibration.get("offset", 0.0)
    return np.asarray(1 / (1 + np.exp(-(slope * np.log(mass / (1 - mass)) + offset))))


def _mean_confidence(looked: Looked) -> float:
    return float(looked[0].confidence.mean())


def _asked_for(looked: Looked) -> np.ndarray:
    """The crop (4,) that the joints of an observation ask for."""
    return crop_of_joints(looked[0].points_px, looked[0].confidence)


def _part_index(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(15, h, w) -> (CROP_PX, CROP_PX) uint8 twice: the part of each pixel, its outline smooth, and its probability, of
    which 255 is one.

    The background has to be likelier than all parts together, not than each: where it is uncertain which limb there is,
    there still is one (foreground IoU + 1.9, part mIoU + 0.5).
    """
    logits = logits - logits.max()
    parts, background = logits[:BACKGROUND], logits[BACKGROUND]
    highest = parts.max(axis=0)
    somebody = highest + np.log(np.exp(parts - highest).sum(axis=0))
    background, somebody = (cv2.resize(x, (CROP_PX, CROP_PX)) for x in (background, somebody))
    first = cv2.resize(parts[0], (CROP_PX, CROP_PX))
    best, total, index = first + _FAVOUR[0], cv2.exp(first), np.zeros(first.shape, np.uint8)
    for part, small in enumerate(parts[1:], 1):  # half the time of one argmax
        large = cv2.resize(small, (CROP_PX, CROP_PX))
        total += cv2.exp(large)
        large += _FAVOUR[part]
        index[large > best] = part
        best = cv2.max(best, large)
    nobody = background > somebody
    said = np.where(nobody, background, best - _FAVOUR[index])
    index[nobody] = BACKGROUND
    sure = cv2.exp(said) / np.maximum(total + cv2.exp(background), 1e-30)
    return index, cv2.convertScaleAbs(sure, alpha=255)
