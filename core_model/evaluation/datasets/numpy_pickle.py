"""Pickles of plain data: numbers, text, lists, dictionaries and numpy arrays, and nothing that could run.

A pickle may name any function of any module and have it called. This reader knows what numpy arrays need; whatever
else a file asks for is refused before it is imported.
"""

import pickle
from pathlib import Path
from typing import Any

import numpy as np

from core_model.errors import MediaError


def _text_as_bytes(text: str, encoding: str) -> bytes:
    """How Python 3 writes the bytes of an array for Python 2; no codec but this one."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it asks for the codec {encoding}")
    return text.encode("latin1")


_RECONSTRUCT = np.zeros(0).__reduce__()[0]
_SCALAR = np.float64(0).__reduce__()[0]
_KNOWN = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): _text_as_bytes,
    **{(f"numpy.{core}.multiarray", "_reconstruct"): _RECONSTRUCT for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): _SCALAR for core in ("core", "_core")},
}


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return _KNOWN[module, name]


def load_arrays(path: Path) -> dict[str, Any]:
    """A dictionary of plain data from a pickle, of Python 2 too. MediaError for anything else."""
    try:
        with path.open("rb") as file:
            loaded = _PlainUnpickler(file, encoding="latin1").load()
        if not isinstance(loaded, dict):
            raise pickle.UnpicklingError("it holds no dictionary")
    except (pickle.UnpicklingError, EOFError, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise MediaError(
            f"{path.name} is not a pickle of plain arrays ({error}), and is not opened.", "Download it again."
        ) from error
    return loaded
