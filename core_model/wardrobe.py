"""How a person looks over a whole clip: from the atlases of many frames two for any pose and camera (numpy).

What a limb looks like depends on the side it is seen from and on the light there. So an asked pose is dressed in the
one look whose limbs point most alike in the camera's frame (sharp, but with holes), and in a mean of those near it
(whole, but blurred). What none of these shows takes its colours from all others, and where there are none from around
it; either way its visibility is next to 0: it is a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from core_model.geometry.limbs import limb_vectors, pose_distance_rad, views
from core_model.prediction import ATLAS_PX, Factors, Prediction
from core_model.puppet.atlas import fill_atlas_fast
from core_model.skeleton import NUM_LIMBS, NUM_PARTS, PARTS
from core_model.synthesis import joints_of

MOST_LOOKS = 96
"""Looks that are kept, 86 kB each. Of more, every other one goes, and from then on every other one comes."""
LEAST_CONFIDENCE = 0.6
"""Of a frame: whoever is read wrongly wears their sleeves on their legs."""
NEAREST = 6
"""Looks of which the mean is taken; the others only fill in colours that none of these shows."""
SHARPNESS_RAD = 0.1
"""A look that is farther by this than the nearest counts 1/e of it."""
SAME_SIDE_RAD = 1.05
"""Views of a body that are no farther apart show about the same side of it: two thirds of what one of them shows."""
OTHER_SIDE_RAD = 1.57
"""From here on half of what is shown, or more, was not seen."""
_TEXELS = (NUM_PARTS, 4, *ATLAS_PX)
_REST = 1e-4
"""What all looks together count beside the nearest: nothing, but where these show nothing."""
_FOLLOWS = np.array([0 if name[2:] in ("thigh", "shin", "foot") else 1 for name in PARTS])
"""Whose view each part is seen in: that of the hips or that of the chest."""


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """One frame's appearance and the pose it was seen in."""

    texels: np.ndarray  # (14, 4, *ATLAS_PX) uint8: RGB and visibility
    limbs: np.ndarray  # (20, 3) unit vectors, camera frame


