"""Methods that learn from a clip before they make frames of it: from the frames given, and from no others."""

import copy
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core_model.assets import BUNDLED, asset
from core_model.data.pairs import Shot
from core_model.evaluation.makers import Maker, Method
from core_model.evaluation.metrics import Array
from core_model.evaluation.scenes import Scene
from core_model.networks.decoder import Decoder
from core_model.networks.trunk import Trunk
from core_model.prediction import ATLAS_PX
from core_model.runtime import run_torch
from core_model.skeleton import BACKGROUND, NUM_PARTS
from core_model.synthesis import compose, joints_of
from core_model.training.checkpoint import load_checkpoint
from core_model.training.synthesis import Settings, train

ENDLESS = 1_000_000
"""Steps of which none is the last: the budget is time, and the averaged weights are good at any."""


def fitted_methods(checkpoint: Path | None, seconds: float) -> dict[str, Method]:
    """All of them, beginning with the networks of a checkpoint (None: the bundled one). Raises CheckpointError."""
    loaded, decoder, trunk = load_checkpoint(checkpoint or asset(BUNDLED)), Decoder(), Trunk()
    loaded.restore("decoder", decoder)
    loaded.restore("trunk", trunk)
    return {"part_maps": part_maps_alone(decoder, trunk, seconds)}


@dataclass
class InTheDark:
    """Pairs whose first picture is black: what the second looks like has to be known by heart."""

    shots: list[Shot]
    rng: np.random.Generator

    def draw(self, count: int) -> list[tuple[Shot, Shot]]:
        """`count` pairs of (source, target)."""
        targets = [self.shots[i] for i in self.rng.integers(0, len(self.shots), count)]
        return [(_blackened(target), target) for target in targets]


def part_maps_alone(start: Decoder, trunk: Trunk, seconds: float) -> Method:
    """Baseline: the same network, which is told where the parts are but nothing of their colours.

    It learns the looks of the frames given for so many seconds of one core's time.
    """

    def method(scene: Scene, given: Array) -> Maker:
        shots = [shot_of(scene, i) for i in given.tolist()]
        decode = run_torch(_fit(copy.deepcopy(start), trunk, InTheDark(shots, np.random.default_rng(0)), seconds))

        def make(target: int) -> Array:
            nothing = np.zeros((NUM_PARTS, 4, *ATLAS_PX), np.float32)
            factors = scene.seen[target].factors.edited(atlas=nothing, background=scene.behind(target))
            return compose(factors, decode).image

        return make

    return method


def shot_of(scene: Scene, i: int) -> Shot:
    """A frame to learn from, in the pose in which it would be made."""
    joints3d_m, joints2d_px = joints_of(scene.seen[i].factors)
    mask = np.where(scene.person(i), 255, 0).astype(np.uint8)
    return Shot(scene.clip.image[i], None, mask, scene.clip.parts[i], joints2d_px, joints3d_m[:, 2])


def _fit(decoder: Decoder, trunk: Trunk, pairs: InTheDark, seconds: float) -> Decoder:
    """The averaged weights when the time is up."""
    until = time.process_time() + seconds  # of this process: it does not matter what else the machine does
    steps = train(Settings(steps=ENDLESS), pairs, decoder, trunk)
    return next(average for _, _, average in steps if time.process_time() >= until)


def _blackened(shot: Shot) -> Shot:
    nobody = np.full_like(shot.parts, BACKGROUND)
    return Shot(np.zeros_like(shot.image), None, shot.mask, nobody, shot.points_px, shot.depth_m)
