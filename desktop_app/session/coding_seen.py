"""What was seen in the frames of a clip <-> arrays with a row a frame."""

from collections.abc import Mapping

import numpy as np

from core_model.prediction import Camera
from core_model.seen import Seen
from core_model.skeleton import NUM_JOINTS, NUM_LIMBS, NUM_SHAPE

_ROWS = {
    "angles_rad": (NUM_LIMBS, 2), "shape": (NUM_SHAPE,), "rotation": (3, 3), "translation_m": (3,), "focal_px": (),
    "frame_size_px": (2,), "box_px": (4,), "joints3d_m": (NUM_JOINTS, 3), "joints2d_px": (NUM_JOINTS, 2),
    "confidence": (NUM_JOINTS,), "score": (), "parts_end": (),
}  # fmt: skip
"""Shapes of a row. `parts` are the deflated part maps one after another, `parts_end` where each ends in it."""
_PIECE = 500
"""Frames that are put together in one go: a few milliseconds in which no other thread gets its turn."""


def seen_arrays(seen: Mapping[int, Seen]) -> dict[str, np.ndarray]:
    """All of it, in the precision that it has: `index` (K,), `parts` (B,) uint8, and `_ROWS`."""
    index = sorted(seen)
    pieces = [_piece([seen[i] for i in index[k : k + _PIECE]]) for k in range(0, len(index), _PIECE)] or [_piece([])]
    arrays = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    return {"index": np.array(index, np.int64), **arrays, "parts_end": np.cumsum(arrays["parts_end"])}


def _piece(ones: list[Seen]) -> dict[str, np.ndarray]:
    """The arrays of some frames, with the sizes of their part maps as `parts_end`."""
    columns: dict[str, list[object]] = {name: [] for name in _ROWS}
    for one in ones:
        row = (
            one.angles_rad, one.shape, one.camera.rotation, one.camera.translation_m, one.camera.focal_px,
            one.camera.frame_size_px, one.box_px, one.joints3d_m, one.joints2d_px, one.confidence, one.score,
            len(one.deflated_parts),
        )  # fmt: skip
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    return {
        "parts": np.frombuffer(b"".join(one.deflated_parts for one in ones), np.uint8),
        **{name: np.array(values).reshape(len(ones), *_ROWS[name]) for name, values in columns.items()},
    }


def seen_from(arrays: Mapping[str, np.ndarray]) -> dict[int, Seen]:
    """The inverse. Raises KeyError and ValueError where something is missing or of another size."""
    index, parts = arrays["index"].tolist(), arrays["parts"].tobytes()
    columns = {name: arrays[name] for name in _ROWS}
    for name, column in columns.items():
        if column.shape != (len(index), *_ROWS[name]):
            raise ValueError(f"{name} is {column.shape}")
    if any(not 0 <= i < len(arrays["state"]) for i in index) or (columns["parts_end"][-1:] != len(parts)).any():
        raise ValueError("frames that are not there")
    ends = [0, *columns["parts_end"].astype(int).tolist()]
    return {
        i: Seen(
            columns["angles_rad"][k],
            columns["shape"][k],
            Camera(
                columns["rotation"][k],
                columns["translation_m"][k],
                float(columns["focal_px"][k]),
                (int(columns["frame_size_px"][k][0]), int(columns["frame_size_px"][k][1])),
            ),
            columns["box_px"][k],
            columns["joints3d_m"][k],
            columns["joints2d_px"][k],
            columns["confidence"][k],
            float(columns["score"][k]),
            parts[ends[k] : ends[k + 1]],
        )
        for k, i in enumerate(index)
    }
