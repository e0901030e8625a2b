"""TRC, C3D, CSV and NPZ, read by programs that we did not write."""

import csv
import warnings
from pathlib import Path

import c3d
import ezc3d
import numpy as np
import pytest
import trc

from core_model.errors import PuppetPoseError
from core_model.export import c3d as c3d_export
from core_model.export.arrays import write_npz
from core_model.export.c3d import write_c3d
from core_model.export.folder import OutputError
from core_model.export.markers import LABELS
from core_model.export.table import COLUMNS, write_csv
from core_model.export.trc import write_trc
from core_model.limits import ANGLE_NAMES
from core_model.retarget.style import Style
from core_model.retarget.take import Take, take_of
from core_model.skeleton import JOINT, JOINTS
from tests.core_model.motions import dance, dance_take


def take_with_hole() -> Take:
    """Nobody is seen for 0.7 s."""
    motion = dance(60)
    motion.joints3d_m[20:40] = np.nan
    return take_of(motion)


def test_labels_are_all_different_and_keep_their_sides() -> None:
    assert len(set(LABELS)) == len(JOINTS)
    for joint, label in zip(JOINTS, LABELS, strict=True):
        assert joint[:2] not in ("l_", "r_") or label[0] == joint[0].upper()


def test_trc_tells_its_markers_in_millimetres(tmp_path: Path) -> None:
    take = dance_take()
    write_trc(tmp_path / "ходьба a.trc", take, Style())
    read = trc.TRCData()
    read.load(str(tmp_path / "ходьба a.trc"))
    assert (read["Units"], read["Markers"], float(read["DataRate"])) == ("mm", list(LABELS), 30.0)
    assert (read["NumFrames"], read["NumMarkers"]) == (40, 21)
    np.testing.assert_allclose(read["Time"], np.arange(40) / 30, atol=1e-6)
    for label, joint in (("RKnee", "r_knee"), ("Neck", "thorax"), ("LBigToe", "l_toe")):
        np.testing.assert_allclose(read[label], take.joints_m[:, JOINT[joint]] * 1000, atol=1e-3)


def test_trc_leaves_cells_of_long_holes_empty_and_its_rows_whole(tmp_path: Path) -> None:
    write_trc(tmp_path / "a.trc", take_with_hole(), Style())
    rows = [line.split("\t") for line in (tmp_path / "a.trc").read_text().split("\n")]
    assert {len(row) for row in rows[6:66]} == {2 + 3 * 21}
    assert [set(row[2:]) == {""} for row in rows[6:66]] == [20 <= i < 40 for i in range(60)]


def read_c3d(path: Path) -> tuple[c3d.Reader, np.ndarray]:
    """The reader, and points (T, 21, 5): millimetres, then residual and cameras."""
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no analog data
        reader = c3d.Reader(file)
        return reader, np.stack([points for _, points, _ in reader.read_frames()])


def test_c3d_tells_its_markers_in_millimetres(tmp_path: Path) -> None:
    take = dance_take(fps=59.94)
    write_c3d(tmp_path / "a.c3d", take, Style())
    reader, points = read_c3d(tmp_path / "a.c3d")
    assert [label.strip() for label in reader.point_labels] == list(LABELS)
    assert reader.point_rate == pytest.approx(59.94, abs=1e-4)
    assert reader.get("POINT:UNITS").string_value.strip() == "mm"
    assert reader.get("POINT:Y_SCREEN").string_value.strip() == "+Y"
    np.testing.assert_allclose(points[..., :3], take.joints_m * 1000, atol=0.01)


def test_c3d_marks_long_holes_as_not_seen(tmp_path: Path) -> None:
    write_c3d(tmp_path / "a.c3d", take_with_hole(), Style())
    _, points = read_c3d(tmp_path / "a.c3d")
    assert (points[20:40, :, 3] < 0).all()
    assert (points[:20, :, 3] >= 0).all()


def test_c3d_refuses_more_frames_than_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c3d_export, "MOST_FRAMES", 39)
    with pytest.raises(PuppetPoseError, match="39 frames, not 40"):
        write_c3d(tmp_path / "a.c3d", dance_take(), Style())
    assert not list(tmp_path.iterdir())


def test_c3d_cut_short_by_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ezc3d.c3d.write

    def cut(self: ezc3d.c3d, path: str) -> None:
        whole(self, path)
        Path(path).write_bytes(Path(path).read_bytes()[:9000])

    monkeypatch.setattr(ezc3d.c3d, "write", cut)
    with pytest.raises(OutputError, match="cannot be written"):
        write_c3d(tmp_path / "a.c3d", dance_take(), Style())
    assert not list(tmp_path.iterdir())


def test_csv_has_the_columns_it_says(tmp_path: Path) -> None:
    take = take_with_hole()
    write_csv(tmp_path / "a.csv", take, Style())
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 60
    got = np.array([[float(row[f"l_wrist_{axis}_m"]) for axis in "xyz"] for row in rows])
    np.testing.assert_allclose(got, take.joints_m[:, JOINT["l_wrist"]], atol=1e-6)
    assert float(rows[30]["gap_s"]) == pytest.approx(0.7)
    knee = JOINT["l_ankle"] - 1
    assert ANGLE_NAMES[knee][1] == "left knee: bend"
    bends = np.array([float(row["left_knee_bend_deg"]) for row in rows])
    np.testing.assert_allclose(bends, np.rad2deg(take.body()[0][:, knee, 1]), atol=1e-5)


def test_npz_holds_plain_arrays(tmp_path: Path) -> None:
    take = dance_take()
    write_npz(tmp_path / "a.npz", take, Style())
    with np.load(tmp_path / "a.npz", allow_pickle=False) as file:
        stored = dict(file)
    np.testing.assert_array_equal(stored["joints_m"], take.joints_m)
    assert stored["bone_rotations_xyzw"].shape == (40, len(stored["bones"]), 4)
    assert tuple(stored["names"]) == JOINTS
    assert stored["fps"] == 30
