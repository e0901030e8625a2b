"""How well a person in one frame of a real clip is made from how they look in another frame of it.

The clips are files that `puppetpose data` made once: crops, pairs of frames far apart in pose, and where the person is,
so that every checkpoint is asked the same. Inside that region the picture is made of nothing but the source's
appearance, the target's pose and a background without the person: who overlooks a limb does not get it for free.
"""

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import torch

from core_model.data.unlabelled.store import VideoData, read_video_data
from core_model.evaluation.metrics import Array, psnr_db
from core_model.evaluation.protocols import PosePredictor
from core_model.prediction import Factors
from core_model.skeleton import BACKGROUND
from core_model.synthesis import fill_background
from core_model.training.synthesis_losses import similarity_loss

ABOUT_PX = 9
"""The region that counts goes on this far around the person."""


def evaluate_reconstruction(files: Iterable[Path], predictor: PosePredictor, pairs: int = 24) -> dict[str, float]:
    """Up to `pairs` pairs of frames a clip, means over all: PSNR (dB) and SSIM on the person, and how many pairs.

    Raises MediaError where a file holds no clip.
    """
    rows = [row for file in files for row in _clip(read_video_data(file), predictor, pairs)]
    psnr, ssim = np.array(rows).reshape(-1, 2).T
    return {
        "pairs": len(rows),
        "psnr_db": float(psnr.mean()) if rows else float("nan"),
        "ssim": float(ssim.mean()) if rows else float("nan"),
    }


def _clip(clip: VideoData, predictor: PosePredictor, count: int) -> Iterable[tuple[float, float]]:
    far = clip.far_pairs
    for source, target in far[np.linspace(0, len(far) - 1, min(count, len(far))).astype(int)]:
        image = clip.image[target]
        person = (clip.parts[target] != BACKGROUND).astype(np.uint8)
        about = cv2.dilate(person, np.ones((2 * ABOUT_PX + 1,) * 2, np.uint8)).astype(bool)
        pose, look = (_factors(clip.image[i], predictor) for i in (target, source))
        made = predictor.synthesise(pose.edited(atlas=look.atlas, background=fill_background(image, person > 0))).image
        yield psnr_db(made, image, about), _ssim(made, image, about)


def _factors(crop: Array, predictor: PosePredictor) -> Factors:
    """What a whole crop (S, S, 3) uint8 shows."""
    box_px = np.array([0.0, 0.0, crop.shape[1], crop.shape[0]])
    return predictor.predict(crop, box_px=box_px, synthesise=False).factors


def _ssim(made: Array, image: Array, where: Array) -> float:
    one, other = (torch.from_numpy(x.transpose(2, 0, 1)[None].astype(np.float32) / 255) for x in (made, image))
    return 1 - float(similarity_loss(one, other, torch.from_numpy(where[None, None].astype(np.float32))))
