from pathlib import Path

import pytest

from core_model.assets import DATA_VARIABLE, VARIABLE, asset, data_dir
from core_model.errors import PuppetPoseError


def test_the_bundled_clip_is_there() -> None:
    assert asset("clips/tfjs_pose_1.mp4").stat().st_size > 50_000


def test_another_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thing.txt").write_text("here")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert asset("thing.txt") == tmp_path / "thing.txt"


def test_a_missing_asset_says_which_and_what_to_do() -> None:
    with pytest.raises(PuppetPoseError, match=r"no_such_file\.bin .*pip install -e"):
        asset("no_such_file.bin")


def test_data_lie_beside_the_checkout_or_where_they_are_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    assert data_dir() == Path(__file__).resolve().parents[3] / "shared" / "data"
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert data_dir() == tmp_path
