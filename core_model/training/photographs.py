"""Unlabelled crops out of photographs: each stands alone, so there are no pairs, backgrounds or poses to be had.

python -m core_model.training.photographs FOLDER --out cache/photographs/crops.npz
"""

import argparse
import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from core_model.data.images import ImageReader
from core_model.errors import NobodyFoundError
from core_model.export.folder import written_aside
from core_model.geometry.crop import crop_image
from core_model.prediction import CROP_PX
from core_model.predictor import Predictor


def crops_of(frames: Iterable[np.ndarray], predictor: Predictor) -> Iterator[np.ndarray]:
    """The person (CROP_PX, CROP_PX, 3) uint8 of every frame (H, W, 3) uint8 in which one is found."""
    for frame in frames:
        with contextlib.suppress(NobodyFoundError):
            yield crop_image(frame, predictor.predict(frame, synthesise=False).box_px, CROP_PX)


def main() -> None:
    """Locate, crop, write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=Path("cache/photographs/crops.npz"))
    a = parser.parse_args()
    with ImageReader(a.folder) as photographs:
        frames = (photographs.frame(i) for i in range(len(photographs)))
        crops = list(crops_of(frames, Predictor.load()))
        print(f"{len(crops)} of {len(photographs)} photographs show somebody")
    a.out.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(a.out) as aside:
        np.savez_compressed(aside, image=np.stack(crops))


if __name__ == "__main__":
    main()
