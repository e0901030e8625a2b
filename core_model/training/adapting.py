"""The decoder fine-tuned on one clip: minutes on a laptop, without labels.

Frames of the clip are made from the looks of other frames of it. Those that are much like the asked one are hidden,
more or less far, so that what is learnt also serves poses that nobody filmed. Some blocks of frames are not learnt
from: the weights that make these best are kept, and if none make them better than the checkpoint does, nothing is
changed. The pose encoder is left as it is, so that poses cannot get worse.
"""

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from core_model.data.shots import Shot
from core_model.errors import PuppetPoseError
from core_model.geometry.limbs import pose_distance_rad
from core_model.networks.decoder import Decoder, decoder_input, in_integers
from core_model.networks.eight_bit import Ranges, input_ranges
from core_model.networks.trunk import Trunk
from core_model.puppet import Puppet
from core_model.puppet.raster import paint
from core_model.training.averaging import as_in_use, follow
from core_model.training.checkpoint import Checkpoint
from core_model.training.clip_delta import make_delta
from core_model.training.synthesis import terms
from core_model.training.synthesis_batches import SynthesisBatch, look_of_shot, stand_shot, window_sample
from core_model.wardrobe import Wardrobe

BLOCK, OF_BLOCKS = 6, 5
"""One block of so many shots in so many blocks is not learnt from."""
LEAST_SHOTS = 12
MOST_JUDGED = 10
MOST_LOOKS = 10
"""Looks that an asked shot is made from in training: more take longer and add little."""
HIDDEN_RAD = 0.5
"""Looks nearer than a random angle below this are hidden from an asked shot."""
_JUDGED_BY = ("colour", "similarity", "features")


@dataclass(frozen=True)
class AdaptSettings:
    """How long, and how fast."""

    budget_s: float = 150.0
    steps: int = 100_000  # whichever ends first
    batch: int = 4
    window_px: int = 128
    rate: float = 6e-4
    seed: int = 0
    judge_every_s: float = 15.0


@dataclass(frozen=True, eq=False)
class Adapted:
    """How far it is."""

    step: int
    elapsed_s: float
    share_done: float  # in [0, 1]
    before: float  # how far held-out shots are from what they should be: the checkpoint,
    now: float  # and the best weights so far
    picture: np.ndarray  # (S, 4 S, 3) uint8 a held-out shot: as painted, by the checkpoint, by the best weights, itself
    state: dict[str, Tensor] | None  # the best weights so far; None while these are the checkpoint's
    ranges: Ranges  # what their convolutions read
    judged: bool  # just now; else only time has passed


class AdaptError(PuppetPoseError):
    """A clip that nothing can be learnt from."""


