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
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from core_model.assets import BUNDLED, asset
from core_model.data.shots import ShotRenderer
from core_model.errors import PuppetPoseError
from core_model.networks.decoder import Decoded, Decoder
from core_model.networks.trunk import Trunk
from core_model.puppet import Puppet
from core_model.training.averaging import follow
from core_model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.pace import Pace, paced
from core_model.training.synthesis_batches import SynthesisBatch, Task, painted_planes
from core_model.training.synthesis_losses import (
    FEATURE_LEVELS,
    SIMILARITY,
    colour_loss,
    feature_loss,
    mask_loss,
    parts_loss,
    similarity_loss,
)
from core_model.training.synthesis_tasks import RENDERED_POSES, Settings, TaskBatches, load_clips, prepared_ahead

WEIGHTS = {"colour": 1.0, "similarity": SIMILARITY, "features": 0.2, "mask": 0.5, "parts": 0.2}


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


def train(
    settings: Settings,
    batches: Iterator[SynthesisBatch],
    decoder: Decoder,
    trunk: Trunk,
    start: int = 0,
    device: str = "cpu",
) -> Iterator[tuple[int, dict[str, float], Decoder]]:
    """Yields step, loss terms, and the decoder with averaged weights, all on `device`."""
    torch.manual_seed(settings.seed + start)
    trunk.to(device).eval().requires_grad_(False)
    decoder.to(device).train()
    average = copy.deepcopy(decoder).eval()
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=settings.rate, weight_decay=0.01, betas=(0.9, 0.99))
    for step in range(start + 1, settings.steps + 1):
        warm, rest = min(1.0, (step - start) / 50), (settings.steps - step) / settings.steps
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * warm * max(min(1.0, rest / 0.4), 0.02)
        batch = next(batches).to(device)
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


@dataclass(frozen=True)
class DecoderRun:
    """What a run learns from, and where it is kept."""

    out: Path  # gone on with where it exists
    settings: Settings
    trunk: Path  # a checkpoint whose trunk judges likeness
    start_from: Path | None = None  # a checkpoint whose decoder to begin with
    clips: Path | None = None  # a folder of files that `puppetpose data` made
    device: str = "cpu"
    save_every_s: float = 120.0


def learn(run: DecoderRun, pace: Pace) -> Iterator[tuple[int, dict[str, float]]]:
    """Train, save, draw previews beside the checkpoint; yields step and loss terms. `pace` hears how fast it is."""
    decoder, trunk = Decoder(), Trunk()
    load_checkpoint(run.trunk).restore_eyes(trunk)
    start, before = resume(decoder, run.out, *([run.start_from] if run.start_from else []))
    if start >= run.settings.steps:
        return
    batches = prepared_ahead(TaskBatches(run.settings, run.clips, start))
    shown, clips = _shown(run.clips)
    saved = time.monotonic()
    for step, losses, average in train(run.settings, paced(batches, pace), decoder, trunk, start, run.device):
        if step == run.settings.steps or time.monotonic() - saved > run.save_every_s:
            about = {**asdict(run.settings), "decoder_steps": step, "decoder_clips": clips, "before": before}
            save_checkpoint(run.out, Checkpoint({"decoder": average.state_dict()}, about))
            sheet = preview(copy.deepcopy(average).cpu(), shown, Puppet.load())
            cv2.imwrite(str(run.out.with_suffix(".png")), sheet[..., ::-1])
            saved = time.monotonic()
        yield step, losses


def _shown(folder: Path | None) -> tuple[list[Task], int]:
    """What previews show: held-out rendered people and people of clips; and how many clips there are."""
    held_out, clips = ShotRenderer(seed=1, split="held_out"), load_clips(folder)
    people = [held_out.draw_shots(RENDERED_POSES) for _ in range(6)]
    shown = [Task(p[1:], p[0]) for p in people] + [Task(c[0][: len(c[0]) // 2], c[0][-1]) for c in clips[:8]]
    return shown, len(clips)


def main() -> None:
    """Train and print."""
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
    parser.add_argument("--save-every-s", type=float, default=DecoderRun.save_every_s)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(args.threads)
    settings = Settings(steps=args.steps, batch=args.batch, window_px=args.window, rate=args.rate, seed=args.seed)
    trunk, pace = args.trunk or asset(BUNDLED), Pace(settings.batch)
    run = DecoderRun(args.out, settings, trunk, args.start_from, args.clips, save_every_s=args.save_every_s)
    for step, losses in learn(run, pace):
        if step % 20 == 0:
            told = " ".join(f"{name} {value:.4f}" for name, value in losses.items())
            print(f"{step} {told} data {100 * pace.data_wait:.0f} %", flush=True)


if __name__ == "__main__":
    main()
