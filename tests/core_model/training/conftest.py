"""A small pool of noise, a small network, and a checkpoint to start it from."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from core_model.data.pool import SamplePool
from core_model.geometry.kinematics import forward_kinematics
from core_model.networks.encoder import INPUT_PX, PoseEncoder, PoseTail
from core_model.networks.trunk import CHANNELS, STRIDES
from core_model.training import run
from core_model.training.checkpoint import Checkpoint, save_checkpoint
from core_model.training.config import TrainConfig
from core_model.training.features import Features


class SmallEncoder(PoseEncoder):
    """The pose encoder with a thin tail."""

    def __init__(self) -> None:
        super().__init__()
        self.tail = PoseTail(width=8)


def quick_features(*_: object) -> Features:
    """In place of the frozen trunk, whose conversion takes seconds: the picture itself, coarser and coarser."""

    def features(image: torch.Tensor) -> list[torch.Tensor]:
        pooled = [torch.nn.functional.avg_pool2d(image, stride) for stride in STRIDES]
        return [x.repeat(1, -(-c // 3), 1, 1)[:, :c] for x, c in zip(pooled, CHANNELS, strict=True)]

    return features


def person_of_noise(rng: np.random.Generator) -> SimpleNamespace:
    """A sample as the renderer gives them; its picture is noise."""
    angles = torch.from_numpy(rng.normal(0, 0.2, (1, 20, 2)))
    joints = forward_kinematics(angles, torch.zeros(1, 12, dtype=torch.float64))[0].numpy()
    joints = joints * [1, -1, -1] + [0, 0, 4]
    return SimpleNamespace(
        image=rng.integers(0, 256, (INPUT_PX, INPUT_PX, 3)),
        parts=rng.integers(0, 15, (INPUT_PX, INPUT_PX)),
        joints2d_px=joints[:, :2] / joints[:, 2:] * 300 + 96,
        joints3d_m=joints,
        joints_visible=np.ones(21),
        focal_px=300.0,
        principal_px=np.array([96.0, 96.0]),
    )


def fill(folder: Path, count: int, seed: int) -> SamplePool:
    """A full pool of such samples."""
    pool, rng = SamplePool.create(folder, count, INPUT_PX), np.random.default_rng(seed)
    for _ in range(count):
        pool.write(person_of_noise(rng))
    return pool


@dataclass(frozen=True)
class Setting:
    """What a run needs, and a folder that goes away."""

    tmp: Path
    pool: Path
    crops: Path
    start: Path

    def config(self, name: str = "run", **settings: Any) -> TrainConfig:
        """Two steps on four people; nothing but checkpoints is written."""
        quick = {"steps": 2, "batch": 4, "workers": 0, "judge_every": 0, "preview_every": 0, "judge_people": 2}
        paths = {"folder": str(self.tmp / name), "pool": str(self.pool), "start_from": str(self.start)}
        return TrainConfig(**{**quick, **paths, **settings})  # type: ignore[arg-type]

    def with_held_out(self, name: str = "run", **settings: Any) -> TrainConfig:
        """The same, and the held-out people are already there."""
        fill(self.tmp / name / "held_out", 2, seed=9)
        return self.config(name, **settings)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """What no test changes."""
    folder = tmp_path_factory.mktemp("training")
    fill(folder / "pool", 8, seed=0)
    crops = np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3), dtype=np.uint8)
    (folder / "crops").mkdir()
    np.savez(folder / "crops" / "clip.npz", image=crops)
    torch.manual_seed(1)
    encoder = SmallEncoder()
    trunk = {k: torch.randn_like(v) * 0.05 for k, v in encoder.trunk.state_dict().items()}
    save_checkpoint(folder / "start.safetensors", Checkpoint({"trunk": trunk, "tail": encoder.tail.state_dict()}))
    return Setting(folder, folder / "pool", folder / "crops", folder / "start.safetensors")


@pytest.fixture
def setting(shared: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    """A place for runs of the small network."""
    monkeypatch.setattr(run, "PoseEncoder", SmallEncoder)
    monkeypatch.setattr(run, "frozen_features", quick_features)
    threads = torch.get_num_threads()
    yield Setting(tmp_path, shared.pool, shared.crops, shared.start)
    torch.set_num_threads(threads)
