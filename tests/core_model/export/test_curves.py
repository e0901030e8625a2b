"""Curves over time without a window."""

import csv
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from core_model.channels import CHANNELS
from core_model.errors import PuppetPoseError
from core_model.export.curves import chosen_channels, curve_names, draw_curves, ticks
from core_model.export.recording import Recording
from tests.core_model.motions import dance

NAMES = ["left_knee_bend_deg", "*wrist_speed*", "head_confidence"]


@pytest.fixture
def recording() -> Recording:
    motion = dance()
    for values in (motion.joints3d_m, motion.angles_rad):
        values[10:13] = np.nan
    motion.track[10:13] = -1
    return Recording(motion, (320, 240), None, "dance")


def test_every_curve_has_a_name_of_its_own() -> None:
    assert len(set(curve_names())) == sum(map(len, CHANNELS.values()))
    assert [c.column() for c in chosen_channels(list(curve_names()))] == list(curve_names())
    with pytest.raises(PuppetPoseError, match="no curve tail"):
        chosen_channels(["tail*"])


def test_a_table_has_a_row_a_frame_and_holes_are_empty(recording: Recording, tmp_path: Path) -> None:
    draw_curves(recording, tmp_path / "a.csv", NAMES)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:4] == ["frame", "pts_s", "left_knee_bend_raw_deg", "left_knee_bend_deg"]
    assert len(rows) == 40
    raw = np.array([float(row["left_knee_bend_raw_deg"] or "nan") for row in rows])
    np.testing.assert_allclose(raw, np.rad2deg(recording.motion.angles_rad[:, 5, 1]), atol=1e-6)
    assert np.flatnonzero(np.isnan(raw)).tolist() == [10, 11, 12]


def test_a_drawing_breaks_lines_where_nobody_is(recording: Recording, tmp_path: Path) -> None:
    svg = ElementTree.parse(draw_curves(recording, tmp_path / "a b é.svg", NAMES[:1])).getroot()
    paths = [e for e in svg.iter() if e.tag.endswith("path") and e.get("stroke-width") in ("1.8", "1")]
    long = [p.get("d", "") for p in paths if p.get("d", "").count("L") >= 9]
    assert {d.count("L") for d in long} == {9, 26}  # ten frames, and the other 27
    words = " ".join(e.text or "" for e in svg.iter())
    assert "Left knee: bend" in words
    assert "->" in words


def test_a_picture_has_the_curves_in_it(recording: Recording, tmp_path: Path) -> None:
    image = cv2.imread(str(draw_curves(recording, tmp_path / "a.png", NAMES)))
    assert image.shape[1] == 1800
    assert np.ptp(image.astype(int), axis=2).max() > 60  # something has a colour


def test_images_and_one_frame_are_drawn_and_too_much_is_not(recording: Recording, tmp_path: Path) -> None:
    images = replace(recording, motion=dance(3))
    images.motion.pts_s[:] = np.nan
    one = replace(recording, motion=dance(1))
    for i, each in enumerate((images, one)):
        assert draw_curves(each, tmp_path / f"{i}.svg", NAMES).stat().st_size > 500
    with pytest.raises(PuppetPoseError, match="too many"):
        draw_curves(recording, tmp_path / "all.svg", ["*"])
    assert not (tmp_path / "all.svg").exists()


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3e-4, 2e-4), (1e6, 1e6 + 3), (0.033, 4.0)])
def test_ticks_are_few_and_inside(low: float, high: float) -> None:
    found = ticks(low, high)
    assert 3 <= len(found) <= 11
    assert low - 1e-9 <= found[0] < found[-1] <= high + 1e-9