class Wardrobe:
    """The looks of one person, evenly chosen from the frames that were offered."""

    def __init__(self, looks: tuple[Look, ...] = ()) -> None:
        self.looks = list(looks)
        self._stride, self._offered = 1, 0
        self._rest: np.ndarray | None = None  # all looks as one, filled; None: to be made anew
        self._sides: tuple[np.ndarray, np.ndarray] | None = None
        self._own: tuple[Prediction, Look] | None = None  # the frame that was dressed last

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Wardrobe":
        """The inverse of `arrays`. Raises KeyError and ValueError where these are no wardrobe's."""
        texels, limbs = arrays["texels"], arrays["limbs"]
        if texels.shape[1:] != _TEXELS or texels.dtype != np.uint8 or limbs.shape[1:] != (NUM_LIMBS, 3):
            raise ValueError("looks of another size")
        made = cls(tuple(Look(*look) for look in zip(texels, limbs, strict=True)))
        made._stride, made._offered = (int(number) for number in arrays["offers"])
        return made

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it, to be kept: texels (L, 14, 4, *ATLAS_PX) uint8, limbs (L, 20, 3), offers (2,) int64."""
        looks = tuple(self.looks)
        return {
            "texels": np.stack([look.texels for look in looks]) if looks else np.zeros((0, *_TEXELS), np.uint8),
            "limbs": np.stack([look.limbs for look in looks]) if looks else np.zeros((0, NUM_LIMBS, 3)),
            "offers": np.array([self._stride, self._offered]),
        }

    def offer(self, prediction: Prediction) -> None:
        """Keep what a frame shows, if it is sure and its turn."""
        if prediction.confidence.mean() < LEAST_CONFIDENCE:
            return
        self._offered += 1
        if (self._offered - 1) % self._stride:
            return
        self.looks.append(look_of(prediction))
        self._rest = self._sides = None
        if len(self.looks) > MOST_LOOKS:
            self.looks, self._stride = self.looks[::2], 2 * self._stride

    def dress(self, joints3d_m: np.ndarray, own: Look | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The nearest look and the mean of those near, both (14, 4, *ATLAS_PX) float32.

        Joints (21, 3) in the camera frame; `own` is a look that is always to be had. Raises ValueError where there is
        none at all.
        """
        looks = self.looks if own is None else [*self.looks, own]
        if not looks:
            raise ValueError("no frame was offered yet")
        apart = pose_distance_rad(limb_vectors(joints3d_m), np.stack([look.limbs for look in looks]))
        order = np.argsort(apart, kind="stable")[:NEAREST]
        flat = np.zeros((4 * NUM_PARTS, ATLAS_PX[0] * ATLAS_PX[1]), np.float32)
        for i, share in zip(order, np.exp((apart[order[0]] - apart[order]) / SHARPNESS_RAD), strict=True):
            cv2.scaleAdd(_weighted(looks[i]).reshape(flat.shape), float(share), flat, flat)
        total = flat.reshape(4, NUM_PARTS, *ATLAS_PX)
        colours, visibility = total[:3], total[3]
        colours += np.float32(_REST) * self._all(own)
        colours /= visibility + np.float32(_REST)
        np.minimum(visibility, 1, out=visibility)
        return looks[order[0]].texels * np.float32(1 / 255), total.swapaxes(0, 1)

    def dressed(self, factors: Factors, prediction: Prediction | None = None) -> Factors:
        """Factors of any pose in what the clip knows of how it looks; the look of `prediction` is always to be had."""
        joints3d_m, _ = joints_of(factors)
        own = self._look_of(prediction) if prediction else None
        near, atlas = self.dress(joints3d_m, own)
        return factors.edited(near=near, atlas=atlas, known=self.known(joints3d_m, own))

    def _look_of(self, prediction: Prediction) -> Look:
        """The same object as long as the same frame is edited."""
        if self._own is None or self._own[0] is not prediction:
            self._own = prediction, look_of(prediction)
        return self._own[1]

    def known(self, joints3d_m: np.ndarray, own: Look | None = None) -> np.ndarray:
        """(14,) in [0, 1]: whether each part was seen from about the side that joints (21, 3) show of it.

        How a limb turns about itself is not known: the hips say it for legs, the chest for all else.
        """
        if self._sides is None:
            self._sides = _sides(self.looks)
        here = views(limb_vectors(joints3d_m))
        known = [_nearness(here, *sides) for sides in (self._sides, *([_own_sides(own)] if own else []))]
        return np.concatenate(known).max(0, initial=0.0)

    def _all(self, own: Look | None) -> np.ndarray:
        """(3, 14, h, w) colours of all looks as one, everywhere."""
        if self._rest is None or not self.looks:
            looks = self.looks or [own] if own else self.looks
            total = sum(map(_weighted, looks), np.zeros((), np.float32))
            texels = np.empty(total.shape, np.uint8)
            texels[:3] = 255 * total[:3] / np.maximum(total[3], 1e-6) + 0.5
            texels[3] = np.minimum(total[3], 1) * 255
            self._rest = fill_atlas_fast(texels)[:, :3].swapaxes(0, 1)
        return self._rest


def look_of(prediction: Prediction) -> Look:
    """What one frame shows."""
    return Look((prediction.factors.atlas * 255 + 0.5).astype(np.uint8), limb_vectors(prediction.joints3d_m))


def _sides(looks: list[Look]) -> tuple[np.ndarray, np.ndarray]:
    """Where looks were seen from (N, 2, 3), see `views`, and whether they show anything of each part, (N, 14) bool."""
    limbs = np.array([look.limbs for look in looks]).reshape(-1, NUM_LIMBS, 3)
    return views(limbs), np.array([look.texels[:, 3].any((1, 2)) for look in looks]).reshape(-1, NUM_PARTS)


@lru_cache(maxsize=4)
def _own_sides(look: Look) -> tuple[np.ndarray, np.ndarray]:
    return _sides([look])


def _nearness(view: np.ndarray, views_seen: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """(N, 14) in [0, 1]: how near the side of each part that a view (2, 3) shows is to what N looks show."""
    apart = np.arccos((view * views_seen).sum(-1).clip(-1, 1))[:, _FOLLOWS]
    return shown * ((OTHER_SIDE_RAD - apart) / (OTHER_SIDE_RAD - SAME_SIDE_RAD)).clip(0, 1)


@lru_cache(maxsize=24)  # a drag asks for the same few again and again; 0.3 MB each
def _weighted(look: Look) -> np.ndarray:
    """(4, 14, h, w) float32 in [0, 1]: colours times visibility, and visibility."""
    planes = look.texels.swapaxes(0, 1) * np.float32(1 / 255)
    planes[:3] *= planes[3]
    planes.flags.writeable = False
    return planes
