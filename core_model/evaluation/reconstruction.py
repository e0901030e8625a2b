"""How well frames of a real clip are made again from other frames of it, and from how few of them.

Pose of a held-out frame and the place behind it are given, its pixels are not. What counts is the person and what is
right about them; a limb that is overlooked does not come for free, since the place behind has no person in it.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from core_model.evaluation.likeness import FIGURES, Judge
from core_model.evaluation.makers import Method
from core_model.evaluation.scenes import PROTOCOLS, Scene, Split, splits_of

MOST_FRAMES = 24
"""Held-out frames of a clip and a protocol that are made, of all its people alike."""

Figures = dict[str, float]
ByMethod = dict[str, Figures]
_ALL = tuple(region + figure for region in ("", "box_") for figure in FIGURES)


def reconstruct(
    scenes: Sequence[Scene], methods: Mapping[str, Method], judge: Judge, most_frames: int = MOST_FRAMES
) -> dict[str, ByMethod]:
    """Protocol -> method -> mean figures of `likeness` over the frames of a clip's people, and how many frames."""
    found: dict[str, ByMethod] = {}
    for protocol in PROTOCOLS:
        rows: dict[str, list[Figures]] = {name: [] for name in methods}
        for scene in scenes:
            for split in splits_of(scene, protocol, max(most_frames // len(scenes), 1)):
                _make(scene, split, methods, judge, rows)
        found[protocol] = {name: {"frames": len(scores), **_mean(scores)} for name, scores in rows.items()}
    return found


def mean_of_clips(clips: Iterable[Mapping[str, ByMethod]]) -> dict[str, ByMethod]:
    """The mean over clips in which a protocol holds out frames, each alike, and the frames of all."""
    clips, found = list(clips), {}
    for protocol in PROTOCOLS:
        found[protocol] = {
            name: {
                "frames": sum(clip[protocol][name]["frames"] for clip in clips),
                **_mean([clip[protocol][name] for clip in clips if clip[protocol][name]["frames"]]),
            }
            for name in clips[0][protocol]
        }
    return found


def _make(
    scene: Scene, split: Split, methods: Mapping[str, Method], judge: Judge, rows: Mapping[str, list[Figures]]
) -> None:
    """Appends to each method's rows what its pictures are worth."""
    makers = {name: method(scene, split.given) for name, method in methods.items()}
    for i in split.targets.tolist():
        judged = judge.judge(scene.clip.image[i], scene.person(i))
        for name, make in makers.items():
            rows[name].append(judged.score(make(i)))


def _mean(scores: Sequence[Figures]) -> Figures:
    return {key: float(np.mean([score[key] for score in scores])) if scores else float("nan") for key in _ALL}