class Scene:
    """A clip's shots, with everything prepared that does not change while learning."""

    def __init__(self, shots: Sequence[Shot], puppet: Puppet) -> None:
        self.shots = shots
        self.looks = [look_of_shot(shot, puppet) for shot in shots]
        self.stood = [stand_shot(shot, puppet) for shot in shots]
        self.limbs = np.stack([look.limbs for look in self.looks])
        blocks = np.arange(len(shots)) // BLOCK % OF_BLOCKS
        self.held = np.flatnonzero(blocks == OF_BLOCKS - 1)
        if not len(self.held):
            self.held = np.arange(len(shots) - len(shots) // OF_BLOCKS, len(shots))
        self.taught = np.setdiff1d(np.arange(len(shots)), self.held)

    def planes(self, target: int, sources: np.ndarray) -> np.ndarray:
        """What the decoder reads (11, S, S) of a shot that wears the looks of others."""
        placed, drawing = self.stood[target]
        dressed = Wardrobe(tuple(self.looks[i] for i in sources)).dress(self.shots[target].joints3d_m)
        return decoder_input(drawing, *paint(placed, drawing.owner, dressed))

    def batch(self, settings: AdaptSettings, rng: np.random.Generator) -> SynthesisBatch:
        """Windows of random shots, made from others."""
        targets = rng.choice(self.taught, settings.batch)
        samples = [
            window_sample(self.planes(int(t), self._sources(int(t), rng)), self.shots[t], settings.window_px, rng)
            for t in targets
        ]
        return SynthesisBatch(*(torch.from_numpy(np.stack(column)) for column in zip(*samples, strict=True)))

    def _sources(self, target: int, rng: np.random.Generator) -> np.ndarray:
        others = self.taught[self.taught != target]
        apart = pose_distance_rad(self.limbs[target], self.limbs[others])
        far = others[apart >= min(rng.uniform(0, HIDDEN_RAD), np.sort(apart)[-min(4, len(apart))])]
        return rng.choice(far, min(len(far), MOST_LOOKS), replace=False)

    def judged(self) -> list[SynthesisBatch]:
        """Whole crops of the held-out shots, from what is learnt from."""
        chosen = self.held[np.linspace(0, len(self.held) - 1, min(MOST_JUDGED, len(self.held))).astype(int)]
        rng, batches = np.random.default_rng(0), []
        for i in chosen:
            shot = self.shots[i]
            sample = window_sample(self.planes(int(i), self.taught), shot, len(shot.image), rng)
            batches.append(SynthesisBatch(*(torch.from_numpy(column[None]) for column in sample)))
        return batches


def adapt(
    shots: Sequence[Shot],
    decoder: Decoder,
    trunk: Trunk,
    settings: AdaptSettings = AdaptSettings(),
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Adapted]:
    """Fine-tune a copy of `decoder` on shots of one person in order of time; the last of what is yielded counts.

    `trunk` tells how alike two images look, `clock` what of the budget is spent. Raises AdaptError where there are too
    few shots.
    """
    if len(shots) < LEAST_SHOTS:
        raise AdaptError(
            f"The person is seen surely enough in {len(shots)} frames only; {LEAST_SHOTS} are needed to learn from.",
            "Analyse more of the clip, or take a longer one.",
        )
    scene, trunk = Scene(shots, Puppet.load()), trunk.eval().requires_grad_(False)
    judge = _Judge(scene, trunk, decoder)
    start = clock()
    yield judge.news(0, 0.0, 0.0, True)
    learner, average = copy.deepcopy(decoder).requires_grad_(True), copy.deepcopy(decoder)
    optimiser = torch.optim.AdamW(learner.parameters(), lr=settings.rate, weight_decay=0.0, betas=(0.9, 0.99))
    rng, judged_s, share = np.random.default_rng(settings.seed), 0.0, 0.0
    for step in range(1, settings.steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * min(1.0, step / 20) * max(min(1.0, (1 - share) / 0.5), 0.02)
        sane = _learn(learner, trunk, optimiser, scene.batch(settings, rng))
        follow(average, learner, step, 0.99)
        elapsed_s = clock() - start
        share = min(1.0, max(elapsed_s / settings.budget_s, step / settings.steps)) if sane else 1.0
        due = share >= 1 or elapsed_s - judged_s > settings.judge_every_s
        if due:
            judge.look_at(average)
            judged_s = elapsed_s
        yield judge.news(step, elapsed_s, share, due)
        if share >= 1:
            return


def _learn(learner: Decoder, trunk: Trunk, optimiser: torch.optim.Optimizer, batch: SynthesisBatch) -> bool:
    """A step; False where it led nowhere: nothing more can be learnt then."""
    with as_in_use(learner):
        decoded = learner.decode(batch.planes)
    total = torch.stack(list(terms(decoded, batch, trunk).values())).sum()
    if not torch.isfinite(total):  # a flow that is not a number would crash torch on the way back
        return False
    optimiser.zero_grad(set_to_none=True)
    total.backward()
    torch.nn.utils.clip_grad_norm_(learner.parameters(), 2.0)
    optimiser.step()
    return True


class _Judge:
    """Keeps the weights that make held-out shots best."""

    def __init__(self, scene: Scene, trunk: Trunk, decoder: Decoder) -> None:
        self._batches, self._trunk = scene.judged(), trunk
        shown = self._batches[len(self._batches) // 2]
        self._columns = [_painted(shown), _made(decoder, shown), _made(decoder, shown), _shown(shown.image)]
        self._picture = np.hstack(self._columns)
        self.before = self.best = self._distance(decoder)
        self.state: dict[str, Tensor] | None = None
        self._ranges: Ranges = {}

    def look_at(self, decoder: Decoder) -> None:
        """Keep its weights if they are the best so far."""
        distance = self._distance(decoder)
        if distance < self.best:
            self.best, self.state = distance, copy.deepcopy(decoder.state_dict())
            with as_in_use(decoder):
                self._ranges = input_ranges(decoder, (batch.planes for batch in self._batches), in_integers)
            self._columns[2] = _made(decoder, self._batches[len(self._batches) // 2])
            self._picture = np.hstack(self._columns)

    def news(self, step: int, elapsed_s: float, share: float, judged: bool) -> Adapted:
        """What there is to tell."""
        return Adapted(step, elapsed_s, share, self.before, self.best, self._picture, self.state, self._ranges, judged)

    def _distance(self, decoder: Decoder) -> float:
        with torch.inference_mode(), as_in_use(decoder):
            values = [terms(decoder.decode(batch.planes), batch, self._trunk) for batch in self._batches]
        return float(np.mean([sum(float(value[name]) for name in _JUDGED_BY) for value in values]))


def _made(decoder: Decoder, batch: SynthesisBatch) -> np.ndarray:
    with torch.inference_mode(), as_in_use(decoder):
        colour, mask, _ = decoder(batch.planes)
    return _shown(mask * colour + (1 - mask) * 0.35)


def _painted(batch: SynthesisBatch) -> np.ndarray:
    return _shown(batch.planes[:, :3])


def _shown(image: Tensor) -> np.ndarray:
    return cv2.convertScaleAbs(image[0].permute(1, 2, 0).numpy(), alpha=255)


def networks_of(checkpoint: Checkpoint) -> tuple[Decoder, Trunk]:
    """A checkpoint's decoder, and its trunk to judge likeness by. Raises CheckpointError."""
    decoder, trunk = Decoder(), Trunk()
    checkpoint.restore("decoder", decoder)
    checkpoint.restore_eyes(trunk)
    return decoder.eval(), trunk


def delta_of(base: Checkpoint, news: Adapted, clip: str) -> Checkpoint | None:
    """What is to be kept of adapting `base` to a clip of this name; None where nothing got better."""
    if news.state is None:
        return None
    about = {"clip": clip, "steps": news.step, "before": news.before, "after": news.now, "eight_bit": news.ranges}
    return make_delta(base, news.state, about)
