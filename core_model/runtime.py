"""Where networks run: OpenVINO on the CPU (bf16 where the processor has it), torch on CUDA and as the reference.

On two CPU cores OpenVINO is three to eight times as fast as eager torch; a test holds the two equal within a stated
tolerance.
"""

import contextlib
import hashlib
import os
import tempfile
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import platformdirs
import torch
from torch import nn

from core_model.errors import PuppetPoseError

Network = Callable[..., tuple[np.ndarray, ...]]
"""Float32 arrays in, float32 arrays out."""
THREADS_VARIABLE = "PUPPETPOSE_THREADS"
"""Environment variable: how many cores to use at most."""
_KEPT = 16
"""Converted networks kept on disk: two checkpoints and what training uses."""


def default_threads() -> int:
    """All cores but one, so that a window beside the network stays alive; at least two where there are two."""
    there = cores()
    return max(min(2, there), there - 1)


def training_threads() -> int:
    """All cores but one; one where there are two: busy threads of torch on busy cores wait for each other."""
    return max(1, cores() - 1)


def cores() -> int:
    """Those that this process may use; fewer where the environment variable says so, as it does for one of several
    workers."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = os.environ.get(THREADS_VARIABLE, "")
    return min(int(wanted), there) if wanted.isdecimal() and int(wanted) else there


@lru_cache(maxsize=1)
def openvino_core() -> Any:
    """OpenVINO, opened once and never closed. Its CPU plugin puts an alternative signal stack of its own under the
    thread that opens it; closed from elsewhere, it leaves that stack dangling, and the next signal (of a child process
    that ended, say) kills the program."""
    import openvino as ov

    return ov.Core()


def cpu_precision() -> str:
    """`bf16` where the processor computes in it, else `f32`."""
    return "bf16" if "BF16" in openvino_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def compile_openvino(
    network: nn.Module, examples: Sequence[torch.Tensor], *, precision: str | None = None, threads: int | None = None
) -> Network:
    """Compile `network` for inputs shaped like `examples` (leading dimension fixed, too)."""
    model = _converted(network.eval(), tuple(examples))
    settings = {
        "INFERENCE_PRECISION_HINT": precision or cpu_precision(),
        "INFERENCE_NUM_THREADS": threads or default_threads(),
        "PERFORMANCE_HINT": "LATENCY",
    }
    compiled = openvino_core().compile_model(model, "CPU", settings)
    count = len(compiled.outputs)
    own = threading.local()  # a request is not for two threads at once; the network behind it is

    def run(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
        if not hasattr(own, "request"):
            own.request = compiled.create_infer_request()
        request = own.request
        request.infer([np.ascontiguousarray(a, dtype=np.float32) for a in arrays])
        return tuple(request.get_output_tensor(i).data.copy() for i in range(count))

    return run


def _converted(network: nn.Module, examples: tuple[torch.Tensor, ...]) -> Any:
    """The network as an OpenVINO model: seconds of work, so it is kept on disk under a key of all it depends on."""
    import openvino as ov

    key = hashlib.sha256(f"{ov.get_version()} {network} {[tuple(e.shape) for e in examples]}".encode())
    for value in network.state_dict().values():
        key.update(value.detach().cpu().contiguous().numpy().tobytes())
    folder = platformdirs.user_cache_path("puppetpose") / "openvino"
    path = folder / f"{key.hexdigest()[:32]}.xml"
    if path.exists() and path.with_suffix(".bin").exists():
        try:
            path.touch()  # what is used is kept
            return openvino_core().read_model(path)
        except RuntimeError:
            path.unlink(missing_ok=True)  # a file cut short: convert again
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        traced = torch.jit.trace(network, examples, check_trace=False)
        model = ov.convert_model(traced, example_input=examples, input=[tuple(e.shape) for e in examples])
    with contextlib.suppress(OSError, RuntimeError):  # no place to keep it is no reason to fail
        _keep(model, path)
    return model


def _keep(model: Any, path: Path) -> None:
    """Save aside and rename (weights first), then drop all but the newest files."""
    import openvino as ov

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as aside:
        ov.save_model(model, Path(aside) / path.name, compress_to_fp16=False)
        os.replace(Path(aside) / path.with_suffix(".bin").name, path.with_suffix(".bin"))
        os.replace(Path(aside) / path.name, path)
    for old in sorted(path.parent.glob("*.xml"), key=lambda p: p.stat().st_mtime)[:-_KEPT]:
        old.unlink(missing_ok=True)
        old.with_suffix(".bin").unlink(missing_ok=True)


def run_torch(network: nn.Module, device: str = "cpu") -> Network:
    """The reference and the fallback: eager torch on `device`."""
    network = network.eval().to(device)

    def run(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
        with torch.inference_mode():
            given = (np.ascontiguousarray(a, dtype=np.float32) for a in arrays)  # torch takes no mirrored views
            out = network(*(torch.from_numpy(a).to(device) for a in given))
        outputs = out if isinstance(out, tuple) else (out,)
        return tuple(o.float().cpu().numpy() for o in outputs)

    return run


@dataclass(frozen=True, slots=True)
class Engine:
    """Something that runs networks, and a sentence for a person that says what it is and why."""

    note: str
    prepare: Callable[[nn.Module, Sequence[torch.Tensor]], Network]
    eight_bit: bool = False  # whether networks gain from `core_model.networks.eight_bit` and `core_model.windows`


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
    for library in (torch.set_num_threads, cv2.setNumThreads):  # their threads would fight OpenVINO's for the cores
        library(1)
    return Engine(
        f"CPU, OpenVINO {precision} ({why})",
        lambda network, examples: compile_openvino(network, examples, precision=precision),
        eight_bit=True,
    )
