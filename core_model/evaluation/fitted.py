"""Methods that learn from a clip before they make frames of it: from the frames given, and from no others."""

import copy
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from core_model.assets import BUNDLED, asset
from core_model.data.shots import Shot
from core_model.data.unlabelled.store import person_mask
from core_model.evaluation.makers import Maker, Method, made
from core_model.evaluation.metrics import Array
from core_model.evaluation.scenes import Scene
from core_model.networks.decoder import Decoder
from core_model.networks.trunk import Trunk
from core_model.prediction import ATLAS_PX
from core_model.runtime import run_torch
from core_model.skeleton import BACKGROUND, NUM_PARTS
from core_model.synthesis import compose, joints_of
from core_model.training.adapting import LEAST_SHOTS, AdaptSettings, adapt, networks_of
from core_model.training.checkpoint import load_checkpoint
from core_model.training.synthesis import train
from core_model.training.synthesis_batches import Task
from core_model.training.synthesis_tasks import Settings, batches_of

ENDLESS = 1_000_000
"""Steps of which none is the last: the budget is time, and the averaged weights are good at any."""


def fitted_methods(checkpoint: Path | None, seconds: float) -> dict[str, Method]:
    """All of them, beginning with the networks of a checkpoint (None: the bundled one). Raises CheckpointError."""
    decoder, trunk = networks_of(load_checkpoint(checkpoint or asset(BUNDLED)))
    return {"adapted": adapted(decoder, trunk, seconds), "part_maps": part_maps_alone(decoder, trunk, seconds)}


def adapted(start: Decoder, trunk: Trunk, seconds: float) -> Method:
    """Ours, after so many seconds of one core's time of adapting to the frames given."""

    def method(scene: Scene, given: Array) -> Maker:
        decoder, shots = copy.deepcopy(start), [shot_of(scene, i) for i in given.tolist()]
        if len(shots) >= LEAST_SHOTS:
            *_, last = adapt(shots, start, trunk, AdaptSettings(budget_s=seconds), clock=time.process_time)
            decoder.load_state_dict(last.state or start.state_dict())
        return made(partial(compose, decode=run_torch(decoder)))(scene, given)

    return method


@dataclass
class InTheDark:
    """Tasks whose source is black: what the target looks like has to be known by heart."""

    shots: list[Shot]
    rng: np.random.Generator

    def draw(self, count: int) -> list[Task]:
        """`count` tasks."""
        targets = [self.shots[i] for i in self.rng.integers(0, len(self.shots), count)]
        return [Task([_blackened(target)], target) for target in targets]


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
    clip = scene.clip
    mask, sure = person_mask(clip.parts[i], clip.foreground[i], clip.foreground_confidence[i])
    return Shot(clip.image[i], None, mask, clip.parts[i], joints2d_px, joints3d_m, sure)


def _fit(decoder: Decoder, trunk: Trunk, tasks: InTheDark, seconds: float) -> Decoder:
    """The averaged weights when the time is up."""
    until = time.process_time() + seconds  # of this process: it does not matter what else the machine does
    settings = Settings(steps=ENDLESS)
    steps = train(settings, batches_of(tasks, settings), decoder, trunk)
    return next(average for _, _, average in steps if time.process_time() >= until)


def _blackened(shot: Shot) -> Shot:
    nobody = np.full_like(shot.parts, BACKGROUND)
    return replace(shot, image=np.zeros_like(shot.image), parts=nobody)
