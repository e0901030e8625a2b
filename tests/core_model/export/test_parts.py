"""Part maps as files: read back with a library that did not write them."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from core_model.__main__ import main
from core_model.commands import common
from core_model.export.parts import PALETTE_RGB, write_indexed_png
from core_model.skeleton import PARTS


@pytest.mark.parametrize("size", [(1, 1), (7, 13), (120, 161)])
def test_values_and_colours_come_back(size: tuple[int, int], tmp_path: Path) -> None:
    index = np.random.default_rng(0).integers(0, 15, size).astype(np.uint8)
    write_indexed_png(tmp_path / "ä map.png", index, PALETTE_RGB)
    with Image.open(tmp_path / "ä map.png") as image:
        assert image.mode == "P"
        np.testing.assert_array_equal(np.array(image), index)
        np.testing.assert_array_equal(np.array(image.convert("RGB")), PALETTE_RGB[index])


@pytest.fixture
def network(stand_in: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Its parts are known: the crop's left half is the head, below on the right is a foot."""
    plain = stand_in.predict

    def predict(frame: np.ndarray, **options: Any) -> Any:
        found = plain(frame, **options)
        found.parts[:, :128] = PARTS.index("head")
        found.parts[128:, 128:] = PARTS.index("r_foot")
        return found

    monkeypatch.setattr(stand_in, "predict", predict)
    monkeypatch.setattr(common, "load_predictor", lambda checkpoint, device, adapted=None: stand_in)
    return stand_in


def test_a_map_lies_where_the_person_is(network: Any, write_clip: Any, draw_person: Any, tmp_path: Path) -> None:
    clip = write_clip(pts=range(0, 12, 4), draw=lambda n: draw_person(100), options={"crf": "5"})
    out = tmp_path / "maps"
    assert main(["parts", str(clip), "--out", str(out), "--json"]) == 0
    about = json.loads((out / "parts.json").read_text("utf-8"))
    assert about["values"] == ["nobody", *PARTS]
    assert about["frames"]["000001.png"] == {"pts_s": pytest.approx(0.04)}
    with Image.open(out / "000002.png") as image:
        values = np.array(image)
    assert values.shape == (160, 240)
    x0, y0, x1, y1 = (round(v) for v in network.looked_at[-1])
    inside = values[max(y0, 0) : min(y1, 160), x0:x1]
    assert set(np.unique(values)) == {0, 1 + PARTS.index("head"), 1 + PARTS.index("r_foot")}
    assert (inside[:, : (x1 - x0) // 2 - 1] == 1 + PARTS.index("head")).all()
    assert (values == 1 + PARTS.index("head")).sum() == (inside == 1 + PARTS.index("head")).sum()


def test_nobody_or_a_folder_that_is_taken_leaves_nothing(
    network: Any, write_clip: Any, draw_person: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = write_clip("empty.mp4", pts=range(0, 12, 4), draw=lambda n: np.full((160, 240, 3), 40, np.uint8))
    before = sorted(tmp_path.rglob("*"))
    assert main(["parts", str(empty), "--out", str(tmp_path / "maps")]) == 2
    assert "Nobody" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "x").touch()
    clip = write_clip(pts=range(0, 12, 4), draw=lambda n: draw_person(100), options={"crf": "5"})
    assert main(["parts", str(clip), "--out", str(tmp_path / "taken")]) == 2
    assert cv2.imread(str(tmp_path / "taken" / "000000.png")) is None
