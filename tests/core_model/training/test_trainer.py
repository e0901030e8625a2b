"""A run that is stopped and resumed is the run that was never stopped; a lesson moves with its picture."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core_model.data.augment import Warp
from core_model.data.pool import SamplePool
from core_model.errors import ConfigError
from core_model.geometry.kinematics import forward_kinematics
from core_model.networks.encoder import INPUT_PX, MAP_PX, EncoderMaps, PoseTail
from core_model.networks.readout import unflip_torch
from core_model.networks.trunk import Trunk
from core_model.training.agreement import make_lesson
from core_model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.config import TrainConfig
from core_model.training.pose_losses import gaussian_maps
from core_model.training.trainer import Finished, Saved, Step, train


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A pool of eight pictures of noise, and a checkpoint with a random trunk to start from."""
    folder = tmp_path_factory.mktemp("training")
    pool, rng = SamplePool.create(folder / "pool", 8, INPUT_PX), np.random.default_rng(0)
    for _ in range(8):
        angles = torch.from_numpy(rng.normal(0, 0.2, (1, 20, 2)))
        joints = forward_kinematics(angles, torch.zeros(1, 12, dtype=torch.float64))[0].numpy()
        joints = joints * [1, -1, -1] + [0, 0, 4]
        pool.write(
            SimpleNamespace(
                image=rng.integers(0, 256, (INPUT_PX, INPUT_PX, 3)),
                parts=rng.integers(0, 15, (INPUT_PX, INPUT_PX)),
                joints2d_px=joints[:, :2] / joints[:, 2:] * 300 + 96,
                joints3d_m=joints,
                joints_visible=np.ones(21),
                focal_px=300.0,
                principal_px=np.array([96.0, 96.0]),
            )
        )
    torch.manual_seed(1)
    start = folder / "start.safetensors"
    trunk = {k: torch.randn_like(v) * 0.05 for k, v in Trunk().state_dict().items()}
    save_checkpoint(start, Checkpoint({"trunk": trunk, "tail": PoseTail().state_dict()}))
    return {"pool": str(folder / "pool"), "start_from": str(start)}


def test_resumed_equals_uninterrupted(setting: dict[str, str], tmp_path: Path) -> None:
    whole = TrainConfig(folder=str(tmp_path / "whole"), steps=3, batch=4, **setting)
    events = list(train(whole))
    assert [e.step for e in events if isinstance(e, Step)] == [1, 2, 3]
    assert isinstance(events[-1], Finished)
    parts = TrainConfig(folder=str(tmp_path / "parts"), steps=3, batch=4, save_every_s=0.0, **setting)
    for event in train(parts):
        if isinstance(event, Saved) and event.step == 1:
            break  # killed after its first save
    *_, last = train(parts)
    a, b = load_checkpoint(events[-1].path), load_checkpoint(last.path)
    assert all(torch.equal(a.states["tail"][key], b.states["tail"][key]) for key in a.states["tail"])
    assert b.about["steps"] == 3
    assert b.about["before"] == {"format": 1}


def test_a_run_without_a_start_is_refused(setting: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing to start from"):
        next(train(TrainConfig(folder=str(tmp_path), pool=setting["pool"])))


def test_the_lesson_moves_with_the_picture() -> None:
    torch.manual_seed(0)
    points = 6 + torch.rand(1, 21, 2) * (MAP_PX - 12)
    heat = torch.log(gaussian_maps(points, MAP_PX).clamp_min(1e-9))
    vectors = torch.nn.functional.normalize(torch.randn(1, 20, 3), dim=-1)
    limbs = vectors.reshape(1, 60, 1, 1).expand(1, 60, MAP_PX, MAP_PX)
    plain = EncoderMaps(heat, limbs, torch.zeros(1, 15, 48, 48), torch.zeros(1, 12))
    twin = unflip_torch(plain)  # flipping is its own inverse: these are the maps of the mirror image
    warp = Warp.of(INPUT_PX, INPUT_PX, True, 0.3, 1.1, np.array([3.0, -2.0]))
    lesson = make_lesson(plain, twin, [warp])
    cell = INPUT_PX / MAP_PX
    expected = warp.points(points[0].numpy() * cell) / cell
    assert np.abs(lesson.points[0].numpy() - expected).max() < 0.1
    assert lesson.trusted.sum() > 0
    assert torch.allclose(lesson.limbs.norm(dim=-1), torch.ones(1, 20), atol=1e-4)


def test_unlabelled_crops_add_terms(setting: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no unlabelled crops"):
        next(train(TrainConfig(folder=str(tmp_path / "a"), unlabelled=str(tmp_path), **setting)))
    crops = np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3), dtype=np.uint8)
    np.savez(tmp_path / "clip.npz", image=crops)
    config = TrainConfig(folder=str(tmp_path / "b"), steps=1, batch=4, unlabelled=str(tmp_path), **setting)
    step = next(train(config))
    assert isinstance(step, Step)
    assert step.losses.keys() >= {"heat", "agreement", "agreement_limbs"}
    assert all(np.isfinite(value) for value in step.losses.values())
