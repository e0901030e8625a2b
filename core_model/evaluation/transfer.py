"""One person's pose in another's looks: is the pose still theirs, and who is recognised?

A pose of one clip is dressed in the looks of another's person (the body stays, so that the pose is known), made into a
picture, and the network reads it again. Read back are the pose, and the colours: whose looks are they nearest to? The
earlier half of a clip's frames dresses, the later half is what is compared with and where the poses come from: nobody
is recognised by the very pixels that they were made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core_model.evaluation.likeness import Judge
from core_model.evaluation.makers import pasted
from core_model.evaluation.metrics import Array, p_mpjpe_mm
from core_model.evaluation.protocols import PosePredictor
from core_model.evaluation.scenes import CROP_BOX_PX, Scene
from core_model.prediction import Prediction
from core_model.wardrobe import Wardrobe

POSES = 4
"""Of each person; everybody wears each of them."""


@dataclass(frozen=True)
class Sitter:
    """What is needed of a clip's person."""

    name: str
    worn: Wardrobe
    known: Wardrobe
    poses: list[tuple[Prediction, Array]]  # and the place behind, (S, S, 3) uint8

    @classmethod
    def of(cls, name: str, scene: Scene) -> "Sitter | None":
        """None where half of the frames are not understood."""
        middle = len(scene) // 2
        worn, known = (_wardrobe(half) for half in (scene.seen[:middle], scene.seen[middle:]))
        chosen = np.unique(np.linspace(middle, len(scene) - 1, POSES).astype(int))
        poses = [(scene.seen[i], scene.behind(i)) for i in chosen]
        return cls(name, worn, known, poses) if worn.looks and known.looks else None


@dataclass(frozen=True)
class Swap:
    """One picture: who holds the pose, whose looks they wear, and what is read back."""

    poser: int
    wearer: int
    pose_mm: float  # P-MPJPE of the pose read back
    recognised: int
    to_wearer: float  # distances of colours
    to_poser: float
    features_to_wearer: float  # to the puppet that plainly wears the looks of either
    features_to_poser: float


def atlas_distance(one: Array, other: Array) -> float:
    """Mean absolute difference of the colours of two atlases (14, 4, h, w), of texels as far as both show them.

    0 for the same, 1 for black and white; infinite where they show nothing in common.
    """
    seen = one[:, 3] * other[:, 3]
    difference = np.abs(one[:, :3] - other[:, :3]).mean(axis=1)
    total = float(seen.sum())
    return float((difference * seen).sum()) / total if total else float("inf")


def evaluate_transfer(sitters: Sequence[Sitter], predictor: PosePredictor, judge: Judge) -> dict[str, Any] | None:
    """Figures of all poses in all looks; None where there are no two people."""
    if len(sitters) < 2:
        return None
    everybody = range(len(sitters))
    swaps = [
        swap for poser in everybody for wearer in everybody for swap in _swaps(sitters, poser, wearer, predictor, judge)
    ]
    across = [swap for swap in swaps if swap.poser != swap.wearer]
    return {
        "people": len(sitters),
        "across": _figures(across),
        "own_looks": _figures([swap for swap in swaps if swap.poser == swap.wearer]),
        "by_poser": {sitters[i].name: _figures([s for s in across if s.poser == i]) for i in everybody},
        "by_wearer": {sitters[i].name: _figures([s for s in across if s.wearer == i]) for i in everybody},
        "taken_for": {
            sitters[i].name: {
                sitters[j].name: count
                for j in everybody
                if (count := sum(s.wearer == i and s.recognised == j for s in across))
            }
            for i in everybody
        },
    }


def _swaps(sitters: Sequence[Sitter], poser: int, wearer: int, predictor: PosePredictor, judge: Judge) -> list[Swap]:
    """Each pose of one in the looks of another."""
    swaps = []
    for pose, behind in sitters[poser].poses:
        place = pose.factors.edited(background=behind)
        made = predictor.synthesise(sitters[wearer].worn.dressed(place))
        again = predictor.predict(made.image, box_px=CROP_BOX_PX, synthesise=False)
        apart = [atlas_distance(again.factors.atlas, s.known.dress(again.joints3d_m)[1]) for s in sitters]
        person = made.mask >= 0.5
        features = [
            judge.distance(made.image, pasted(sitters[i].known.dressed(place)), person) for i in (wearer, poser)
        ]
        error = float(p_mpjpe_mm(again.joints3d_m[None], made.joints3d_m[None]).mean())
        swaps.append(
            Swap(poser, wearer, error, int(np.argmin(apart)), apart[wearer], apart[poser], features[0], features[1])
        )
    return swaps


def _figures(swaps: Sequence[Swap]) -> dict[str, float]:
    """Means over pictures; `nearer` is the share that looks more like the wearer than like the poser."""

    def mean(values: Sequence[float]) -> float:
        return float(np.mean(values))

    errors_mm = [s.pose_mm for s in swaps]
    return {
        "pictures": len(swaps),
        "pose_median_mm": float(np.median(errors_mm)),
        "pose_mean_mm": mean(errors_mm),
        "recognised": mean([s.recognised == s.wearer for s in swaps]),
        "colours_to_wearer": mean([s.to_wearer for s in swaps]),
        "colours_to_poser": mean([s.to_poser for s in swaps]),
        "colours_nearer": mean([s.to_wearer < s.to_poser for s in swaps]),
        "features_to_wearer": mean([s.features_to_wearer for s in swaps]),
        "features_to_poser": mean([s.features_to_poser for s in swaps]),
        "features_nearer": mean([s.features_to_wearer < s.features_to_poser for s in swaps]),
    }


def _wardrobe(seen: Sequence[Prediction]) -> Wardrobe:
    wardrobe = Wardrobe()
    for prediction in seen:
        wardrobe.offer(prediction)
    return wardrobe
