"""A page of skeletons over real clips and photographs, good and bad: of each the surest, one by chance, the least sure.

    python -m core_model.evaluation.overlays --out docs/overlays.jpg

Nothing is chosen by hand: frames are looked at alone, evenly spaced, each with the locator; the seed decides the middle
one. Left is warm, right is cool, doubtful limbs are thin. Without paths, the videos of the folder of data are taken.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from core_model.assets import data_dir
from core_model.data.unlabelled.collect import video_files
from core_model.data.video import open_video
from core_model.errors import NobodyFoundError
from core_model.evaluation.metrics import Array
from core_model.export.overlay import draw_overlay
from core_model.geometry.crop import crop_image, square_box, to_crop
from core_model.tracking import FramePredictor

LOOKED_AT = 24
"""Frames of a clip."""
WAYS = ("surest", "by chance", "least sure")
AROUND = 1.4
"""Side of a tile over the longer extent of the skeleton."""
_CLIPS_A_ROW, _TILE_PX, _TEXT_PX, _QUALITY = 2, 208, 18, 80


@dataclass(frozen=True)
class Seen:
    """A frame in which somebody was found."""

    name: str
    frame: int
    sure: float  # mean confidence of the joints
    tile: Array  # (S, S, 3) uint8 the skeleton over the person


@dataclass(frozen=True)
class Looked:
    """All that was looked at in a clip."""

    name: str
    frames: int
    seen: list[Seen]

    def shown(self, rng: np.random.Generator) -> list[Seen]:
        """As `WAYS` has them; fewer where there are fewer."""
        order = sorted(self.seen, key=lambda seen: -seen.sure)
        if len(order) < len(WAYS):
            return order
        return [order[0], order[rng.integers(1, len(order) - 1)], order[-1]]


def look_at(path: Path, predictor: FramePredictor, count: int = LOOKED_AT) -> Looked:
    """Evenly spaced frames of a video, or of images, each for itself. Raises MediaError."""
    predictor = predictor.careful()
    seen: list[Seen] = []
    with open_video(path) as reader:
        chosen = np.unique(np.linspace(0, len(reader) - 1, min(count, len(reader))).round().astype(int)).tolist()
        for i in chosen:
            frame = reader.frame(i)
            try:
                found = predictor.predict(frame, synthesise=False)
            except NobodyFoundError:
                continue
            seen.append(
                Seen(path.stem, i, float(found.confidence.mean()), tile(frame, found.joints2d_px, found.confidence))
            )
    return Looked(path.stem, len(chosen), seen)


def tile(frame: Array, joints_px: Array, confidence: Array) -> Array:
    """(S, S, 3) uint8: what is around the joints (21, 2) in a frame, and the skeleton over it."""
    box = square_box(joints_px, AROUND)
    crop = crop_image(frame, box, 2 * _TILE_PX)
    drawn = draw_overlay(crop, to_crop(joints_px, box, 2 * _TILE_PX), confidence)
    return np.asarray(cv2.resize(drawn, (_TILE_PX, _TILE_PX), interpolation=cv2.INTER_AREA))


def page(clips: Sequence[Looked], rng: np.random.Generator) -> Array:
    """(H, W, 3) uint8: a few clips a row, below each tile what it shows."""
    empty = np.full((_TILE_PX + _TEXT_PX, _TILE_PX, 3), 255, np.uint8)
    groups = [[*(_labelled(seen) for seen in clip.shown(rng)), *[empty] * len(WAYS)][: len(WAYS)] for clip in clips]
    groups += [[empty] * len(WAYS)] * (-len(groups) % _CLIPS_A_ROW)
    rows = [chain.from_iterable(groups[i : i + _CLIPS_A_ROW]) for i in range(0, len(groups), _CLIPS_A_ROW)]
    return np.vstack([np.hstack(list(row)) for row in rows])


def _labelled(seen: Seen) -> Array:
    foot = np.full((_TEXT_PX, _TILE_PX, 3), 255, np.uint8)
    text = f"{seen.name[:20]} {seen.frame}: {100 * seen.sure:.0f} %"
    cv2.putText(foot, text, (3, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([seen.tile, foot])


def summary(clips: Sequence[Looked]) -> Iterator[str]:
    """A line a clip: in how many frames somebody was found, and how sure of the joints the network is."""
    for clip in clips:
        sure = [100 * seen.sure for seen in clip.seen]
        told = f", {min(sure):.0f} to {max(sure):.0f} % sure" if sure else ""
        yield f"{clip.name:<32}somebody in {len(sure)} of {clip.frames} frames{told}"


def main() -> None:
    """Make the page, print the summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", type=Path, nargs="*", help="videos, photographs, folders of either")
    parser.add_argument("--out", type=Path, default=Path("docs/overlays.jpg"))
    parser.add_argument("--checkpoint", type=Path, help="default: the bundled one")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    from core_model.predictor import Predictor

    predictor = Predictor.load(arguments.checkpoint, "cpu")
    clips = [look_at(path, predictor) for path in arguments.paths or video_files([data_dir() / "videos"])]
    print("\n".join(summary(clips)))
    picture = page(clips, np.random.default_rng(arguments.seed))
    cv2.imwrite(str(arguments.out), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])


if __name__ == "__main__":
    main()
