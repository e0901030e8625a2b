"""Training of the decoder: the appearance of some pictures of a person, on the pose of another, must give the other.

    python -m core_model.training.synthesis --steps 3000 --out runs/decoder/decoder.safetensors

Rendered people teach from the start; with `--clips FOLDER` (made by `puppetpose data`) so do frames of real,
unlabelled clips. An interrupted run goes on from its last checkpoint, with a fresh optimiser.
"""

import argparse
import copy
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from torch import Tensor

from core_model.assets import BUNDLED, asset
from core_model.data.shots import Shot, ShotRenderer
from core_model.errors import PuppetPoseError
from core_model.networks.decoder import Decoded, Decoder
from core_model.networks.trunk import Trunk
from core_model.puppet import Puppet
from core_model.training.averaging import follow
from core_model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.synthesis_batches import SynthesisBatch, Task, painted_planes, synthesis_batch
from core_model.training.synthesis_losses import (
    FEATURE_LEVELS,
    SIMILARITY,
    colour_loss,
    feature_loss,
    mask_loss,
    parts_loss,
    similarity_loss,
)

RENDERED_POSES = 3
MOST_SOURCES = 6
"""Shots of a clip that a task has at most."""
APART = 3
"""Shots of a clip that are nearer than this in time are too much alike to learn from."""
WEIGHTS = {"colour": 1.0, "similarity": SIMILARITY, "features": 0.2, "mask": 0.5, "parts": 0.2}


@dataclass(frozen=True)
class Settings:
    """One run."""

    steps: int = 3000
    batch: int = 4
    window_px: int = 128
    rate: float = 2e-3
    seed: int = 0
    fresh_per_step: int = 1  # rendered people made anew each step; the others are met again, spoilt otherwise
    kept: int = 600
    clip_share: float = 0.5  # of each batch, where there are clips


def terms(decoded: Decoded, batch: SynthesisBatch, trunk: Trunk) -> dict[str, Tensor]:
    """The weighted losses of what the decoder says of a batch; `trunk` tells how alike two images look."""
    person = batch.mask * batch.certain
    about = torch.nn.functional.max_pool2d(batch.mask, 9, stride=1, padding=4) * batch.certain
    # before another place than where they were filmed: there, a see-through person or a halo looks like neither
    place = batch.image.roll(1, dims=0).flip(-1)
    shown = torch.sigmoid(decoded.mask)
    composite = shown * decoded.colour + (1 - shown) * place
    target = batch.mask * batch.image + (1 - batch.mask) * place
    with torch.no_grad():
        wanted = trunk.features(target, FEATURE_LEVELS)
    values = {
        "colour": colour_loss(decoded.colour, batch.image, person),
        "similarity": similarity_loss(composite, target, about),
        "features": feature_loss(trunk.features(composite, FEATURE_LEVELS), wanted, about),
        "mask": mask_loss(decoded.mask, batch.mask, batch.certain),
        "parts": parts_loss(decoded.parts, batch.parts, batch.parts_certain),
    }
    return {name: WEIGHTS[name] * value for name, value in values.items()}


class TaskSource(Protocol):
    """Anything that gives tasks to learn from."""

    rng: np.random.Generator

    def draw(self, count: int) -> list[Task]:
        """`count` tasks."""


class Tasks:
    """Tasks to learn from: a rolling store of rendered people, and any number from clips."""

    def __init__(self, settings: Settings, clips: list[list[list[Shot]]], start: int = 0, size_px: int = 256) -> None:
        """`clips`: the people of each clip; all clips are drawn from alike, however many people they show."""
        self.settings, self.clips = settings, clips
        self.rng = np.random.default_rng([settings.seed, start])  # a run that goes on sees other people
        self.renderer = ShotRenderer(seed=int(self.rng.integers(2**31)), size_px=size_px)
        self.store: list[list[Shot]] = []

    def draw(self, count: int) -> list[Task]:
        """`count` tasks."""
        real = int(self.rng.binomial(count, self.settings.clip_share)) if self.clips else 0
        chosen = [clip_task(self._somebody(), self.rng) for _ in range(real)]
        fresh = self.settings.fresh_per_step if self.store else count
        self.store += [self.renderer.draw_shots(RENDERED_POSES) for _ in range(fresh)]
        self.store = self.store[-self.settings.kept :]
        return chosen + [self._rendered() for _ in range(count - real)]

    def _somebody(self) -> list[Shot]:
        people = self.clips[self.rng.integers(len(self.clips))]
        shots = np.array([len(person) for person in people])
        return people[self.rng.choice(len(people), p=shots / shots.sum())]

    def _rendered(self) -> Task:
        person = self.store[self.rng.integers(len(self.store))]
        target, *others = self.rng.permutation(len(person))
        return Task([person[i] for i in others[: self.rng.integers(1, len(others) + 1)]], person[target])


def clip_task(clip: list[Shot], rng: np.random.Generator) -> Task:
    """One shot from some others of the same clip, none of them right beside it in time where that can be had."""
    target = int(rng.integers(len(clip)))
    others = np.arange(len(clip))
    for gap in (APART, 1):
        far = others[np.abs(others - target) >= gap]
        if len(far):
            break
    sources = rng.choice(far, min(len(far), int(rng.integers(1, MOST_SOURCES + 1))), replace=False)
    return Task([clip[i] for i in sources], clip[target])


