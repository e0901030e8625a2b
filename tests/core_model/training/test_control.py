"""What is asked of a run in its folder is done, costs nothing of what is learnt, and its folder tells the truth."""

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core_model.commands import runs
from core_model.errors import ConfigError
from core_model.training import control, desk, events, machine
from core_model.training.config import TrainConfig
from core_model.training.control import Ask, Phase, ask, pending, read_status, status, wish, write_status
from core_model.training.machine import Company
from core_model.training.run import BEFORE, STATE
from core_model.training.trainer import train
from tests.core_model.training.test_trainer import learnt, same


def told(folder: Path) -> control.RunStatus:
    found = status(folder)
    assert found is not None
    return found


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_paused_no_step_is_taken_and_what_is_learnt_is_the_same(setting: Any) -> None:
    list(train(whole := setting.config("whole", steps=3)))
    config, seen = setting.config("parts", steps=3), []
    folder = Path(config.folder)

    def work() -> None:
        for event in train(config):
            seen.append(event)
            if event == seen[0]:
                ask(folder, Ask.PAUSE)

    thread = threading.Thread(target=work)
    thread.start()
    until(lambda: isinstance(seen[-1:][0] if seen else None, events.Paused))
    used_s, start_s = time.process_time(), time.monotonic()
    time.sleep(1.0)
    idle = (time.process_time() - used_s) / (time.monotonic() - start_s)
    paused = told(folder)
    ask(folder, Ask.RESUME)
    thread.join(60)
    assert (paused.phase, paused.step, paused.saved_step, paused.pid) == (Phase.PAUSED, 1, 1, os.getpid())
    assert idle < 0.3
    assert [type(e).__name__ for e in seen] == ["Step", "Saved", "Paused", "Resumed", "Step", "Step", "Finished"]
    assert same(learnt(whole), learnt(config))
    assert (told(folder).phase, told(folder).step) == (Phase.FINISHED, 3)


def test_a_run_that_was_stopped_goes_on_as_if_it_was_not(setting: Any) -> None:
    list(train(whole := setting.config("whole", steps=3)))
    config = setting.config("parts", steps=3)
    folder, kinds = Path(config.folder), []
    for event in train(config):
        kinds.append(type(event).__name__)
        if kinds == ["Step"]:
            ask(folder, Ask.STOP)
    assert kinds == ["Step", "Saved", "Stopped"]
    assert (told(folder).phase, told(folder).step, pending(folder)) == (Phase.STOPPED, 1, frozenset())
    with pytest.raises(ConfigError, match="it is stopped"):
        ask(folder, Ask.PAUSE)
    list(train(config))
    assert same(learnt(whole), learnt(config))


def test_a_paused_run_can_be_stopped_and_a_checkpoint_asked_for(setting: Any) -> None:
    config, kinds = setting.config(steps=9), []
    folder = Path(config.folder)
    for event in train(config):
        kinds.append(type(event).__name__)
        match event:
            case events.Step(step=1):
                ask(folder, Ask.CHECKPOINT)
            case events.Step(step=2):
                ask(folder, Ask.PAUSE)
            case events.Paused():
                ask(folder, Ask.STOP)
    assert kinds == ["Step", "Saved", "Step", "Saved", "Paused", "Stopped"]
    assert told(folder).saved_step == 2


def test_discarding_takes_the_run_away_and_nothing_else(setting: Any) -> None:
    config = setting.config(steps=9, save_every_s=0.0)
    folder = Path(config.folder)
    for event in train(config):
        if isinstance(event, events.Saved):
            (folder / "notes.txt").write_text("mine")
            wish(folder, Ask.DISCARD)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    list(train(other := setting.config("other", steps=1)))
    wish(Path(other.folder), Ask.DISCARD)  # nobody works on it
    assert not Path(other.folder).exists()


def test_a_state_that_was_cut_short_gives_way_to_the_one_before(setting: Any) -> None:
    list(train(whole := setting.config("whole", steps=4)))
    config = setting.config("parts", steps=4, save_every_s=0.0)
    folder = Path(config.folder)
    for event in train(config):
        if event == events.Saved(2, folder / "encoder.safetensors"):
            break
    state = folder / STATE
    state.write_bytes(state.read_bytes()[:1000])
    assert (folder / BEFORE).exists()
    steps = [e.step for e in train(config) if isinstance(e, events.Step)]
    assert steps == [2, 3, 4]
    assert same(learnt(whole), learnt(config))


def test_two_never_train_into_one_folder(setting: Any) -> None:
    run = train(config := setting.config())
    next(run)
    with pytest.raises(ConfigError, match=rf"Another process \(process {os.getpid()} on .* trains in"):
        next(train(config))
    assert told(Path(config.folder)).phase is Phase.RUNNING
    run.close()
    assert told(Path(config.folder)).phase is Phase.STOPPED
    list(train(config))


