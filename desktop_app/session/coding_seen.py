"""What was seen in the frames of a clip <-> arrays with a row a frame."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from core_model.prediction import Camera
from core_model.seen import Seen
from core_model.skeleton import NUM_JOINTS, NUM_LIMBS, NUM_SHAPE

_ROWS = {
    "angles_rad": (NUM_LIMBS, 2), "shape": (NUM_SHAPE,), "rotation": (3, 3), "translation_m": (3,), "focal_px": (),
    "frame_size_px": (2,), "box_px": (4,), "joints3d_m": (NUM_JOINTS, 3), "joints2d_px": (NUM_JOINTS, 2),
    "confidence": (NUM_JOINTS,), "score": (),
}  # fmt: skip
"""Shapes of a row."""
_PACKED = ("parts", "sure")
"""Deflated maps one after another; where each ends is in an array of its own, `parts_end` and `sure_end`."""
_PIECE = 500
"""Frames that are put together in one go: a few milliseconds in which no other thread gets its turn."""


def seen_arrays(seen: Mapping[int, Seen]) -> dict[str, np.ndarray]:
    """All of it, in the precision that it has: `index` (K,), `_ROWS`, and of each of `_PACKED` bytes (B,) and ends
    (K,)."""
    index = sorted(seen)
    pieces = [_piece([seen[i] for i in index[k : k + _PIECE]]) for k in range(0, len(index), _PIECE)] or [_piece([])]
    arrays = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    ends = {f"{name}_end": np.cumsum(arrays[f"{name}_end"]) for name in _PACKED}
    return {"index": np.array(index, np.int64), **arrays, **ends}


def _piece(ones: list[Seen]) -> dict[str, np.ndarray]:
    """The arrays of some frames, with the sizes of their maps in place of their ends."""
    columns: dict[str, list[object]] = {name: [] for name in _ROWS}
    for one in ones:
        row = (
            one.angles_rad, one.shape, one.camera.rotation, one.camera.translation_m, one.camera.focal_px,
            one.camera.frame_size_px, one.box_px, one.joints3d_m, one.joints2d_px, one.confidence, one.score,
        )  # fmt: skip
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    arrays = {name: np.array(values).reshape(len(ones), *_ROWS[name]) for name, values in columns.items()}
    packed = [one.deflated_parts for one in ones], [one.deflated_sure for one in ones]
    for name, maps in zip(_PACKED, packed, strict=True):
        arrays[name] = np.frombuffer(b"".join(maps), np.uint8)
        arrays[f"{name}_end"] = np.array([len(one) for one in maps], np.int64)
    return arrays


def seen_from(arrays: Mapping[str, np.ndarray]) -> dict[int, Seen]:
    """The inverse. Raises KeyError and ValueError where something is missing or of another size."""
    index = arrays["index"].tolist()
    columns = {name: arrays[name] for name in _ROWS}
    for name, column in columns.items():
        if column.shape != (len(index), *_ROWS[name]):
            raise ValueError(f"{name} is {column.shape}")
    if any(not 0 <= i < len(arrays["state"]) for i in index):
        raise ValueError("frames that are not there")
    parts, sure = _unpacked(arrays, "parts", len(index)), [b""] * len(index)
    if "sure" in arrays:  # not before version 2
        sure = _unpacked(arrays, "sure", len(index))
    return {i: _seen(columns, k, parts[k], sure[k]) for k, i in enumerate(index)}


def _seen(columns: Mapping[str, np.ndarray], k: int, parts: bytes, sure: bytes) -> Seen:
    width, height = columns["frame_size_px"][k].tolist()
    camera = Camera(
        columns["rotation"][k], columns["translation_m"][k], float(columns["focal_px"][k]), (int(width), int(height))
    )
    return Seen(
        columns["angles_rad"][k], columns["shape"][k], camera, columns["box_px"][k], columns["joints3d_m"][k],
        columns["joints2d_px"][k], columns["confidence"][k], float(columns["score"][k]), parts, sure,
    )  # fmt: skip


def _unpacked(arrays: Mapping[str, np.ndarray], name: str, count: int) -> list[bytes]:
    """One of `_PACKED`, frame by frame."""
    data, ends = arrays[name].tobytes(), arrays[f"{name}_end"].astype(int)
    if ends.shape != (count,) or (ends[-1:] != len(data)).any():
        raise ValueError(f"{name} is {ends.shape}")
    return [data[a:b] for a, b in pairwise([0, *ends.tolist()])]
