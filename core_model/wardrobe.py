"""How a person looks over a whole clip: from the atlases of many frames one for any pose and camera (numpy).

What a limb looks like depends on the side it is seen from and on the light there. So an asked pose is dressed in the
few looks whose limbs point most alike in the camera's frame, the nearest above all. What none of them shows takes its
colours from all others, and where there are none from around it; either way its visibility is 0: it is a guess.
"""

from dataclasses import dataclass

import numpy as np

from core_model.geometry.limbs import limb_vectors, pose_distance_rad
from core_model.prediction import ATLAS_PX, Factors, Prediction
from core_model.puppet.atlas import fill_atlas_fast
from core_model.skeleton import NUM_PARTS
from core_model.synthesis import joints_of

MOST_LOOKS = 96
"""Looks that are kept, 86 kB each. Of more, every other one goes, and from then on every other one comes."""
LEAST_CONFIDENCE = 0.6
"""Of a frame: whoever is read wrongly wears their sleeves on their legs."""
NEAREST = 4
"""Looks that a pose is dressed in; the others only fill in colours that none of these shows."""
SHARPNESS_RAD = 0.05
"""A look that is farther by this than the nearest counts 1/e of it: blending many blurs."""
_REST = 1e-4
"""What all looks together count beside the nearest: nothing, but where these show nothing."""


@dataclass(frozen=True, slots=True)
class Look:
    """One frame's appearance and the pose it was seen in."""

    texels: np.ndarray  # (14, 4, *ATLAS_PX) uint8: RGB and visibility
    limbs: np.ndarray  # (20, 3) unit vectors, camera frame


class Wardrobe:
    """The looks of one person, evenly chosen from the frames that were offered."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self._stride, self._offered = 1, 0
        self._rest = _nothing()  # sums over all looks

    def offer(self, prediction: Prediction) -> None:
        """Keep what a frame shows, if it is sure and its turn."""
        if prediction.confidence.mean() < LEAST_CONFIDENCE:
            return
        self._offered += 1
        if (self._offered - 1) % self._stride:
            return
        self.looks.append(look_of(prediction))
        self._rest += _weighted(self.looks[-1].texels)
        if len(self.looks) > MOST_LOOKS:
            self.looks, self._stride = self.looks[::2], 2 * self._stride
            self._rest = sum((_weighted(look.texels) for look in self.looks), _nothing())

    def dress(self, joints3d_m: np.ndarray, own: Look | None = None) -> np.ndarray:
        """The atlas (14, 4, *ATLAS_PX) float32 for joints (21, 3) in the camera frame.

        `own` is a look that is always to be had. Raises ValueError where there is none at all.
        """
        looks = self.looks if own is None else [*self.looks, own]
        if not looks:
            raise ValueError("no frame was offered yet")
        apart = pose_distance_rad(limb_vectors(joints3d_m), np.stack([look.limbs for look in looks]))
        nearest = np.argsort(apart, kind="stable")[:NEAREST]
        weight = np.exp((apart[nearest[0]] - apart[nearest]) / SHARPNESS_RAD).astype(np.float32)
        total = _nothing()
        for look, share in zip(nearest, weight, strict=True):
            total += _weighted(looks[look].texels) * share
        seen = np.minimum(total[3], 1)
        atlas = fill_atlas_fast(_mean(total + np.float32(_REST) * self._rest))
        atlas[:, 3] = seen
        return atlas

    def dressed(self, factors: Factors, prediction: Prediction | None = None) -> Factors:
        """Factors of any pose in what the clip knows of how it looks; the look of `prediction` is always to be had."""
        joints3d_m, _ = joints_of(factors)
        return factors.edited(atlas=self.dress(joints3d_m, look_of(prediction) if prediction else None))


def look_of(prediction: Prediction) -> Look:
    """What one frame shows."""
    return Look((prediction.factors.atlas * 255 + 0.5).astype(np.uint8), limb_vectors(prediction.joints3d_m))


def _nothing() -> np.ndarray:
    return np.zeros((4, NUM_PARTS, *ATLAS_PX), np.float32)


def _weighted(texels: np.ndarray) -> np.ndarray:
    """(14, 4, h, w) uint8 -> (4, 14, h, w) float32 colours times visibility, and visibility."""
    planes = texels.swapaxes(0, 1).astype(np.float32)
    planes[3] /= 255
    planes[:3] *= planes[3]
    return planes


def _mean(total: np.ndarray) -> np.ndarray:
    """Sums (4, 14, h, w) -> texels uint8; known is what any look showed."""
    texels = np.empty(total.shape, np.uint8)
    texels[:3] = total[:3] / np.maximum(total[3], 1e-12) + 0.5
    texels[3] = np.minimum(total[3] / _REST, 1) * 255
    return texels
