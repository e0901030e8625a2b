"""Checkpoints: one safetensors file, half precision, that says how it was made.

Tensors are named `<network>.<parameter>`; the header carries a JSON text under `puppetpose` with the format's version,
config, data, steps, seed, commit, calibration and benchmark figures.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from core_model.errors import CheckpointError
from core_model.training.storage import write_whole

FORMAT = 1
"""Raised whenever older code could not read what is written."""
EYES = "imagenet"
"""The name of the trunk as it was before it learnt poses."""
_KEY = "puppetpose"


@dataclass(frozen=True)
class Checkpoint:
    """Networks' states by name, and what is known of how they came to be."""

    states: dict[str, dict[str, Tensor]]
    about: dict[str, Any] = field(default_factory=dict)

    def restore(self, name: str, network: nn.Module) -> None:
        """Load one network's state. Raises CheckpointError if it is missing or of other shapes."""
        try:
            network.load_state_dict({k: v.float() for k, v in self.states[name].items()})
        except (KeyError, RuntimeError) as error:
            raise CheckpointError(
                f"The checkpoint's {name} does not fit this version of PuppetPose.",
                "Use the checkpoint that came with this version, or train one with it.",
            ) from error

    def restore_eyes(self, trunk: nn.Module) -> None:
        """Load the trunk as ImageNet left it: the locator looks through it, and likeness is judged by it.

        A checkpoint keeps it where its encoder's own trunk has learnt something else. Raises CheckpointError.
        """
        self.restore(EYES if EYES in self.states else "trunk", trunk)


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write it whole: a killed run or a full disk leaves the last good file. Raises OutputError."""
    tensors = {
        f"{name}.{key}": value.detach().cpu().half().contiguous() if value.is_floating_point() else value.cpu()
        for name, state in checkpoint.states.items()
        for key, value in state.items()
    }
    write_whole(path, save(tensors, metadata={_KEY: json.dumps({**checkpoint.about, "format": FORMAT})}))


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; CheckpointError says what is wrong with one that cannot be used."""
    if not path.is_file():
        raise CheckpointError(
            f"There is no checkpoint at {path}.", "Check the path, or leave it out for the bundled one."
        )
    try:
        with safe_open(path, framework="pt") as file:
            header = (file.metadata() or {}).get(_KEY)
            about = json.loads(header) if header else {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(
            f"{path.name} is not a readable checkpoint ({error}).", "Copy it again, or use the bundled one."
        ) from error
    if about.get("format") != FORMAT:
        raise CheckpointError(
            f"{path.name} was made by another version of PuppetPose (format {about.get('format', 'unknown')}, "
            f"this one reads {FORMAT}).",
            "Use the bundled checkpoint, or train again with this version.",
        )
    states: dict[str, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        name, _, parameter = key.partition(".")
        states.setdefault(name, {})[parameter] = value
    return Checkpoint(states, about)


def digest_of(checkpoint: Checkpoint) -> str:
    """16 hexadecimal digits of all weights."""
    digest = hashlib.sha256()
    for network, state in sorted(checkpoint.states.items()):
        for name, value in sorted(state.items()):
            digest.update(f"{network}.{name}".encode() + value.numpy().tobytes())
    return digest.hexdigest()[:16]


def half_state(network: nn.Module) -> dict[str, Tensor]:
    """A network's state as it will be after saving and loading: what is measured is what is shipped."""
    return {k: v.half().float() if torch.is_floating_point(v) else v for k, v in network.state_dict().items()}
