"""`puppetpose analyse`: what it writes, and that nothing is lost when it is stopped."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from core_model.__main__ import main
from core_model.commands import common
from core_model.skeleton import JOINTS, PARENTS

Draw = Callable[..., np.ndarray]
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def network(stand_in: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(common, "load_predictor", lambda checkpoint, device, adapted=None: stand_in)
    return stand_in


@pytest.fixture
def walk(write_clip: Write, draw_person: Draw) -> Path:
    """A person walks to the right, and is out of view in frames 6 to 8 of 14; the frame rate varies."""
    pts = [0, 4, 8, 12, 20, 24, 28, 32, 36, 44, 48, 52, 56, 60]
    return write_clip(
        "walk.mp4", pts=pts, draw=lambda i: draw_person(-100 if i in (6, 7, 8) else 30 + 3 * i), options={"crf": "5"}
    )


@pytest.mark.parametrize(("how", "times"), [([], 0), (["--careful"], 1)])
def test_a_clip_is_looked_at_carefully_where_that_is_asked_for(
    network: Any, walk: Path, tmp_path: Path, how: list[str], times: int
) -> None:
    assert main(["analyse", str(walk), "--out", str(tmp_path / "out"), *how]) == 0
    assert network.carefully == times


def _poses(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "poses.npz", allow_pickle=False) as file:
        return dict(file)


def test_a_video_gives_a_row_for_every_frame(walk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(walk), "--out", str(tmp_path / "out")]) == 0
    poses = _poses(tmp_path / "out")
    shapes = {name: poses[name].shape for name in ("pts_s", "joints3d_m", "joints2d_px", "confidence", "box_px")}
    assert shapes == {
        "pts_s": (14,),
        "joints3d_m": (14, 21, 3),
        "joints2d_px": (14, 21, 2),
        "confidence": (14, 21),
        "box_px": (14, 4),
    }
    assert poses["angles_rad"].shape == (14, 20, 2)
    assert tuple(poses["names"]) == JOINTS
    np.testing.assert_array_equal(poses["parents"], PARENTS)
    assert "image_names" not in poses
    assert poses["pts_s"][4] == pytest.approx(0.2)
    here = np.array([i not in (6, 7, 8) for i in range(14)])
    for name in ("joints3d_m", "joints2d_px", "angles_rad", "box_px", "joints3d_raw_m", "joints2d_raw_px"):
        np.testing.assert_array_equal(np.isfinite(poses[name]).reshape(14, -1).all(axis=1), here, err_msg=name)
        assert np.isnan(poses[name][~here]).all(), name
    assert (poses["confidence"][~here] == 0).all()
    assert (poses["confidence"][here] > 0.5).all()
    assert poses["analysed"].all()
    np.testing.assert_allclose(poses["joints2d_raw_px"][here, 0, 0], 39.5 + 3 * np.flatnonzero(here), atol=1.5)
    assert str(tmp_path / "out" / "poses.npz") in capsys.readouterr().out
    assert sorted(os.listdir(tmp_path / "out")) == ["poses.npz"]


def test_programs_read_one_line(walk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["analyse", str(walk), "--out", str(out), "--overlay", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == [str(out / "poses.npz"), str(out / "overlay.mp4")]
    assert (told["frames"], told["found"], told["interrupted"]) == (14, 11, False)


def test_overlay_of_a_video_keeps_its_times(walk: Path, tmp_path: Path) -> None:
    assert main(["analyse", str(walk), "--out", str(tmp_path), "--overlay"]) == 0
    with av.open(str(tmp_path / "overlay.mp4")) as container:
        stream = container.streams.video[0]
        times = [frame.pts * stream.time_base for frame in container.decode(stream)]
    np.testing.assert_allclose(np.array(times, dtype=float), _poses(tmp_path)["pts_s"], atol=1e-4)


def test_images_keep_their_names_and_have_no_time(draw_person: Draw, tmp_path: Path) -> None:
    folder = tmp_path / "фото"
    folder.mkdir()
    for name, left in (("p10.png", 100), ("p9.png", 30)):
        cv2.imencode(".png", draw_person(left)[..., ::-1])[1].tofile(folder / name)
    assert main(["analyse", str(folder), "--out", str(tmp_path / "out"), "--overlay"]) == 0
    poses = _poses(tmp_path / "out")
    assert list(poses["image_names"]) == ["p9.png", "p10.png"]
    assert np.isnan(poses["pts_s"]).all()
    np.testing.assert_array_equal(poses["joints3d_m"], poses["joints3d_raw_m"])
    drawn = cv2.imread(str(tmp_path / "out" / "overlay" / "p9.png"))
    assert drawn.shape == (160, 240, 3)
    assert (drawn != draw_person(30)[..., ::-1]).any()


def test_a_single_image(draw_person: Draw, tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    cv2.imencode(".png", draw_person(50)[..., ::-1])[1].tofile(path)
    assert main(["analyse", str(path), "--out", str(tmp_path / "out")]) == 0
    assert _poses(tmp_path / "out")["joints3d_m"].shape == (1, 21, 3)


def test_boxes_by_time_replace_the_locator(walk: Path, tmp_path: Path, network: Any) -> None:
    pts_s = np.array([0.0, 0.04, 0.08, 0.12, 0.2, 0.24])
    boxes = np.array([[30 + 3 * i, 20, 50 + 3 * i, 80] for i in range(6)])
    np.savez(tmp_path / "boxes.npz", box_px=boxes[::-1], pts_s=pts_s[::-1])
    assert main(["analyse", str(walk), "--out", str(tmp_path), "--boxes", str(tmp_path / "boxes.npz")]) == 0
    used = _poses(tmp_path)["box_px"][:6]
    np.testing.assert_allclose((used[:, :2] + used[:, 2:]) / 2, (boxes[:, :2] + boxes[:, 2:]) / 2)
    np.testing.assert_allclose(used[:, 2:] - used[:, :2], 75.0)


def test_boxes_by_image_name(draw_person: Draw, tmp_path: Path, network: Any) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for k in range(3):
        cv2.imencode(".png", draw_person(30 + 20 * k)[..., ::-1])[1].tofile(folder / f"{k}.png")
    boxes = np.array([[30.0 + 20 * k, 20, 50 + 20 * k, 80] for k in (2, 0, 1)])
    np.savez(tmp_path / "boxes.npz", box_px=boxes, image_names=np.array(["2.png", "0.png", "1.png"]))
    assert main(["analyse", str(folder), "--out", str(tmp_path), "--boxes", str(tmp_path / "boxes.npz")]) == 0
    assert network.located == 0
    np.testing.assert_allclose(_poses(tmp_path)["box_px"].mean(axis=1), boxes[[1, 2, 0]].mean(axis=1))


def test_ctrl_c_keeps_what_is_done(
    walk: Path, tmp_path: Path, network: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    predict, calls = network.predict, []

    def interrupted(frame: np.ndarray, **settings: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return predict(frame, **settings)

    monkeypatch.setattr(network, "predict", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        assert main(["analyse", str(walk), "--out", str(tmp_path / "out"), "--overlay"]) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    poses = _poses(tmp_path / "out")
    done = int(poses["analysed"].sum())
    assert 1 <= done < 6
    assert np.isfinite(poses["joints3d_m"][:done]).all()
    assert np.isnan(poses["joints3d_m"][done:]).all()
    told = capsys.readouterr().err
    assert "Stopped" in told
    assert str(tmp_path / "out" / "poses.npz") in told


def test_an_error_on_the_way_loses_nothing(
    walk: Path, tmp_path: Path, network: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    predict, calls = network.predict, []

    def failing(frame: np.ndarray, **settings: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise RuntimeError("out of memory")
        return predict(frame, **settings)

    monkeypatch.setattr(network, "predict", failing)
    with pytest.raises(RuntimeError):
        main(["analyse", str(walk), "--out", str(tmp_path)])
    assert np.isfinite(_poses(tmp_path)["joints3d_m"][0]).all()


def test_a_clip_with_nobody_in_it(
    write_clip: Write, draw_person: Draw, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_clip("empty room.mp4", pts=range(5), draw=lambda _: draw_person(-100))
    assert main(["analyse", str(clip), "--out", str(tmp_path / "out")]) == 2
    assert "Nobody was found in empty room.mp4" in capsys.readouterr().err
    assert np.isnan(_poses(tmp_path / "out")["joints3d_m"]).all()


def test_a_person_half_out_of_view_is_followed(write_clip: Write, draw_person: Draw, tmp_path: Path) -> None:
    clip = write_clip(pts=range(0, 40, 4), draw=lambda i: draw_person(40 - 5 * i), options={"crf": "5"})
    assert main(["analyse", str(clip), "--out", str(tmp_path)]) == 0
    assert np.isfinite(_poses(tmp_path)["joints2d_px"][:9]).all()


def test_a_truncated_clip_is_analysed_and_said_to_be_cut(
    write_clip: Write, draw_person: Draw, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_clip(
        "cut.mkv", pts=[10 * i for i in range(60)], draw=lambda i: draw_person(30 + i), options={"g": "5"}
    )
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    assert main(["analyse", str(clip), "--out", str(tmp_path)]) == 0
    assert "cut short" in capsys.readouterr().err
    assert 5 < len(_poses(tmp_path)["pts_s"]) < 60


def test_images_that_cannot_be_read_are_said_and_cost_only_themselves(
    draw_person: Draw, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "0.png").write_bytes(b"no image")
    cv2.imencode(".png", draw_person(30)[..., ::-1])[1].tofile(folder / "1.png")
    assert main(["analyse", str(folder), "--out", str(tmp_path / "out"), "--overlay"]) == 0
    told = capsys.readouterr()
    assert "1 of 2 frames could not be read. The first: 0.png is not an image" in told.err
    assert "2 frames, somebody in 1" in told.out
    assert np.isnan(_poses(tmp_path / "out")["joints3d_m"][0]).all()
    assert np.isfinite(_poses(tmp_path / "out")["joints3d_m"][1]).all()


def test_progress_is_told_on_a_terminal_only() -> None:
    import io

    quiet = io.StringIO()
    common.Progress(3, "Analysing", quiet).step(3)
    assert quiet.getvalue() == ""
    shown = io.StringIO()
    shown.isatty = lambda: True  # type: ignore[method-assign]
    progress = common.Progress(3, "Analysing", shown)
    progress.step(1)
    assert "Analysing: 1 of 3 frames" in shown.getvalue()
    assert "left" in shown.getvalue()
