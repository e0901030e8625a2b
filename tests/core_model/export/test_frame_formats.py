"""OpenPose and COCO JSON, and poses.npz read back."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from core_model.errors import MediaError
from core_model.export.coco import KEYPOINTS, write_coco
from core_model.export.folder import OutputError
from core_model.export.openpose import BODY_25, write_openpose
from core_model.export.poses import About, write_poses
from core_model.export.recording import Recording, read_poses
from core_model.motion import smooth_motion
from core_model.skeleton import JOINT
from tests.core_model.motions import dance


def recording(names: tuple[str, ...] | None = None) -> Recording:
    """Six frames; nobody in the third."""
    motion = dance(6)
    motion.joints2d_px[2], motion.joints3d_m[2], motion.confidence[2], motion.track[2] = np.nan, np.nan, 0, -1
    return Recording(motion, (320, 240), names, "танец 1")


def test_openpose_has_a_file_a_frame_and_zeros_for_what_we_do_not_know(tmp_path: Path) -> None:
    write_openpose(tmp_path / "out", recording())
    files = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in files[:2]] == [f"танец 1_{i:012d}_keypoints.json" for i in range(2)]
    people = [json.loads(path.read_text("utf-8"))["people"] for path in files]
    assert [len(each) for each in people] == [1, 1, 0, 1, 1, 1]
    points = np.array(people[4][0]["pose_keypoints_2d"]).reshape(25, 3)
    motion = recording().motion
    for row, joint in zip(points, BODY_25, strict=True):
        if joint is None:
            assert row.tolist() == [0, 0, 0]
        else:
            np.testing.assert_allclose(row[:2], motion.joints2d_px[4, JOINT[joint]], atol=1e-3)
    assert (BODY_25[4], BODY_25[11], BODY_25[22]) == ("r_wrist", "r_ankle", "r_toe")


def test_openpose_mixes_with_nothing_and_leaves_no_half_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    write_openpose(tmp_path / "out", recording())
    with pytest.raises(OutputError, match="there already"):
        write_openpose(tmp_path / "out", recording())
    write, calls = Path.write_text, []

    def full(path: Path, *args: str, **options: str) -> int:
        calls.append(path)
        if len(calls) > 3:
            raise OSError(28, "No space left on device")
        return write(path, *args, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="No space"):
        write_openpose(tmp_path / "other", recording())
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_coco_has_images_annotations_and_one_category(tmp_path: Path) -> None:
    write_coco(tmp_path / "a.json", recording())
    found = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert len(found["images"]) == 6
    assert [each["image_id"] for each in found["annotations"]] == [1, 2, 4, 5, 6]
    assert found["categories"][0]["keypoints"] == list(KEYPOINTS)
    first = found["annotations"][0]
    points = np.array(first["keypoints"]).reshape(17, 3)
    assert first["num_keypoints"] == (points[:, 2] > 0).sum() == 12
    np.testing.assert_allclose(
        points[KEYPOINTS.index("left_wrist"), :2], recording().motion.joints2d_px[0, JOINT["l_wrist"]], atol=1e-3
    )
    x, y, width, height = first["bbox"]
    inside = points[points[:, 2] > 0, :2]
    assert (inside >= [x - 1e-3, y - 1e-3]).all()
    assert (inside <= [x + width + 1e-3, y + height + 1e-3]).all()


def test_coco_keeps_the_names_of_images(tmp_path: Path) -> None:
    write_coco(tmp_path / "a.json", recording(tuple(f"é {i}.png" for i in range(6))))
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["images"][5]["file_name"] == "é 5.png"


def saved(folder: Path) -> Path:
    raw = recording().motion
    about = About((320, 240), None, np.ones(6, bool), "x", "1")
    write_poses(folder / "poses.npz", raw, smooth_motion(raw), about)
    return folder / "poses.npz"


def test_poses_come_back_as_the_network_said_them(tmp_path: Path) -> None:
    read = read_poses(saved(tmp_path))
    for field in fields(read.motion):
        if field.name not in ("angles_rad", "box_px", "focal_px"):
            np.testing.assert_array_equal(getattr(read.motion, field.name), getattr(recording().motion, field.name))
    assert read.frame_size_px == (320, 240)


def test_a_row_with_a_broken_number_is_a_row_of_nobody(tmp_path: Path) -> None:
    stored = dict(np.load(saved(tmp_path)))
    stored["joints3d_raw_m"][4, 3, 1] = np.inf
    np.savez(tmp_path / "b.npz", **stored)
    motion = read_poses(tmp_path / "b.npz").motion
    assert np.isnan(motion.joints3d_m[4]).all()
    assert motion.track.tolist() == [0, 0, -1, 0, -1, 0]


@pytest.mark.parametrize("harm", ["missing", "empty", "text", "cut", "no joints", "other shape", "no frames", "words"])
def test_what_is_no_poses_file_is_told(harm: str, tmp_path: Path) -> None:
    path = saved(tmp_path)
    stored = dict(np.load(path))
    if harm in ("missing", "empty", "text", "cut"):
        data = {"missing": None, "empty": b"", "text": b"no", "cut": path.read_bytes()[:900]}[harm]
        path.unlink()
        if data is not None:
            path.write_bytes(data)
    elif harm == "no joints":
        del stored["joints3d_raw_m"]
    elif harm == "other shape":
        stored["joints2d_raw_px"] = stored["joints2d_raw_px"][:, :4]
    elif harm == "no frames":
        stored = {name: values[:0] if values.ndim else values for name, values in stored.items()}
    else:
        stored["pts_s"] = np.array(["soon"] * 6)
    if harm in ("no joints", "other shape", "no frames", "words"):
        np.savez(path, **stored)
    with pytest.raises(MediaError):
        read_poses(path)
