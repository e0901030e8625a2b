"""A run in a process of its own: it outlives whoever started it, and obeys."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from core_model.data.unlabelled.survey import Survey
from core_model.errors import ConfigError, MediaError
from core_model.training.config import as_toml
from core_model.training.control import Ask, Phase, RunStatus, ask, read_status, status, write_status
from core_model.training.launch import begun, last_words, launch
from core_model.training.measure import measure
from core_model.training.measuring import STEPS, Measured, Measuring


def written(setting: Any, **changes: Any) -> Path:
    """A run's folder with its config."""
    config = setting.config("run", start_from="", imagenet=str(setting.tmp / "none.pth"), **changes)
    folder = Path(config.folder)
    folder.mkdir()
    (folder / "config.toml").write_text(as_toml(config))
    return folder


def test_a_run_that_cannot_begin_tells_why(setting: Any) -> None:
    folder = written(setting)
    process = launch(folder)
    assert process.wait(100) == 2
    told = status(folder)
    assert told is not None
    assert (told.phase, begun(folder, process)) == (Phase.FAILED, True)
    assert "does not hold the Lite0 weights" in told.message
    assert told.message in last_words(folder)


def test_a_process_that_ends_without_a_word_is_told_of(setting: Any) -> None:
    folder = written(setting)
    (folder / "config.toml").write_text("stepz = 3")
    process = launch(folder)
    process.wait(100)
    with pytest.raises(ConfigError, match=r"ended before it began.*stepz"):
        begun(folder, process)


def test_what_goes_on_or_is_none_is_not_launched(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no config"):
        launch(tmp_path)
    write_status(tmp_path, RunStatus(Phase.RUNNING, host="elsewhere", updated_s=time.time()))
    with pytest.raises(ConfigError, match="goes on already"):
        launch(tmp_path)


PARENT = """
import sys
from pathlib import Path
from core_model.training.launch import launch
print(launch(Path(sys.argv[1])).pid, flush=True)
"""


def test_a_run_outlives_whoever_started_it_and_waits_its_turn(setting: Any) -> None:
    """It waits for a run that this process holds the machine with, and can be stopped meanwhile."""
    from core_model.training.machine import Company, Machine

    folder, machine = written(setting), Machine()
    assert not list(machine.taken(setting.tmp / "first", Company.REFUSE))
    try:
        parent = subprocess.run([sys.executable, "-c", PARENT, str(folder)], capture_output=True, text=True, check=True)
        end_s = time.monotonic() + 100
        while (told := read_status(folder)) is None or told.phase is not Phase.WAITING:
            assert time.monotonic() < end_s, last_words(folder)
            time.sleep(0.05)
        assert told.pid == int(parent.stdout)
        assert "first to end" in told.message
        ask(folder, Ask.STOP)
        while (told := status(folder)) and told.phase is Phase.WAITING:
            assert time.monotonic() < end_s
            time.sleep(0.05)
        assert told
        assert told.phase is Phase.STOPPED
    finally:
        machine.close()


def test_a_few_steps_tell_how_long_all_take(setting: Any) -> None:
    found = measure(setting.config(people=20), 2)
    assert found.step_s > 0
    assert found.people == 12  # eight are there
    assert not (setting.tmp / "run").exists()
    assert Measured(2.0, 0.5, 10, 0.0).whole_s(100) == 205


def test_a_measurement_that_fails_says_why(setting: Any) -> None:
    measuring = Measuring(written(setting) / "config.toml")
    with pytest.raises(ConfigError, match=r"could not be measured.*Lite0"):
        measuring.result()
    assert STEPS > 1


def test_a_survey_of_what_is_no_video_says_why_and_one_that_is_stopped_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no video")
    survey = Survey([tmp_path / "notes.mp4"], tmp_path / "out")
    (news,) = survey
    assert news["path"] == str((tmp_path / "notes.mp4").resolve())
    assert "notes.mp4" in news["skipped"]
    with pytest.raises(MediaError, match="no file or folder"):
        list(Survey([tmp_path / "nothing"], tmp_path / "out"))
    survey = Survey([tmp_path / "notes.mp4"], tmp_path / "out")
    survey.stop()
    assert list(survey) == []
    assert survey._process.returncode in (-signal.SIGKILL, 0)