def train(
    settings: Settings, tasks: TaskSource, decoder: Decoder, trunk: Trunk, start: int = 0
) -> Iterator[tuple[int, dict[str, float], Decoder]]:
    """Yields step, loss terms, and the decoder with averaged weights."""
    torch.manual_seed(settings.seed + start)
    puppet = Puppet.load()
    trunk.eval().requires_grad_(False)
    average = copy.deepcopy(decoder).eval()
    decoder.train()
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=settings.rate, weight_decay=0.01, betas=(0.9, 0.99))
    for step in range(start + 1, settings.steps + 1):
        warm, rest = min(1.0, (step - start) / 50), (settings.steps - step) / settings.steps
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * warm * max(min(1.0, rest / 0.4), 0.02)
        batch = synthesis_batch(tasks.draw(settings.batch), puppet, settings.window_px, tasks.rng)
        decoded = decoder.decode(batch.planes.to(memory_format=torch.channels_last))
        losses = terms(decoded, batch, trunk)
        optimiser.zero_grad(set_to_none=True)
        total = torch.stack(list(losses.values())).sum()
        if not torch.isfinite(total):  # a flow that is not a number would crash torch on the way back
            raise PuppetPoseError(
                f"The loss is not a number at step {step}.", "Start again from the last checkpoint, at a lower rate."
            )
        total.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 2.0)
        optimiser.step()
        follow(average, decoder, step, 0.995)
        yield step, {name: float(value.detach()) for name, value in losses.items()}, average


def preview(decoder: Decoder, tasks: list[Task], puppet: Puppet) -> np.ndarray:
    """A sheet (H, W, 3) uint8, a column a task: a source, both painted puppets, the decoder's answer, the target."""
    columns = []
    for task in tasks:
        planes, target = painted_planes(task, puppet), task.target
        with torch.inference_mode():
            colour, mask, _ = decoder(torch.from_numpy(planes)[None])
        grey = np.full_like(target.image, 90) if target.background is None else target.background
        share = mask[0, 0].numpy()[..., None]
        answer = colour[0].permute(1, 2, 0).numpy() * 255 * share + grey * (1 - share)
        paintings = [planes[i : i + 3].transpose(1, 2, 0) * 255 for i in (0, 4)]
        column = np.vstack([task.sources[0].image, *paintings, answer, target.image])
        columns.append(column.clip(0, 255).astype(np.uint8))
    return np.hstack(columns)


def resume(decoder: Decoder, *paths: Path) -> tuple[int, dict[str, Any]]:
    """Load the first of the checkpoints that exists; the step it was written at if it is the run's own, else 0, and
    what came before the run."""
    for path in paths:
        if path.is_file():
            checkpoint = load_checkpoint(path)
            checkpoint.restore("decoder", decoder)
            about = checkpoint.about.get("decoder", checkpoint.about)
            own = path == paths[0]
            return (int(about.get("decoder_steps", 0)), about.get("before", {})) if own else (0, about)
    return 0, {}


def load_clips(folder: Path | None) -> list[list[list[Shot]]]:
    """The crops that `puppetpose data` kept, clip by clip and person by person."""
    if folder is None:
        return []
    from core_model.data.unlabelled.store import read_people

    return [people for path in sorted(folder.glob("*.npz")) if (people := read_people(path))]


def main() -> None:
    """Train, print, save, and draw previews beside the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/decoder/decoder.safetensors"))
    parser.add_argument("--start-from", type=Path, help="a checkpoint whose decoder to begin with")
    parser.add_argument("--trunk", type=Path, help="a checkpoint whose trunk judges likeness; default: the bundled one")
    parser.add_argument("--clips", type=Path, help="a folder of shots of real clips")
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--batch", type=int, default=Settings.batch)
    parser.add_argument("--window", type=int, default=Settings.window_px, help="pixels; the crop has 256")
    parser.add_argument("--rate", type=float, default=Settings.rate)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--save-every-s", type=float, default=120.0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(args.threads)
    settings = Settings(steps=args.steps, batch=args.batch, window_px=args.window, rate=args.rate, seed=args.seed)
    decoder, trunk = Decoder(), Trunk()
    load_checkpoint(args.trunk or asset(BUNDLED)).restore("trunk", trunk)
    start, before = resume(decoder, args.out, *([args.start_from] if args.start_from else []))
    tasks = Tasks(settings, load_clips(args.clips), start)
    held_out = ShotRenderer(seed=1, split="held_out")
    people = [held_out.draw_shots(RENDERED_POSES) for _ in range(6)]
    shown = [Task(p[1:], p[0]) for p in people] + [Task(c[0][: len(c[0]) // 2], c[0][-1]) for c in tasks.clips[:8]]
    saved = time.monotonic()
    for step, losses, average in train(settings, tasks, decoder, trunk, start):
        if step % 20 == 0:
            print(step, " ".join(f"{name} {value:.4f}" for name, value in losses.items()), flush=True)
        if step == settings.steps or time.monotonic() - saved > args.save_every_s:
            about = {**asdict(settings), "decoder_steps": step, "decoder_clips": len(tasks.clips), "before": before}
            save_checkpoint(args.out, Checkpoint({"decoder": average.state_dict()}, about))
            sheet = preview(average, shown, Puppet.load())
            cv2.imwrite(str(args.out.with_suffix(".png")), sheet[..., ::-1])
            saved = time.monotonic()


if __name__ == "__main__":
    main()
