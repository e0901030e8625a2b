"""Many small torch operations on one body, without Python between them: half the time, the same numbers."""

import threading
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn


def traced(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of tensors that does not branch on their values, recorded at its first call for each kind of input.

    It gives what `function` gives (a named tuple as a plain one), without gradients. Safe to call from several threads.
    """
    recorded: dict[object, Callable[..., Any]] = {}
    lock = threading.Lock()

    def call(*inputs: Tensor) -> Any:
        key = tuple((x.shape, x.dtype, x.device) for x in inputs)
        if key not in recorded:
            with lock:
                recorded.setdefault(key, _record(function, inputs))
        with torch.inference_mode():
            return recorded[key](*inputs)

    return call


def _record(function: Callable[..., Any], inputs: tuple[Tensor, ...]) -> Callable[..., Any]:
    """Recorded as a module, for only those can be frozen: what depends on constants alone is worked out once."""
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # shapes are taken for constants, which they are
        recorded = torch.jit.trace(_Module(function).eval(), inputs, check_trace=False)
        return torch.jit.freeze(recorded, optimize_numerics=False)


class _Module(nn.Module):
    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: Tensor) -> Any:
        return self.function(*inputs)
