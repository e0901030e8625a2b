"""Training of the locator's head on composed scenes, over the frozen trunk of a checkpoint: minutes, on a CPU.

python -m core_model.training.locator --checkpoint runs/pose/encoder.safetensors --pool cache/pool --steps 600
"""

import argparse
import copy
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from core_model.data.batches import to_tensor
from core_model.data.people.assets import load_backgrounds
from core_model.data.pool import SamplePool
from core_model.data.scenes import scene
from core_model.networks.locator import INPUT_PX, LocatorHead, locator_loss
from core_model.networks.trunk import Trunk
from core_model.training.averaging import follow
from core_model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.features import frozen_features

BATCH = 24
"""Scenes a step."""


def train_locator(
    trunk: Trunk,
    pool: SamplePool,
    steps: int,
    *,
    batch: int = BATCH,
    seed: int = 0,
    threads: int = 1,
    device: str = "cpu",
) -> Iterator[tuple[int, dict[str, float], LocatorHead]]:
    """Yields step, loss terms and the head with averaged weights."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    backgrounds = list(load_backgrounds())
    head = LocatorHead().to(device)
    average = copy.deepcopy(head).eval()
    optimiser = torch.optim.AdamW(head.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    features = frozen_features(trunk, INPUT_PX, threads, device)
    for step in range(1, steps + 1):
        images, boxes, present = zip(*(scene(pool, backgrounds, rng) for _ in range(batch)), strict=True)
        maps = head(*(f.float() for f in features(to_tensor(np.stack(images)))))
        where, somebody = torch.from_numpy(np.stack(boxes)).float(), torch.tensor(present).float()
        terms = locator_loss(maps, where.to(device), somebody.to(device))
        optimiser.zero_grad(set_to_none=True)
        torch.stack(list(terms.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(head.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        follow(average, head, step, 0.99)
        yield step, {name: float(value.detach()) for name, value in terms.items()}, average


def main() -> None:
    """Train, print, and write the checkpoint with the head added."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True, help="where the trunk comes from; the head is added")
    parser.add_argument("--pool", type=Path, default=Path("cache/pool"))
    parser.add_argument("--out", type=Path, default=Path("runs/locator/locator.safetensors"))
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    a = parser.parse_args()
    checkpoint, trunk = load_checkpoint(a.checkpoint), Trunk()
    checkpoint.restore_eyes(trunk)
    for step, terms, head in train_locator(trunk, SamplePool(a.pool), a.steps, seed=a.seed, threads=a.threads):
        if step % 20 == 0:
            print(step, " ".join(f"{name} {value:.3f}" for name, value in terms.items()), flush=True)
        if step % 100 == 0 or step == a.steps:
            about = {"locator_steps": step, "seed": a.seed}
            save_checkpoint(a.out, Checkpoint({"locator": head.state_dict()}, about))


if __name__ == "__main__":
    main()
