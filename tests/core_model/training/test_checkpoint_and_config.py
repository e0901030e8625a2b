"""Checkpoints come back as they were written; what cannot be used is refused with words."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from core_model.assets import assets_dir
from core_model.errors import CheckpointError, ConfigError
from core_model.training import devices
from core_model.training.checkpoint import Checkpoint, half_state, load_checkpoint, save_checkpoint
from core_model.training.config import LossWeights, TrainConfig, as_json, as_toml, changed, from_mapping, load_config


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
    with pytest.raises(ConfigError, match="one of: auto, bf16-mixed, 32-true"):
        from_mapping({"precision": "16"})
    with pytest.raises(ConfigError, match="at least 1"):
        from_mapping({"batch": 0})
    with pytest.raises(ConfigError, match="'limbs'"):
        from_mapping({"losses": {"limb": 1}})
    with pytest.raises(ConfigError, match=r"\[losses\]"):
        from_mapping({"losses": 3})


def test_a_config_is_written_and_read_back(tmp_path: Path) -> None:
    weights = LossWeights(heat=((0.0, 1.0), (5.0, 2.0)), time=0.5)
    config = TrainConfig(folder='a "b" ü\\c\x7f', learning_rate=1e-7, train_trunk=True, losses=weights)
    (tmp_path / "a.toml").write_text(as_toml(config), encoding="utf-8")
    assert load_config(tmp_path / "a.toml") == config
    (tmp_path / "config.json").write_text(json.dumps(as_json(config)))
    assert load_config(tmp_path / "config.json") == config
    (tmp_path / "config.json").write_text("[]")
    with pytest.raises(ConfigError, match="holds no settings"):
        load_config(tmp_path / "config.json")
    assert as_toml(TrainConfig()) == 'folder = "runs/pose"\n'


def test_a_weight_follows_its_schedule() -> None:
    weights = from_mapping({"losses": {"limbs": [[10, 1], [20, 3.0]], "heat": 2}}).losses
    assert [weights.at(step)["limbs"] for step in (0, 10, 15, 20, 99)] == [1, 1, 2, 3, 3]
    assert weights.at(7)["heat"] == 2
    for wrong in ([], [[10, 1], [5, 1]], [1, 2], [["a", 1]], [[1, 2, 3]]):
        with pytest.raises(ConfigError, match=r"losses\.limbs"):
            from_mapping({"losses": {"limbs": wrong}})


def test_every_term_has_a_weight_and_every_weight_a_term() -> None:
    from core_model.training.objective import GROUPS

    assert [name for group in GROUPS for name in group.names] == [f.name for f in dataclasses.fields(LossWeights)]


def test_what_changed_in_a_config_is_named_unless_it_does_not_matter() -> None:
    before = TrainConfig(losses=LossWeights(limbs=((0.0, 1.0), (9.0, 2.0))))
    assert changed(as_json(before), before) == []
    assert changed(as_json(before), dataclasses.replace(before, folder="elsewhere", workers=7)) == []
    (text,) = changed(as_json(before), dataclasses.replace(before, learning_rate=0.5))
    assert text == "learning_rate (was 0.001, is 0.5)"


def test_the_configs_that_ship_are_valid() -> None:
    paths = sorted((assets_dir() / "training").glob("*.toml"))
    assert paths
    for path in paths:
        load_config(path).pieces(1)


@pytest.mark.parametrize(("computes_in", "chosen"), [("bf16", "bf16-mixed"), ("f32", "32-true")])
def test_a_processor_without_bf16_does_not_imitate_it(
    computes_in: str, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "cpu_precision", lambda: computes_in)
    assert devices._precision(TrainConfig(), on_cuda=False) == chosen
    assert devices._precision(TrainConfig(), on_cuda=True) == "bf16-mixed"
    assert devices._precision(TrainConfig(precision="bf16-mixed"), on_cuda=False) == "bf16-mixed"
