"""Part maps as indexed PNG: every pixel of a frame tells whose body part it is.

A pixel is 0 where nobody is, else 1 + the part's place in `core_model.skeleton.PARTS`; its colour is in the palette.
"""

import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from core_model.colours import PART_RGB
from core_model.data.video import VideoReader
from core_model.errors import NobodyFoundError
from core_model.export.folder import folder_aside, written_aside
from core_model.looking import Each, silent
from core_model.prediction import Prediction
from core_model.skeleton import BACKGROUND, PARTS
from core_model.tracking import FramePredictor, analyse

PALETTE_RGB = np.concatenate([np.zeros((1, 3), np.uint8), PART_RGB])
"""(15, 3): nobody, then the parts."""


def write_indexed_png(path: Path, index: np.ndarray, palette_rgb: np.ndarray) -> None:
    """(H, W) uint8 and the colours (N, 3) uint8 of its values -> a PNG file with a palette. Raises OutputError."""
    colours = np.zeros((256, 4), np.uint8)
    colours[:, 0] = 255  # alpha
    colours[: len(palette_rgb), 1:] = palette_rgb
    frame = av.VideoFrame.from_ndarray((np.ascontiguousarray(index), colours), format="pal8")  # type: ignore[arg-type]
    coder = av.CodecContext.create("png", "w")
    coder.width, coder.height, coder.pix_fmt = frame.width, frame.height, "pal8"
    coder.time_base = Fraction(1, 25)
    data = b"".join(bytes(packet) for step in (frame, None) for packet in coder.encode(step))
    with written_aside(path) as aside:
        aside.write_bytes(data)


def write_parts(
    path: Path,
    reader: VideoReader,
    predictor: FramePredictor,
    each: Each = silent,
    frames: Iterable[int] | None = None,
) -> int:
    """Write a new folder with a map for each frame, as large as the frame, and `parts.json`, which names the values;
    returns in how many frames somebody was found. Raises NobodyFoundError, OutputError."""
    indices = range(len(reader)) if frames is None else sorted({i for i in frames if 0 <= i < len(reader)})
    names, found = {}, 0
    with folder_aside(path) as folder:
        for done, result in enumerate(analyse(reader, predictor, indices=indices), 1):
            found += result.prediction is not None
            index = _map(result.prediction, reader.frame_size_px)
            name = reader.image_names[result.index] if reader.image_names else None
            names[f"{result.index:06d}.png"] = {"image": name} if name else {"pts_s": result.pts_s}
            write_indexed_png(folder / f"{result.index:06d}.png", index, PALETTE_RGB)
            each("Parting", done, len(indices))
        if not found:
            raise NobodyFoundError(f"Nobody was found in {reader.path.name}.", "Choose another clip.")
        about = {"values": ["nobody", *PARTS], "rgb": PALETTE_RGB.tolist(), "frames": names}
        (folder / "parts.json").write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
    return found


def _map(prediction: Prediction | None, frame_size_px: tuple[int, int]) -> np.ndarray:
    """(H, W) uint8 values of the whole frame: each pixel what the crop says at its centre."""
    if prediction is None:
        width, height = frame_size_px
        return np.zeros((height, width), np.uint8)
    width, height = prediction.factors.camera.frame_size_px
    crop, (x0, y0, x1, _) = prediction.parts, prediction.box_px
    scale = len(crop) / (x1 - x0)
    column = np.floor((np.arange(width) + 0.5 - x0) * scale).astype(int)
    row = np.floor((np.arange(height) + 0.5 - y0) * scale).astype(int)
    values = np.pad((crop + 1) % (BACKGROUND + 1), 1)  # nobody beyond the crop
    return np.asarray(values[np.ix_((row + 1).clip(0, len(crop) + 1), (column + 1).clip(0, len(crop) + 1))], np.uint8)
