"""`--help`, `--version`, `doctor`, `demo`, `train`, `evaluate`."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import core_model
from core_model import doctor
from core_model.__main__ import main
from core_model.commands import common
from core_model.doctor import Check, Level


@pytest.mark.parametrize(
    "options", [["--help"], ["--version"], ["analyse", "--help"], ["data", "--help"], ["appearance", "--help"]]
)
def test_help_answers_at_once(options: list[str]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "core_model", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"torch", "PySide6", "openvino", "cv2", "av"}
    assert core_model.__version__ in done.stdout or "usage: puppetpose" in done.stdout


@pytest.mark.parametrize("options", [[], ["dance"], ["analyse"], ["analyse", "x", "--out", "y", "--device", "tpu"]])
def test_wrong_usage(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(options)
    assert left.value.code == 2
    assert "usage: puppetpose" in capsys.readouterr().err


def test_ctrl_c_anywhere_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> Iterator[Check]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(doctor, "examine", interrupt)
    assert main(["doctor"]) == 130


def test_doctor_says_what_is_missing_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = [Check("one", "here")]
    monkeypatch.setattr(doctor, "examine", lambda: iter(good))
    assert main(["doctor"]) == 0
    monkeypatch.setattr(doctor, "examine", lambda: iter([*good, Check("two", "gone", Level.MISSING, "Install two.")]))
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "Install two." in told
    assert "MISSING two" in told


def test_a_driver_that_crashes_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_OFFSCREEN_GL", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    check = doctor.offscreen_gl()
    assert check.level is Level.LIMITED
    assert "crashed" in check.found or sys.platform == "win32"
    monkeypatch.setattr(doctor, "_OFFSCREEN_GL", "raise ImportError('no GL')")
    assert "no GL" in doctor.offscreen_gl().found


def test_a_check_that_fails_is_a_finding() -> None:
    def broken() -> Check:
        raise ImportError("half installed")

    check = doctor._guarded(broken)
    assert (check.name, check.level) == ("broken", Level.MISSING)
    assert "half installed" in check.found


def test_the_codecs_of_this_computer_read_h264() -> None:
    assert "h264" in doctor.codecs().found


def test_demo_takes_a_clip_apart_and_changes_it(
    stand_in: Any,
    write_clip: Callable[..., Path],
    draw_person: Callable[..., np.ndarray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(common, "load_predictor", lambda checkpoint, device, adapted=None: stand_in)
    clip = write_clip(pts=range(0, 40, 4), draw=lambda i: draw_person(40 + i), options={"crf": "5"})
    assert main(["demo", str(clip), "--out", str(tmp_path / "out")]) == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "poses.npz", "overlay.mp4", "edits.png", "input.png", "reconstruction.png", "arm_moved.png", "camera_turned.png"
    }  # fmt: skip
    assert cv2.imread(str(tmp_path / "out" / "edits.png")).shape == (256, 4 * 256 + 3 * 4, 3)
    told = capsys.readouterr().out
    assert str(tmp_path / "out" / "edits.png") in told
    assert "p95" in told


def test_demo_edits_are_what_they_say(stand_in: Any, draw_person: Callable[..., np.ndarray]) -> None:
    from core_model.commands.demo import with_arm_moved, with_camera_turned
    from core_model.limits import LIMITS_RAD
    from core_model.orbit import orbit_of
    from core_model.skeleton import JOINT

    factors = stand_in.predict(draw_person(50)).factors
    limb = JOINT["l_elbow"] - 1
    for start in (-2.0, 0.0, float(LIMITS_RAD[limb, 0, 1])):
        angles = factors.angles_rad.copy()
        angles[limb, 0] = start
        moved = with_arm_moved(factors.edited(angles_rad=angles)).angles_rad
        assert abs(moved[limb, 0] - start) == pytest.approx(np.pi / 3, abs=1e-3)
        assert LIMITS_RAD[limb, 0, 0] <= moved[limb, 0] <= LIMITS_RAD[limb, 0, 1]
        assert (np.delete(moved, limb, axis=0) == np.delete(angles, limb, axis=0)).all()
    turned = with_camera_turned(factors)
    change = orbit_of(turned.camera).azimuth_rad - orbit_of(factors.camera).azimuth_rad
    assert (change + np.pi) % (2 * np.pi) - np.pi == pytest.approx(np.deg2rad(40), abs=1e-5)


@pytest.fixture
def acted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments of `train` with a trainer that only tells."""
    from core_model.training import trainer

    path = tmp_path / "x.safetensors"

    def train(config: Any, company: str, desk: Any) -> Iterator[Any]:
        assert (config.steps, company) == (40, "refuse")
        with desk or contextlib.nullcontext():
            yield from told()

    def told() -> Iterator[Any]:
        yield trainer.Step(20, {"heat": 0.5}, 1e-3, 8.0, 0.25)
        yield trainer.Step(40, {"heat": 0.4}, 1e-3, 8.0, 0.25)
        yield trainer.Shrunk(40, 2)
        yield trainer.Judged(40, {"pck_2d": 51.25}, True)
        yield trainer.Preview(40, tmp_path / "y.png", np.zeros((2, 2, 3), np.uint8))
        yield trainer.Saved(40, path)
        yield trainer.Finished(40, path)

    monkeypatch.setattr(trainer, "train", train)
    (tmp_path / "run.toml").write_text(f"steps = 40\nbatch = 16\nfolder = {json.dumps(str(tmp_path))}\n")
    return ["train", "--config", str(tmp_path / "run.toml")]


def test_train_prints_what_the_trainer_says(acted: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(acted) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "step 20/40  8.0 images/s  0:00:40 left  data 25 %  heat 0.5000"
    assert len(lines) == 6  # of the steps one line in five seconds
    for told, line in zip(
        ("2 pieces", "pck_2d 51.2  (best)", "y.png", "x.safetensors", "x.saf"), lines[1:], strict=True
    ):
        assert told in line


def test_train_tells_programs_in_json_and_one_process_talks(
    acted: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([*acted, "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [e["event"] for e in events] == ["step", "step", "shrunk", "judged", "preview", "saved", "finished"]
    assert events[1]["losses"] == {"heat": 0.4}
    assert "image" not in events[4]
    monkeypatch.setenv("RANK", "1")
    assert main(acted) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("text", ["stepz = 2", "steps = ", None])
def test_train_refuses_a_wrong_config(text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.toml"
    if text is not None:
        path.write_text(text)
    assert main(["train", "--config", str(path)]) == 2
    assert capsys.readouterr().err.startswith("puppetpose: ")


def test_evaluate_hands_its_options_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from core_model.evaluation import benchmark

    calls = []
    monkeypatch.setattr(benchmark, "run", lambda *args, **options: calls.append((args, options)))
    assert main(["evaluate", "--data", str(tmp_path), "--rendered", "7", "--no-timing", "--device", "cpu"]) == 0
    ((args, options),) = calls
    assert args == (None, tmp_path)
    assert (options["rendered_images"], options["timing"], options["device"]) == (7, False, "cpu")
    assert options["photographs"]
