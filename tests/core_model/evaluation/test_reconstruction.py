"""Who leaves the person out is not right, and no held-out frame is ever given."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core_model.evaluation import reconstruction
from core_model.evaluation.reconstruction import Scene, evaluate_reconstruction, held_out_blocks, held_out_clusters
from core_model.prediction import ATLAS_PX, Camera, Factors, Prediction, Synthesis
from core_model.skeleton import BACKGROUND
from tests.core_model.clip_data import clip_of_noise, write_clip


class Idle:
    """Says any pose of any crop, and makes nothing but the background."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def predict(self, frame: np.ndarray, **_: Any) -> Prediction:
        joints = self.rng.normal(0, 0.3, (21, 3)) + [0, 0, 4]
        camera = Camera(np.eye(3), np.array([0, 0, 4.0]), 300.0, (256, 256))
        box = np.array([0.0, 0, 256, 256])
        atlas = np.full((14, 4, *ATLAS_PX), frame.mean() / 255, np.float32)
        factors = Factors(np.zeros((20, 2)), np.zeros(12), camera, box, atlas, frame)
        return Prediction(factors, joints, camera.project(joints), np.ones(21), 1.0, np.zeros((256, 256)), None)

    def synthesise(self, factors: Factors) -> Synthesis:
        nothing = np.zeros((256, 256))
        joints = np.zeros((21, 3))
        return Synthesis(factors.background, nothing, nothing, joints, joints[:, :2], factors.box_px, nothing)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.npz"
    clip = clip_of_noise(16, seed=0)
    parts = np.full_like(clip.parts, BACKGROUND)
    parts[:, 64:192, 96:160] = 3
    write_clip(path, replace(clip, parts=parts))
    return path


def test_leaving_the_person_out_is_worse_than_showing_them(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconstruction, "BLOCK", 4)
    found = evaluate_reconstruction([file], Idle())
    assert set(found) == {"blocks", "pose_clusters"}
    assert found["blocks"]["made"]["frames"] == 4
    assert found["pose_clusters"]["made"]["frames"] == 16
    assert all(np.isfinite(v) for by in found.values() for figures in by.values() for v in figures.values())
    assert found["blocks"]["made"]["psnr_db"] < 20  # the person is noise; what is behind is smooth


def test_held_out_frames_are_never_given(file: Path) -> None:
    scene = Scene.of(reconstruction.read_video_data(file), Idle())
    for split in (held_out_blocks(scene), held_out_clusters(scene)):
        for target, given in reconstruction._asked(split):
            assert target not in given
            assert len(given)
    assert sum(held.sum() for held in held_out_clusters(scene)) == 16  # each frame in one cluster