def test_a_second_run_on_the_machine_is_refused_or_waits(setting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_LOOK_EVERY_S", 0.01)
    first = train(setting.config("first"), Company.REFUSE)
    next(first)
    with pytest.raises(ConfigError, match=r"first goes on on this machine\. Wait for it to end, or"):
        next(train(setting.config("second"), Company.REFUSE))
    assert told(setting.tmp / "second").phase is Phase.FAILED
    list(train(setting.config("beside")))
    waiting = train(setting.config("second"), Company.QUEUE)
    assert isinstance(next(waiting), events.Waiting)
    assert told(setting.tmp / "second").phase is Phase.WAITING
    ask(setting.tmp / "second", Ask.STOP)
    assert list(waiting) == []
    waiting = train(setting.config("second"), Company.QUEUE)
    next(waiting)
    first.close()
    assert isinstance(list(waiting)[-1], events.Finished)


def test_people_that_are_not_there_are_rendered_first(setting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from core_model.data.people import renderer
    from tests.core_model.training.conftest import person_of_noise

    class Quick:
        def __init__(self, seed: int, **_: object) -> None:
            import numpy as np

            self.rng = np.random.default_rng(seed)

        def sample(self) -> Any:
            return person_of_noise(self.rng)

    monkeypatch.setattr(renderer, "PeopleRenderer", Quick)
    config = setting.config(people=5, pool=str(setting.tmp / "run" / "people"), preview_every=2)
    made = [event for event in train(config) if isinstance(event, events.Preparing)]
    assert [(e.done, e.total) for e in made] == [*((n, 5) for n in range(1, 6)), (1, 2), (2, 2)]
    assert told(setting.tmp / "run").phase is Phase.FINISHED
    assert not [e for e in train(config) if isinstance(e, events.Preparing)]


def test_a_pause_before_the_first_step_is_told_too(tmp_path: Path) -> None:
    config = TrainConfig(folder=str(tmp_path))
    with desk.Desk(config) as held:
        held.record(events.Preparing("Renders people to learn from.", 3, 9))
        ask(tmp_path, Ask.PAUSE)
        waits = threading.Thread(target=held.attend)
        waits.start()
        until(lambda: told(tmp_path).phase is Phase.PAUSED)
        assert "resumed" in told(tmp_path).message
        ask(tmp_path, Ask.RESUME)
        waits.join(10)
        found = told(tmp_path)
        assert (found.phase, found.message, found.done) == (Phase.PREPARING, "Renders people to learn from.", 3)


def test_what_goes_wrong_stands_in_the_status(setting: Any) -> None:
    with pytest.raises(ConfigError):
        next(train(setting.config(start_from="")))
    found = told(setting.tmp / "run")
    assert found.phase is Phase.FAILED
    assert "nothing to start from" in found.message
    assert status(setting.tmp) is None


def test_it_tells_that_it_lives_while_a_step_takes_long(setting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "_EVERY_S", 0.05)
    run = train(config := setting.config())
    next(run)
    first = told(Path(config.folder)).updated_s
    until(lambda: told(Path(config.folder)).updated_s > first + 0.1)
    run.close()
    assert not [t for t in threading.enumerate() if t.name == "how a run stands"]


HOLDS = """
import sys, time
from pathlib import Path
from core_model.training.config import TrainConfig
from core_model.training.desk import Desk
desk = Desk(TrainConfig(folder=sys.argv[1]))
print("there", flush=True)
time.sleep(60)
"""


def test_a_process_that_is_gone_without_a_word_is_known(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    with process:
        assert process.stdout.readline() == "there\n"
        assert (told(tmp_path).phase, told(tmp_path).pid) == (Phase.PREPARING, process.pid)
        process.send_signal(signal.SIGKILL)
    assert told(tmp_path).phase is Phase.LOST
    assert "gone without a word" in told(tmp_path).message


def test_a_run_on_another_machine_is_lost_when_it_is_silent(tmp_path: Path) -> None:
    far = control.RunStatus(Phase.RUNNING, host=f"not-{socket.gethostname()}", updated_s=time.time())
    write_status(tmp_path, far)
    assert told(tmp_path).phase is Phase.RUNNING
    write_status(tmp_path, dataclasses.replace(far, updated_s=time.time() - 1000))
    assert told(tmp_path).phase is Phase.LOST
    (tmp_path / "status.json").write_text("{}")
    assert read_status(tmp_path) is None


def test_the_command_line_asks_and_tells(setting: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from core_model.__main__ import main

    run = train(config := setting.config(steps=5))
    next(run)
    assert main(["runs", config.folder, "--ask", "stop"]) == 0
    assert f"{config.folder}: running, step 1 of 5, " in capsys.readouterr().out
    assert isinstance(list(run)[-1], events.Stopped)
    assert main(["runs", config.folder, "--json"]) == 0
    assert '"phase": "stopped"' in capsys.readouterr().out
    assert main(["runs", config.folder, "--ask", "pause"]) == 2
    assert main(["runs", str(setting.tmp)]) == 2
    assert set(runs._ASKS) == {str(what) for what in Ask}
