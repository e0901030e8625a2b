"""Shots of a person from real, unlabelled clips: what the pose network says of frames, kept to learn appearance from.

    python -m core_model.data.clip_pairs CLIP... --checkpoint runs/pose/encoder.safetensors --out cache/shots

One file a clip; frames of which the network is unsure are left out.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core_model.data.pairs import Shot
from core_model.data.video import open_video
from core_model.geometry.crop import crop_image, to_crop
from core_model.prediction import CROP_PX, Prediction
from core_model.skeleton import BACKGROUND, NUM_PARTS
from core_model.tracking import FrameSource, analyse

if TYPE_CHECKING:
    from core_model.predictor import Predictor

LEAST_CONFIDENCE = 0.35
LEAST_PARTS = 8
"""Fewer parts in sight than this: not a whole person, or not one that was understood."""
AGREEMENT = 0.5
"""Share of the joints that must lie on the person, as the part segmentation has it: two readings of one network."""


def shot_of(frame: np.ndarray, seen: Prediction) -> Shot | None:
    """The shot in a frame (H, W, 3) uint8; None where the network is unsure or contradicts itself."""
    points = to_crop(seen.factors.camera.project(seen.joints3d_m), seen.box_px, CROP_PX)
    x, y = points.round().astype(int).clip(0, CROP_PX - 1).T
    on_person = (seen.parts[y, x] != BACKGROUND).mean()
    areas = np.bincount(seen.parts.ravel(), minlength=NUM_PARTS + 1)[:NUM_PARTS]
    if seen.confidence.mean() < LEAST_CONFIDENCE or on_person < AGREEMENT or (areas > 20).sum() < LEAST_PARTS:
        return None
    mask = np.where(seen.parts == BACKGROUND, 0, 255).astype(np.uint8)
    image = crop_image(frame, seen.box_px, CROP_PX)
    return Shot(image, None, mask, seen.parts, points, seen.joints3d_m[:, 2])


def clip_shots(reader: FrameSource, predictor: "Predictor", count: int) -> list[Shot]:
    """Up to `count` shots spread over a clip."""
    indices = range(0, len(reader), max(1, len(reader) // count))
    results = analyse(reader, predictor, indices=indices)
    shots = (shot_of(reader.frame(r.index), r.prediction) for r in results if r.prediction is not None)
    return [shot for shot in shots if shot is not None]


def write_shots(path: Path, shots: list[Shot]) -> None:
    """One compressed file a clip."""
    names = ("image", "parts", "points_px", "depth_m")
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {name: np.stack([getattr(shot, name) for shot in shots]) for name in names}
    np.savez_compressed(path, **columns)  # type: ignore[arg-type]


def read_shots(path: Path) -> list[Shot]:
    """What `write_shots` wrote."""
    with np.load(path) as data:
        columns = [data[name] for name in ("image", "parts", "points_px", "depth_m")]
    return [
        Shot(image, None, np.where(parts == BACKGROUND, 0, 255).astype(np.uint8), parts, points, depth)
        for image, parts, points, depth in zip(*columns, strict=True)
    ]


def main() -> None:
    """Write the shots of some clips."""
    from core_model.predictor import Predictor

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--checkpoint", type=Path, help="default: the bundled one")
    parser.add_argument("--out", type=Path, default=Path("cache/shots"))
    parser.add_argument("--count", type=int, default=60, help="frames a clip")
    args = parser.parse_args()
    predictor = Predictor.load(args.checkpoint, "cpu")
    for clip in args.clips:
        with open_video(clip) as reader:
            shots = clip_shots(reader, predictor, args.count)
        print(f"{clip.name}: {len(shots)} shots", flush=True)
        if len(shots) > 1:
            write_shots(args.out / f"{clip.stem}.npz", shots)


if __name__ == "__main__":
    main()
