"""One frame taken apart, an arm raised, the camera moved round, and put together again; then a film from the side.

python docs/examples/pose_by_hand.py dance.mp4 results
"""

import sys
from pathlib import Path

import numpy as np

from core_model import api as puppetpose
from core_model.recombination import turned
from core_model.skeleton import JOINT


def main(clip: Path, folder: Path, frame: int = 0, frames: range | None = None) -> list[Path]:
    """Writes raised.png (the crop with the left arm raised, seen from 30 degrees further round) and side.mp4."""
    folder.mkdir(parents=True, exist_ok=True)
    predictor = puppetpose.Predictor.load()
    with puppetpose.open_video(clip) as reader:
        factors = predictor.predict(reader.frame(frame)).factors
    angles_rad = factors.angles_rad.copy()
    angles_rad[JOINT["l_elbow"] - 1, 0] += np.deg2rad(40)  # limb i ends in joint i + 1: the left upper arm
    raised = predictor.synthesise(turned(factors.edited(angles_rad=angles_rad), np.deg2rad(30)))
    puppetpose.write_png(folder / "raised.png", raised.image)
    side = puppetpose.synthesise(folder / "side.mp4", clip, azimuth_deg=30, frames=frames, predictor=predictor)
    return [folder / "raised.png", side]


if __name__ == "__main__":
    print(*main(Path(sys.argv[1]), Path(sys.argv[2])), sep="\n")
