"""`puppetpose appearance`: the sheet of a clip, and `synthesise --sheet`, which puts it on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core_model.__main__ import main
from core_model.commands import common
from core_model.export.texture_sheet import read_sheet, write_sheet
from core_model.prediction import Factors
from tests.core_model.conftest import StandIn, person


@pytest.fixture
def worn(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """The atlases of all people that are put together, by a stand-in for the network."""
    worn: list[np.ndarray] = []

    class Watched(StandIn):
        def synthesise(self, factors: Factors) -> Any:
            worn.append(factors.atlas)
            return super().synthesise(factors)

    monkeypatch.setattr(common, "load_predictor", lambda checkpoint, device, adapted=None: Watched())
    return worn


def test_a_sheet_is_written_and_worn(
    worn: list[np.ndarray], write_clip: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_clip("walk.mp4", pts=range(0, 16, 4), draw=lambda n: person(60 + 5 * n))
    sheet = tmp_path / "sheet.png"
    assert main(["appearance", str(clip), "--out", str(sheet)]) == 0
    assert str(sheet) in capsys.readouterr().out
    painted = read_sheet(sheet)
    painted[:, 3], painted[:, 0] = 1, np.linspace(0, 1, 14).round(1)[:, None, None]
    write_sheet(sheet, painted)
    assert main(["synthesise", str(clip), "--sheet", str(sheet), "--out", str(tmp_path / "made.mp4")]) == 0
    assert len(worn) == 4
    assert all(np.abs(atlas - painted).max() < 0.003 for atlas in worn)


@pytest.mark.parametrize(("options", "word"), [(["--frame", "9"], "no frame 9"), (["--frame", "-1"], "no frame -1")])
def test_frames_that_are_not_there(
    options: list[str], word: str, worn: Any, write_clip: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_clip("walk.mp4", pts=range(0, 16, 4), draw=lambda n: person(60 + 5 * n))
    assert main(["appearance", str(clip), "--out", str(tmp_path / "sheet.png"), *options]) == 2
    assert word in capsys.readouterr().err


def test_another_picture_is_no_sheet(
    worn: Any, write_clip: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_clip("walk.mp4", pts=range(0, 16, 4), draw=lambda n: person(60 + 5 * n))
    (tmp_path / "other.png").write_bytes(b"no picture")
    made = tmp_path / "made.mp4"
    assert main(["synthesise", str(clip), "--sheet", str(tmp_path / "other.png"), "--out", str(made)]) == 2
    assert "other.png cannot be read" in capsys.readouterr().err
    assert not made.exists()
