"""Where networks run: OpenVINO on the CPU (bf16 where the processor has it), torch on CUDA and as the reference.

On two CPU cores OpenVINO is three to eight times as fast as eager torch; a test holds the two equal within a stated
tolerance.
"""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from core_model.errors import PuppetPoseError

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
    count = len(compiled.outputs)
    own = threading.local()  # a request is not for two threads at once; the network behind it is

    def run(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
        if not hasattr(own, "request"):
            own.request = compiled.create_infer_request()
        request = own.request
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


@dataclass(frozen=True, slots=True)
class Engine:
    """Something that runs networks, and a sentence for a person that says what it is and why."""

    note: str
    prepare: Callable[[nn.Module, Sequence[torch.Tensor]], Network]


def choose_engine(device: str = "auto") -> Engine:
    """CUDA where there is one, else OpenVINO, else torch. Raises PuppetPoseError if `cuda` is asked for and missing."""
    if device not in ("auto", "cpu", "cuda"):
        raise PuppetPoseError(f"There is no device named {device!r}.", "Use auto, cpu or cuda.")
    if device != "cpu" and torch.cuda.is_available():
        return Engine(f"CUDA, {torch.cuda.get_device_name(0)}", lambda network, _: run_torch(network, "cuda"))
    if device == "cuda":
        raise PuppetPoseError(
            "No CUDA device can be used here.", "Use --device cpu, or install a CUDA build of torch and its driver."
        )
    why = "as asked" if device == "cpu" else "no CUDA device found"
    try:
        precision = cpu_precision()
    except ImportError:
        return Engine(f"CPU, torch (OpenVINO is not installed; {why})", lambda network, _: run_torch(network))
    return Engine(
        f"CPU, OpenVINO {precision} ({why})",
        lambda network, examples: compile_openvino(network, examples, precision=precision),
    )
