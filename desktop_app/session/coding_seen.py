"""What was seen in the frames of a clip <-> arrays with a row a frame."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from core_model.seen import ROW, Seen

_PACKED = ("parts", "sure")
"""Deflated maps one after another; where each ends is in an array of its own, `parts_end` and `sure_end`."""
_PIECE = 500
"""Frames that are put together in one go: a few milliseconds in which no other thread gets its turn."""


def seen_arrays(seen: Mapping[int, Seen]) -> dict[str, np.ndarray]:
    """All of it, in the precision that it has: `index` (K,), the fields of `ROW` (K, ...), and of each of `_PACKED`
    bytes (B,) and ends (K,)."""
    index = sorted(seen)
    pieces = [_piece([seen[i] for i in index[k : k + _PIECE]]) for k in range(0, len(index), _PIECE)] or [_piece([])]
    arrays = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    ends = {f"{name}_end": np.cumsum(arrays[f"{name}_end"]) for name in _PACKED}
    return {"index": np.array(index, np.int64), **arrays, **ends}


def _piece(ones: list[Seen]) -> dict[str, np.ndarray]:
    """The arrays of some frames, with the sizes of their maps in place of their ends."""
    rows = np.array([one.row for one in ones], ROW)
    arrays = {name: np.ascontiguousarray(rows[name]) for name in ROW.names or ()}
    packed = [one.deflated_parts for one in ones], [one.deflated_sure for one in ones]
    for name, maps in zip(_PACKED, packed, strict=True):
        arrays[name] = np.frombuffer(b"".join(maps), np.uint8)
        arrays[f"{name}_end"] = np.array([len(one) for one in maps], np.int64)
    return arrays


def seen_from(arrays: Mapping[str, np.ndarray]) -> dict[int, Seen]:
    """The inverse. Raises KeyError and ValueError where something is missing or of another size."""
    index = arrays["index"].tolist()
    rows = np.zeros(len(index), ROW)
    for name in ROW.names or ():
        if arrays[name].shape != rows[name].shape:
            raise ValueError(f"{name} is {arrays[name].shape}")
        rows[name] = arrays[name]
    if any(not 0 <= i < len(arrays["state"]) for i in index):
        raise ValueError("frames that are not there")
    parts, sure = _unpacked(arrays, "parts", len(index)), [b""] * len(index)
    if "sure" in arrays:  # not before version 2
        sure = _unpacked(arrays, "sure", len(index))
    return {i: Seen(rows[k, ...], parts[k], sure[k]) for k, i in enumerate(index)}


def _unpacked(arrays: Mapping[str, np.ndarray], name: str, count: int) -> list[bytes]:
    """One of `_PACKED`, frame by frame."""
    data, ends = arrays[name].tobytes(), arrays[f"{name}_end"].astype(int)
    if ends.shape != (count,) or (ends[-1:] != len(data)).any():
        raise ValueError(f"{name} is {ends.shape}")
    return [data[a:b] for a, b in pairwise([0, *ends.tolist()])]
