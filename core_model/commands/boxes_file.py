"""`--boxes FILE.npz`: the person's boxes by image name or by time."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core_model.errors import ConfigError

if TYPE_CHECKING:
    from core_model.data.video import VideoReader

_FORMAT = "It must hold box_px (N, 4) as x0 y0 x1 y1, with image_names (N,) for images or pts_s (N,) for a video."


def load_boxes(path: Path, reader: "VideoReader") -> np.ndarray:
    """The person's tight box (T, 4) for each frame of the reader; NaN where the file has none. Raises ConfigError."""
    data = _read(path)
    boxes = np.asarray(data["box_px"], dtype=np.float64)
    by_name = reader.image_names is not None
    key = data.get("image_names" if by_name else "pts_s")
    if boxes.ndim != 2 or boxes.shape[1] != 4 or key is None or key.shape != boxes.shape[:1]:
        raise ConfigError(f"The boxes in {path.name} do not fit what is analysed.", _FORMAT)
    known = np.isfinite(boxes).all(axis=1)
    if (boxes[known, 2:] <= boxes[known, :2]).any():
        raise ConfigError(f"{path.name} holds boxes without width or height.", _FORMAT)
    if not by_name and not np.issubdtype(key.dtype, np.number):
        raise ConfigError(f"The times in {path.name} are not numbers.", _FORMAT)
    rows = _rows_by_name(key, reader) if by_name else _rows_by_time(key, reader)
    if not (rows >= 0).any():
        what = "image names" if by_name else "times"
        raise ConfigError(f"None of the {what} in {path.name} are in {reader.path.name}.", "Give its own boxes.")
    out = np.full((len(reader), 4), np.nan)
    out[rows[rows >= 0]] = boxes[rows >= 0]
    return out


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as file:
            data = {name: file[name] for name in ("box_px", "image_names", "pts_s") if name in file}
    except FileNotFoundError as error:
        raise ConfigError(f"There is no boxes file {path}.", "Check the name.") from error
    except (OSError, ValueError, EOFError, AttributeError, TypeError) as error:
        raise ConfigError(f"{path.name} is not a readable .npz file of plain arrays.", _FORMAT) from error
    if "box_px" not in data or not np.issubdtype(data["box_px"].dtype, np.number):
        raise ConfigError(f"{path.name} holds no box_px.", _FORMAT)
    return data


def _rows_by_name(names: np.ndarray, reader: "VideoReader") -> np.ndarray:
    """(N,) frame of each box, -1 where there is none."""
    row_of = {name: i for i, name in enumerate(reader.image_names or ())}
    return np.array([row_of.get(Path(str(name)).name, -1) for name in names], dtype=np.int64)


def _rows_by_time(pts_s: np.ndarray, reader: "VideoReader") -> np.ndarray:
    """(N,) the frame nearest in time to each box, -1 where that is more than half a frame off."""
    after = np.searchsorted(reader.pts_s, pts_s).clip(1, max(len(reader) - 1, 1))
    before_s, after_s = reader.pts_s[after - 1], reader.pts_s[after.clip(max=len(reader) - 1)]
    rows = np.where(np.abs(pts_s - before_s) <= np.abs(after_s - pts_s), after - 1, after)
    off_s = np.minimum(np.abs(pts_s - before_s), np.abs(after_s - pts_s))
    return np.where(off_s <= 0.5 / reader.fps, rows, -1)
