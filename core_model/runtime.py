"""Where networks run: OpenVINO on the CPU (bf16 where the processor has it), torch on CUDA and as the reference.

On two CPU cores OpenVINO is three to eight times as fast as eager torch; a test holds the two equal within a stated
tolerance.
"""

import os
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

Network = Callable[..., tuple[np.ndarray, ...]]
"""Float32 arrays in, float32 arrays out."""


def default_threads() -> int:
    """All cores but one, so that a window beside the network stays alive; at least two where there are two."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(min(2, cores), cores - 1)


def cpu_precision() -> str:
    """`bf16` where the processor computes in it, else `f32`."""
    import openvino as ov

    return "bf16" if "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def compile_openvino(
    network: nn.Module, examples: Sequence[torch.Tensor], *, precision: str | None = None, threads: int | None = None
) -> Network:
    """Compile `network` for inputs shaped like `examples` (leading dimension fixed, too)."""
    import openvino as ov

    with torch.inference_mode():
        model = ov.convert_model(
            network.eval(), example_input=tuple(examples), input=[tuple(e.shape) for e in examples]
        )
    settings = {
        "INFERENCE_PRECISION_HINT": precision or cpu_precision(),
        "INFERENCE_NUM_THREADS": threads or default_threads(),
        "PERFORMANCE_HINT": "LATENCY",
    }
    compiled = ov.Core().compile_model(model, "CPU", settings)
    request = compiled.create_infer_request()
    count = len(compiled.outputs)

    def run(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
        request.infer([np.ascontiguousarray(a, dtype=np.float32) for a in arrays])
        return tuple(request.get_output_tensor(i).data.copy() for i in range(count))

    return run


def run_torch(network: nn.Module, device: str = "cpu") -> Network:
    """The reference and the fallback: eager torch on `device`."""
    network = network.eval().to(device)

    def run(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
        with torch.inference_mode():
            out = network(*(torch.as_tensor(a, dtype=torch.float32, device=device) for a in arrays))
        outputs = out if isinstance(out, tuple) else (out,)
        return tuple(o.float().cpu().numpy() for o in outputs)

    return run
