"""Where training runs: one device, or many on many machines under `torchrun`, through Lightning Fabric."""

import logging
import os
import subprocess
from typing import TYPE_CHECKING

import torch

from core_model.errors import ConfigError
from core_model.runtime import cpu_precision
from core_model.training.config import TrainConfig

if TYPE_CHECKING:
    from lightning_fabric import Fabric


_TRIED = 3
"""Ways of computing a convolution that are tried before one is taken. With ten, as is usual, the first step of a run
took 28 s; how long it takes with so few was not told apart from the reading of libraries."""


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
    on_cuda = config.device != "cpu" and torch.cuda.is_available()
    torch.backends.cudnn.benchmark = on_cuda
    torch.backends.cudnn.benchmark_limit = _TRIED
    fabric = Fabric(
        accelerator="cuda" if on_cuda else "cpu",
        devices=here,
        num_nodes=world // here,
        strategy="ddp" if world > 1 else "auto",
        precision=_precision(config, on_cuda),  # type: ignore[arg-type]
    )
    fabric.launch()
    return fabric


def _precision(config: TrainConfig, on_cuda: bool) -> str:
    """A processor without bf16 only imitates it: a step took 26 s where it takes 2 s in float32."""
    if config.precision != "auto":
        return config.precision
    return "bf16-mixed" if on_cuda or cpu_precision() == "bf16" else "32-true"


def needed(error: ModuleNotFoundError) -> ConfigError:
    """What to say about a package that only training needs."""
    return ConfigError(f"Training needs the package {error.name}.", 'Install it: pip install -e ".[train]"')


def gpu_busy() -> float | None:
    """Share of the last moments in which a CUDA device computed, in [0, 1], as its driver says; None without one."""
    if not torch.cuda.is_available():
        return None
    command = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=5).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return None
    return max(map(float, said)) / 100 if said and all(word.isdecimal() for word in said) else None
