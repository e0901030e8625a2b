"""Where training runs: one device, or many on many machines under `torchrun`, through Lightning Fabric."""

import logging
import os
from typing import TYPE_CHECKING

import torch

from core_model.errors import ConfigError
from core_model.training.config import TrainConfig

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def connect(config: TrainConfig) -> "Fabric":
    """Join the processes that `torchrun` started, if it did. Raises ConfigError.

    Fabric places, casts and communicates. Networks are not wrapped for distributed training: gradients are averaged
    once a step, when every process has said that its memory sufficed (`core_model.training.stepping`).
    """
    try:
        from lightning_fabric import Fabric
    except ModuleNotFoundError as error:
        raise needed(error) from error
    if config.device == "cuda" and not torch.cuda.is_available():
        raise ConfigError(
            "No CUDA device can be used here.", 'Set `device = "auto"`, or install a CUDA build of torch.'
        )
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    started = torch.distributed.is_available() and torch.distributed.is_torchelastic_launched()
    world, here = (int(os.environ[name]) if started else 1 for name in ("WORLD_SIZE", "LOCAL_WORLD_SIZE"))
    fabric = Fabric(
        accelerator="cuda" if config.device != "cpu" and torch.cuda.is_available() else "cpu",
        devices=here,
        num_nodes=world // here,
        strategy="ddp" if world > 1 else "auto",
        precision=config.precision,  # type: ignore[arg-type]
    )
    fabric.launch()
    return fabric


def needed(error: ModuleNotFoundError) -> ConfigError:
    """What to say about a package that only training needs."""
    return ConfigError(f"Training needs the package {error.name}.", 'Install it: pip install -e ".[train]"')
