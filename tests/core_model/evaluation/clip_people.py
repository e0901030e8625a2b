"""A made-up clip, and predictors that answer of it whatever they please."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch

from core_model.data.unlabelled.store import VideoData
from core_model.evaluation.likeness import Judge
from core_model.evaluation.makers import pasted
from core_model.evaluation.scenes import Scene
from core_model.networks.trunk import Trunk
from core_model.prediction import ATLAS_PX, Camera, Factors, Prediction, Synthesis
from core_model.skeleton import BACKGROUND
from core_model.synthesis import joints_of
from tests.core_model.clip_data import clip_of_noise

BOX_PX = np.array([0.0, 0, 256, 256])


class Guesser:
    """Says any pose of any crop, in one colour: the crop's; puts together what the puppet shows."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def predict(self, frame: np.ndarray, **_: Any) -> Prediction:
        camera = Camera(np.diag([1.0, -1, -1]), np.array([0, 0, 4.0]), 400.0, (256, 256))
        atlas = np.full((14, 4, *ATLAS_PX), frame.mean() / 255, np.float32)
        factors = Factors(self.rng.normal(0, 0.3, (20, 2)), np.zeros(12), camera, BOX_PX, atlas, frame)
        joints_m, joints_px = joints_of(factors)
        return Prediction(factors, joints_m, joints_px, np.ones(21), 1.0, np.zeros((256, 256)), None)

    def synthesise(self, factors: Factors) -> Synthesis:
        joints_m, joints_px = joints_of(factors)
        shown = np.ones((256, 256))
        return Synthesis(
            pasted(factors), shown, shown.astype(np.uint8), joints_m, joints_px, factors.box_px, np.ones(shown.shape)
        )


def judge_at_random() -> Judge:
    """With a trunk that never learnt anything."""
    torch.manual_seed(0)
    trunk = Trunk()
    for weights in trunk.parameters():
        torch.nn.init.kaiming_normal_(weights) if weights.dim() > 1 else torch.nn.init.zeros_(weights)
    return Judge(trunk)


def clip(frames: int = 16) -> VideoData:
    """Noise, and a person in the middle."""
    noise = clip_of_noise(frames, seed=0)
    parts = np.full_like(noise.parts, BACKGROUND)
    parts[:, 64:192, 96:160] = 3
    return replace(noise, parts=parts)


def painted_over(scene: Scene, frames: np.ndarray) -> Scene:
    """The same, but the people of some frames are red: in the pixels, and in what the network took from them."""
    image, seen = scene.clip.image.copy(), list(scene.seen)
    red = np.zeros((14, 4, *ATLAS_PX), np.float32)
    red[:, [0, 3]] = 1
    for i in frames.tolist():
        image[i][scene.person(i)] = (255, 0, 0)
        seen[i] = replace(seen[i], factors=seen[i].factors.edited(atlas=red))
    return replace(scene, clip=replace(scene.clip, image=image), seen=seen)
