"""How like a made picture is to the one that was filmed: on the person alone, and in the box about them."""

import cv2
import numpy as np
import torch
from torch import Tensor

from core_model.assets import BUNDLED, asset
from core_model.evaluation.metrics import Array, psnr_db
from core_model.networks.trunk import Trunk
from core_model.training.checkpoint import load_checkpoint
from core_model.training.synthesis_losses import FEATURE_LEVELS, feature_loss, similarity_loss

ABOUT_PX = 9
"""The region that counts goes on this far around the person."""
FIGURES = ("psnr_db", "ssim", "features")


class Judge:
    """PSNR, SSIM and the distance of features in the eyes of one trunk, the same whoever is judged."""

    def __init__(self, trunk: Trunk) -> None:
        self._trunk = trunk.eval()

    @classmethod
    def bundled(cls) -> "Judge":
        """With the trunk of the bundled checkpoint, which judged in training, too."""
        trunk = Trunk()
        load_checkpoint(asset(BUNDLED)).restore_eyes(trunk)
        return cls(trunk)

    def features(self, picture: Array) -> tuple[Tensor, ...]:
        """What the trunk sees in a picture (S, S, 3) uint8."""
        with torch.inference_mode():
            return self._trunk.features(_tensor(picture), FEATURE_LEVELS)

    def distance(self, one: Array, other: Array, where: Array) -> float:
        """Of the features of two pictures (S, S, 3) uint8 where `where` (S, S) bool: 0 for the same, 8 at most."""
        return float(feature_loss(self.features(one), self.features(other), _weight(where)))

    def judge(self, filmed: Array, person: Array) -> "Judged":
        """Ready to compare pictures with one (S, S, 3) uint8 that shows a person (S, S) bool."""
        return Judged(self, filmed, person)


class Judged:
    """One picture that others are compared with."""

    def __init__(self, judge: Judge, filmed: Array, person: Array) -> None:
        self._judge, self._filmed = judge, filmed
        self._wanted = judge.features(filmed)
        self._regions = {"": about(person), "box_": box_about(person)}

    def score(self, picture: Array) -> dict[str, float]:
        """`FIGURES` on the person, and the same in the box about them, `box_...`: features 0 and PSNR infinite for the
        picture itself."""
        found, one, other = self._judge.features(picture), _tensor(picture), _tensor(self._filmed)
        figures = {}
        for region, where in self._regions.items():
            weight = _weight(where)
            figures[f"{region}psnr_db"] = psnr_db(picture, self._filmed, where)
            figures[f"{region}ssim"] = 1 - float(similarity_loss(one, other, weight))
            figures[f"{region}features"] = float(feature_loss(found, self._wanted, weight))
        return figures


def about(person: Array) -> Array:
    """(S, S) bool: a person and the little that is around them."""
    return np.asarray(cv2.dilate(person.astype(np.uint8), np.ones((2 * ABOUT_PX + 1,) * 2, np.uint8)) > 0)


def box_about(person: Array) -> Array:
    """(S, S) bool: the upright rectangle about that."""
    near = about(person)
    rows, columns = (_span(np.asarray(near.any(axis=axis))) for axis in (1, 0))
    return np.asarray(rows[:, None] & columns)


def _span(hit: Array) -> Array:
    """(n,) bool: from the first to the last that is hit."""
    return np.asarray(np.maximum.accumulate(hit) & np.maximum.accumulate(hit[::-1])[::-1])


def _tensor(picture: Array) -> Tensor:
    return torch.from_numpy(picture.transpose(2, 0, 1)[None].astype(np.float32) / 255)


def _weight(where: Array) -> Tensor:
    return torch.from_numpy(where[None, None].astype(np.float32))
