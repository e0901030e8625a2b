"""`puppetpose adapt`: what is written fits the checkpoint it was made with, and nothing is written for nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core_model.__main__ import main
from core_model.assets import BUNDLED, asset
from core_model.commands import adapt as command
from core_model.training import adapting
from core_model.training.adapting import Adapted
from core_model.training.checkpoint import load_checkpoint
from core_model.training.clip_delta import apply_delta

CLIP = str(asset("clips/tfjs_pose_1.mp4"))


def learning(change: float) -> Any:
    """Stands for `adapt`: a step that moves all weights a little, and makes held-out frames better or not."""

    def adapt(shots: object, decoder: Any, trunk: object, settings: object) -> Iterator[Adapted]:
        picture = np.zeros((4, 16, 3), np.uint8)
        yield Adapted(0, 0.0, 0.0, 1.0, 1.0, picture, None, {}, True)
        state = {name: value + 0.25 for name, value in decoder.state_dict().items()} if change < 0 else None
        yield Adapted(9, 1.0, 1.0, 1.0, 1.0 + min(change, 0.0), picture, state, {"stem.0": (0.0, 1.0)}, True)

    return adapt


@pytest.fixture(autouse=True)
def no_shots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_shots", lambda *_: [])


def test_what_was_learnt_is_written_with_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(adapting, "adapt", learning(-0.2))
    out = tmp_path / "clip.safetensors"
    assert main(["adapt", CLIP, "--out", str(out), "--pictures", str(tmp_path / "pictures")]) == 0
    assert "-20.0 %" in capsys.readouterr().out
    assert len(list((tmp_path / "pictures").glob("*.png"))) == 2
    delta, base = load_checkpoint(out), load_checkpoint(asset(BUNDLED))
    assert delta.about["clip"] == "tfjs_pose_1.mp4"
    assert out.stat().st_size < 4e6
    again = apply_delta(base, delta).states["decoder"]["head.weight"]
    assert np.allclose(again - base.states["decoder"]["head.weight"].float(), 0.25, atol=1e-3)


def test_nothing_is_written_where_nothing_got_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(adapting, "adapt", learning(0.3))
    out = tmp_path / "clip.safetensors"
    assert main(["adapt", CLIP, "--out", str(out)]) == 0
    assert "nothing is kept" in capsys.readouterr().out
    assert not out.exists()


def test_a_clip_with_too_few_frames_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["adapt", CLIP, "--out", str(tmp_path / "clip.safetensors")]) == 2
    assert "needed to learn from" in capsys.readouterr().err


@pytest.mark.parametrize("minutes", ["0", "-1", "soon"])
def test_minutes_have_to_be_minutes(minutes: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["adapt", CLIP, "--out", str(tmp_path / "clip.safetensors"), "--minutes", minutes])
