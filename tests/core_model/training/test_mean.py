"""The mean of encoders lies between them."""

from pathlib import Path

import pytest
import torch

from core_model.errors import CheckpointError
from core_model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.mean import main, mean_of


def encoder(value: float, count: int = 3, size: int = 2) -> Checkpoint:
    def state() -> dict[str, torch.Tensor]:
        return {"w": torch.full((size,), value), "seen": torch.tensor(count)}

    return Checkpoint({name: state() for name in ("trunk", "tail", "other")}, {"steps": count})


def test_each_weight_is_the_mean_and_it_is_said_of_what() -> None:
    mean = mean_of([encoder(1.0, 3), encoder(2.0, 9)])
    assert set(mean.states) == {"trunk", "tail"}
    assert mean.states["tail"]["w"].tolist() == [1.5, 1.5]
    assert int(mean.states["tail"]["seen"]) == 3
    assert [about["steps"] for about in mean.about["mean_of"]] == [3, 9]


def test_the_mean_of_one_is_that_one() -> None:
    one = encoder(0.25)
    assert torch.equal(mean_of([one]).states["trunk"]["w"], one.states["trunk"]["w"])


def test_what_does_not_go_together_is_told() -> None:
    with pytest.raises(CheckpointError, match="differ in shape"):
        mean_of([encoder(1.0), encoder(1.0, size=3)])
    with pytest.raises(CheckpointError, match="holds no pose encoder"):
        mean_of([encoder(1.0), Checkpoint({"decoder": {}}, {})])


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [tmp_path / f"{name}.safetensors" for name in "ab"]
    for file, value in zip(files, (1.0, 2.0), strict=True):
        save_checkpoint(file, encoder(value))
    out = tmp_path / "mean.safetensors"
    monkeypatch.setattr("sys.argv", ["mean", *map(str, files), "--out", str(out)])
    main()
    assert load_checkpoint(out).states["trunk"]["w"].tolist() == [1.5, 1.5]
