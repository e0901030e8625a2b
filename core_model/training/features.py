"""The frozen trunk's features, as fast as the machine gives them: OpenVINO on the CPU, torch on CUDA."""

from collections.abc import Callable

import torch
from torch import Tensor

from core_model.networks.trunk import Trunk
from core_model.runtime import Network, compile_openvino

Features = Callable[[Tensor], list[Tensor]]
"""Images (B, 3, S, S) in [0, 1] -> the trunk's features, without gradients, on the training device."""


def frozen_features(trunk: Trunk, size_px: int, threads: int, device: str) -> Features:
    """Prepare `trunk` for square images of side `size_px`; `device` is "cpu", "cuda" or "cuda:1"."""
    trunk.eval()
    if device != "cpu":
        trunk.to(device)

        def on_cuda(image: Tensor) -> list[Tensor]:
            with torch.no_grad(), torch.autocast(torch.device(device).type, torch.bfloat16):
                return list(trunk(image.to(device)))

        return on_cuda
    compiled: dict[int, Network] = {}

    def on_cpu(image: Tensor) -> list[Tensor]:
        size = image.shape[0]
        if size not in compiled:
            compiled[size] = compile_openvino(trunk, [torch.zeros(size, 3, size_px, size_px)], threads=threads)
        maps = compiled[size](image.numpy())
        return [torch.from_numpy(m).contiguous(memory_format=torch.channels_last) for m in maps]

    return on_cpu
