"""Many small torch operations on one body, without Python between them: half the time, the same numbers."""

import threading
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


def traced(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of tensors that does not branch on their values, recorded at its first call for each kind of input.

    It gives what `function` gives (a named tuple as a plain one), without gradients. Safe to call from several threads.
    """
    recorded: dict[object, Callable[..., Any]] = {}
    lock = threading.Lock()

    def call(*inputs: Tensor) -> Any:
        key = tuple((x.shape, x.dtype, x.device) for x in inputs)
        if key not in recorded:
            with lock, torch.no_grad(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # shapes are taken for constants, which they are
                recorded.setdefault(key, torch.jit.trace(function, inputs, check_trace=False))
        with torch.no_grad():
            return recorded[key](*inputs)

    return call
