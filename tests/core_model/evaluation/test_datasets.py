"""The readers: units, frames, joints and images of each published layout; and what is said of a wrong folder."""

import os
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from core_model.errors import MediaError, PuppetPoseError
from core_model.evaluation.datasets import DATASETS, sample, threedpw
from core_model.evaluation.datasets.numpy_pickle import load_arrays
from core_model.skeleton import JOINT

IN_3D = ("h36m", "3dhp", "3dpw")
COUNTS = {"h36m": 140, "3dhp": 12, "3dpw": 3, "lsp": 3, "lspet": 2}


@pytest.fixture(params=DATASETS)
def layout(request, write_layout):
    return write_layout(request.param)


def known(one) -> list[int]:
    return [row for row, name in enumerate(one.ours) if name]


def test_each_image_has_the_joints_of_the_person_in_it(layout, truth) -> None:
    samples = list(DATASETS[layout.name].read(layout.folder))
    assert len(samples) == COUNTS[layout.name]
    assert len({one.name for one in samples}) == len(samples)
    for one in samples[::7]:
        person = truth.people_m[truth.person_in(one.load_image())]
        rows = [row for row in known(one) if one.visible[row]]
        ours = [JOINT[one.ours[row]] for row in rows]
        np.testing.assert_allclose(one.joints2d_px[rows], truth.pixels(person)[ours], atol=0.01)
        if layout.name in IN_3D:
            np.testing.assert_allclose(one.joints3d_m[rows], person[ours], atol=1e-4)


@pytest.mark.parametrize("name", IN_3D)
def test_metres_before_the_camera_y_down_and_seen_where_they_are_marked(name, write_layout) -> None:
    layout = write_layout(name)
    for one in DATASETS[name].read(layout.folder):
        assert (one.joints3d_m[:, 2] > 1).all()
        named = {name: one.joints3d_m[row] for row, name in enumerate(one.ours) if name}
        assert named["neck"][1] < named["l_ankle"][1]
        rays = one.joints3d_m[:, :2] / one.joints3d_m[:, 2:]
        offset_px = one.joints2d_px - one.focal_px * rays
        assert np.ptp(offset_px[known(one)], axis=0).max() < 0.05  # all the principal point


def test_the_box_holds_the_visible_joints_tightly(layout) -> None:
    for one in DATASETS[layout.name].read(layout.folder):
        seen = one.joints2d_px[one.visible]
        np.testing.assert_allclose(one.box_px, [*seen.min(0), *seen.max(0)])


def test_the_joints_of_3dpw_lie_on_those_that_its_detector_found(write_layout) -> None:
    layout = write_layout("3dpw")
    stored = load_arrays(layout.folder / "sequenceFiles" / "test" / "walking_00.pkl")
    for one in threedpw.read(layout.folder):
        marks = stored["poses2d"][0][one.frame]
        for coco, name in ((2, "r_shoulder"), (7, "l_wrist"), (10, "r_ankle"), (11, "l_hip")):
            np.testing.assert_allclose(one.joints2d_px[one.ours.index(name)], marks[:2, coco], atol=1e-6)


def test_the_universal_skeleton_of_3dhp_is_a_scale(write_layout, truth) -> None:
    layout = write_layout("3dhp")
    assert {round(one.universal_scale, 6) for one in DATASETS["3dhp"].read(layout.folder)} == {truth.taller}


def test_the_focal_length_is_found_whatever_the_principal_point() -> None:
    rng = np.random.default_rng(7)
    points_m = rng.normal(size=(5, 17, 3)) + [0, 0, 6]
    points_px = 321.0 * points_m[..., :2] / points_m[..., 2:] + [40, -70]
    assert sample.fitted_focal_px(points_m, points_px) == pytest.approx(321)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("h36m", "S9/MyPoseFeatures/D3_Positions_mono"),
        ("3dhp", "TS1/annot_data.mat"),
        ("3dpw", "sequenceFiles/test"),
        ("lsp", "joints.mat"),
        ("lspet", "joints.mat"),
    ],
)
def test_a_wrong_folder_is_told_what_was_expected_where(name: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(MediaError) as raised:
        list(DATASETS[name].read(tmp_path))
    assert str(tmp_path / expected.replace("/", os.sep)) in str(raised.value)


@pytest.mark.parametrize(("name", "gone"), [("h36m", "S11/Videos/Walking.55011271.mp4"), ("3dpw", "imageFiles")])
def test_a_piece_that_is_missing_is_named(name: str, gone: str, write_layout, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(write_layout(name).folder, folder)
    path = folder / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(MediaError, match=path.name):
        list(DATASETS[name].read(folder))


def test_one_of_the_two_sports_data_sets_is_not_taken_for_the_other(write_layout) -> None:
    layout = write_layout("lspet")
    with pytest.raises(MediaError, match=r"\(14, 3, 3\)"):
        list(DATASETS["lsp"].read(layout.folder))


@pytest.mark.parametrize(("name", "missing"), [("h36m", "cdflib"), ("3dhp", "h5py"), ("lsp", "scipy")])
def test_without_its_library_a_reader_says_what_to_install(name, missing, write_layout, monkeypatch) -> None:
    layout = write_layout(name)

    def absent(wanted: str) -> None:
        raise ImportError(wanted)

    monkeypatch.setattr(sample.importlib, "import_module", absent)
    with pytest.raises(PuppetPoseError, match=rf"{missing}.*puppetpose\[benchmarks\]"):
        list(DATASETS[name].read(layout.folder))


class Evil:
    """Runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def test_a_pickle_that_would_run_something_is_refused(tmp_path: Path) -> None:
    path, proof = tmp_path / "evil.pkl", tmp_path / "proof"
    path.write_bytes(pickle.dumps({"jointPositions": Evil(f"touch {proof}")}, protocol=2))
    with pytest.raises(MediaError, match="system"):
        load_arrays(path)
    assert not proof.exists()


@pytest.mark.parametrize("content", [b"", b"\x80\x02garbage", pickle.dumps([1]), pickle.dumps({"a": print})])
def test_any_other_file_is_no_pickle_of_arrays(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "some.pkl"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=r"some\.pkl"):
        load_arrays(path)


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_arrays_come_back_as_they_were(protocol: int, tmp_path: Path) -> None:
    path = tmp_path / "arrays.pkl"
    stored = {"points": np.arange(6.0).reshape(2, 3), "flag": np.bool_(True), "names": ["a"], "number": np.int32(4)}
    path.write_bytes(pickle.dumps(stored, protocol=protocol))
    loaded = load_arrays(path)
    np.testing.assert_array_equal(loaded["points"], stored["points"])
    assert {name: loaded[name] for name in ("flag", "names", "number")} == {"flag": True, "names": ["a"], "number": 4}
