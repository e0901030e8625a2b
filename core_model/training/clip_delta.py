"""What adapting to a clip changed, as a small file beside it: the decoder's weights less those of the checkpoint."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch import Tensor

from core_model.errors import CheckpointError
from core_model.training.checkpoint import Checkpoint

_NAME = "decoder_delta"


def fingerprint(checkpoint: Checkpoint) -> str:
    """Of the decoder that a delta belongs to."""
    digest = hashlib.sha256()
    for name, value in sorted(checkpoint.states["decoder"].items()):
        digest.update(name.encode() + value.float().numpy().tobytes())
    return digest.hexdigest()[:16]


def make_delta(base: Checkpoint, state: Mapping[str, Tensor], about: Mapping[str, Any]) -> Checkpoint:
    """The difference of an adapted decoder's state to that of `base`; `about` says how it came to be, `eight_bit` in it
    what its convolutions read (`core_model.networks.eight_bit`)."""
    old = base.states["decoder"]
    change = {name: state[name].float() - old[name].float() for name in old if old[name].is_floating_point()}
    return Checkpoint({_NAME: change}, {**about, "base": fingerprint(base)})


def apply_delta(base: Checkpoint, delta: Checkpoint) -> Checkpoint:
    """`base` with the adapted decoder. Raises CheckpointError where the delta belongs to another checkpoint."""
    if _NAME not in delta.states:
        raise CheckpointError(
            "This file holds no adaptation to a clip.", "Choose a file that `puppetpose adapt` or the studio wrote."
        )
    if delta.about.get("base") != fingerprint(base):
        raise CheckpointError(
            "The clip was adapted with another checkpoint than the one that is loaded.",
            "Load that checkpoint, or adapt to the clip again.",
        )
    old, change = base.states["decoder"], delta.states[_NAME]
    decoder = {name: value.float() + change[name].float() if name in change else value for name, value in old.items()}
    eight_bit = {**base.about.get("eight_bit", {}), "decoder": delta.about.get("eight_bit", {})}
    return replace(base, states={**base.states, "decoder": decoder}, about={**base.about, "eight_bit": eight_bit})
