"""What was seen in the frames of a clip <-> arrays with a row a frame."""

import mmap
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from core_model.seen import ROW, Seen

_PACKED = ("parts", "sure")
"""Deflated maps one after another; where each ends is in an array of its own, `parts_end` and `sure_end`."""
_PIECE = 500
"""Frames that are put in place in one go: a few milliseconds in which no other thread gets its turn."""


def seen_arrays(seen: Mapping[int, Seen]) -> dict[str, np.ndarray]:
    """All of it, in the precision that it has: `index` (K,), the fields of `ROW` (K, ...), and of each of `_PACKED`
    bytes (B,) and ends (K,). Nothing is held twice on the way."""
    index = sorted(seen)
    rows = _passing(len(index), ROW)
    for piece in _pieces(len(index)):
        rows[piece] = [seen[i].row for i in index[piece]]
    maps = [seen[i].deflated_parts for i in index], [seen[i].deflated_sure for i in index]
    packed = {name: array for kind, ones in zip(_PACKED, maps, strict=True) for name, array in _packed(kind, ones)}
    return {"index": np.array(index, np.int64), **{name: rows[name] for name in ROW.names or ()}, **packed}


def _passing(count: int, kind: np.dtype) -> np.ndarray:
    """Zeros (count,) in pages of their own, which go back to the system with the array; holes in the heap may not."""
    return np.frombuffer(mmap.mmap(-1, max(1, count * kind.itemsize)), kind, count)


def _pieces(count: int) -> Iterator[slice]:
    return (slice(start, start + _PIECE) for start in range(0, count, _PIECE))


def _packed(kind: str, maps: list[bytes]) -> Iterator[tuple[str, np.ndarray]]:
    """The bytes of all maps, and where each ends."""
    ends = np.cumsum([len(one) for one in maps], dtype=np.int64)
    data, start = _passing(int(ends[-1]) if maps else 0, np.dtype(np.uint8)), 0
    for piece in _pieces(len(maps)):
        joined = np.frombuffer(b"".join(maps[piece]), np.uint8)
        data[start : (start := start + len(joined))] = joined
    yield from ((kind, data), (f"{kind}_end", ends))


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
