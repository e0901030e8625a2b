"""The mean of pose encoders that came from one: it keeps what each was better at (Wortsman et al., arXiv 2109.01903).

python -m core_model.training.mean runs/pose12/encoder.safetensors runs/pose13/encoder.safetensors --out FILE
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from core_model.errors import CheckpointError
from core_model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint

ENCODER = ("trunk", "tail")


def mean_of(checkpoints: Sequence[Checkpoint]) -> Checkpoint:
    """Trunk and tail with each weight, and each statistic of batch norm, the mean of theirs. Raises CheckpointError."""
    if any(name not in c.states for c in checkpoints for name in ENCODER):
        raise CheckpointError("One of the files holds no pose encoder.", "Name checkpoints of `puppetpose train`.")
    states = {name: _mean([c.states[name] for c in checkpoints]) for name in ENCODER}
    return Checkpoint(states, {"mean_of": [c.about for c in checkpoints]})


def _mean(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    first = states[0]
    if any({k: v.shape for k, v in s.items()} != {k: v.shape for k, v in first.items()} for s in states):
        raise CheckpointError("The pose encoders differ in shape.", "Name checkpoints of one version.")
    mean = {key: torch.stack([state[key].float() for state in states]).mean(dim=0) for key in first}
    return {key: value if first[key].is_floating_point() else first[key] for key, value in mean.items()}


def main() -> None:
    """Write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("encoders", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    save_checkpoint(a.out, mean_of([load_checkpoint(path) for path in a.encoders]))


if __name__ == "__main__":
    main()
