"""Checkpoints come back as they were written; what cannot be used is refused with words."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from core_model.errors import CheckpointError, ConfigError
from core_model.training.checkpoint import Checkpoint, half_state, load_checkpoint, save_checkpoint
from core_model.training.config import TrainConfig, from_mapping, load_config


def test_a_checkpoint_comes_back(tmp_path: Path) -> None:
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    save_checkpoint(tmp_path / "a.safetensors", Checkpoint({"tail": network.state_dict()}, {"steps": 7}))
    back = load_checkpoint(tmp_path / "a.safetensors")
    assert back.about["steps"] == 7
    twin = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    back.restore("tail", twin)
    for key, value in half_state(network).items():
        assert torch.equal(twin.state_dict()[key], value)
    assert [p.name for p in tmp_path.iterdir()] == ["a.safetensors"]


def test_other_shapes_other_versions_and_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_checkpoint(path, Checkpoint({"tail": torch.nn.Linear(2, 2).state_dict()}))
    with pytest.raises(CheckpointError, match="does not fit"):
        load_checkpoint(path).restore("tail", torch.nn.Linear(3, 2))
    save_file({"tail.weight": torch.zeros(1)}, path, metadata={"puppetpose": '{"format": 99}'})
    with pytest.raises(CheckpointError, match="another version"):
        load_checkpoint(path)
    path.write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointError, match="not a readable checkpoint"):
        load_checkpoint(path)
    with pytest.raises(CheckpointError, match="no checkpoint"):
        load_checkpoint(tmp_path / "missing.safetensors")


def test_config_names_the_nearest_key_and_the_expected_type(tmp_path: Path) -> None:
    assert from_mapping({"steps": 5, "learning_rate": 1}) == TrainConfig(steps=5, learning_rate=1.0)
    with pytest.raises(ConfigError, match="'batch'"):
        from_mapping({"bacth": 4})
    with pytest.raises(ConfigError, match="type int"):
        from_mapping({"steps": "many"})
    (tmp_path / "c.toml").write_text("steps = ")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_config(tmp_path / "c.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "missing.toml")
