"""The journal read as it grows is the journal read at once; what is told twice counts once; torn lines do no harm."""

import json
import math
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core_model.run_record import Record
from core_model.training.events import Event, Finished, Judged, Preview, Saved, Shrunk, Step
from core_model.training.journal import Journal, JournalReader, event_of, line_of
from core_model.training.preview import thin
from core_model.training.trainer import train

NOTHING = np.zeros((0, 0, 3), np.uint8)


def step(number: int, **losses: float) -> Step:
    return Step(number, {**losses, "total": sum(losses.values())}, 1e-3, 31.25, 0.03, 512.0)


def events(first: int, last: int) -> list[Event]:
    """What a run may tell between two steps."""
    told: list[Event] = []
    for number in range(first, last + 1):
        told += [Shrunk(number - 1, 2)] if number == 3 else []
        told.append(step(number, heat=1 / number, **({"time": 0.5} if number > 4 else {})))
        if number % 5 == 0:
            told.append(Judged(number, {"pck_2d": float(number), "score": math.nan}, best=number < 20))
            told.append(Preview(number, Path(f"run/previews/step_{number:06d}.jpg"), NOTHING, ("image", "parts")))
            told.append(Saved(number, Path("run/encoder.safetensors")))
    return told


def write(folder: Path, begun: int, told: Iterable[Event]) -> None:
    journal = Journal(folder, begun)
    for event in told:
        journal.record(event)
    journal.close()


def whole(folder: Path) -> Record:
    reader = JournalReader(folder)
    while reader.read():
        pass
    return reader.record


def plain(record: Record) -> dict[str, Any]:
    """To be compared; of the notes only what was said."""
    curves = {name: (curve.steps.tolist(), curve.values.tolist()) for name, curve in sorted(record.curves.items())}
    rest = {name: getattr(record, name) for name in ("saved", "best", "shots", "step", "finished")}
    return json.loads(json.dumps({"curves": curves, **rest}, default=str))


def test_read_piece_by_piece_it_is_what_it_is_at_once(tmp_path: Path) -> None:
    write(tmp_path, 0, events(1, 30))
    data = (tmp_path / "journal.jsonl").read_bytes()
    growing = tmp_path / "growing"
    growing.mkdir()
    reader, rng, done = JournalReader(growing), np.random.default_rng(0), 0
    assert not reader.read()
    while done < len(data):
        done = min(len(data), done + int(rng.integers(1, 300)))  # lines are torn all the time
        (growing / "journal.jsonl").write_bytes(data[:done])
        reader.read()
    assert str(plain(reader.record)) == str(plain(whole(tmp_path)))  # NaN is not equal to itself
    assert reader.record.notes == whole(tmp_path).notes
    assert not reader.read()


def test_what_is_told_again_after_a_resume_replaces_what_was_told_before(tmp_path: Path) -> None:
    write(tmp_path / "parts", 0, events(1, 23))
    read = JournalReader(tmp_path / "parts")
    while read.read():
        pass
    frozen = read.record
    before = str(plain(frozen))
    write(tmp_path / "parts", 12, [*events(13, 30), Finished(30, Path("run/encoder.safetensors"))])
    while read.read():
        pass
    write(tmp_path / "once", 0, [*events(1, 30), Finished(30, Path("run/encoder.safetensors"))])
    assert str(plain(read.record)) == str(plain(whole(tmp_path / "once")))
    assert str(plain(frozen)) == before, "what was handed out has changed"
    assert read.record.finished
    assert any("Goes on from step 12" in note.text for note in read.record.notes)


def test_a_line_torn_by_a_kill_spoils_nothing(tmp_path: Path) -> None:
    write(tmp_path / "torn", 0, events(1, 8))
    file = tmp_path / "torn" / "journal.jsonl"
    file.write_bytes(file.read_bytes() + line_of(step(9, heat=7.0)).encode()[:40])
    write(tmp_path / "torn", 8, events(9, 12))
    write(tmp_path / "whole", 0, events(1, 12))
    assert str(plain(whole(tmp_path / "torn"))) == str(plain(whole(tmp_path / "whole")))


def test_another_run_in_the_same_folder_is_read_anew(tmp_path: Path) -> None:
    write(tmp_path, 0, events(1, 30))
    reader = JournalReader(tmp_path)
    reader.read()
    (tmp_path / "journal.jsonl").unlink()
    write(tmp_path, 0, events(1, 3))
    reader.read()
    assert str(plain(reader.record)) == str(plain(whole(tmp_path)))
    assert reader.record.step == 3


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 0.1, -3e-30])
def test_every_number_survives(value: float, tmp_path: Path) -> None:
    line = line_of(step(1, heat=value))
    json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    write(tmp_path, 0, [step(1, heat=value)])
    np.testing.assert_allclose(whole(tmp_path).last("loss/heat"), value, rtol=1e-7)


@pytest.mark.parametrize("event", [e for e in events(1, 5) if not isinstance(e, Step | Preview)], ids=repr)
def test_events_are_read_as_they_were_told(event: Event) -> None:
    assert repr(event_of(json.loads(line_of(event)))) == repr(event)


def test_values_are_found_by_step(tmp_path: Path) -> None:
    write(tmp_path, 0, events(1, 12))
    record = whole(tmp_path)
    assert (record.at("held_out/pck_2d", 9), record.last("held_out/pck_2d")) == (5.0, 10.0)
    assert math.isnan(record.at("held_out/pck_2d", 4))
    assert math.isnan(record.at("loss/nothing", 4))
    assert np.isnan(record.curves["loss/time"].values[:4]).all()  # a term that came later
    assert record.curves["loss/time"].values[4:].tolist() == [0.5] * 8


def test_a_real_run_keeps_it(setting: Any) -> None:
    config = setting.with_held_out(judge_every=1, preview_every=2)
    told = [e for e in train(config) if isinstance(e, Step)]
    record = whole(Path(config.folder))
    assert record.curves["loss/total"].values.tolist() == pytest.approx([e.losses["total"] for e in told])
    assert record.curves["held_out/pck_2d"].steps.tolist() == [1, 2]
    assert [(shot.step, shot.file) for shot in record.shots] == [(2, "step_000002.jpg")]
    assert record.finished


def test_a_long_run_leaves_few_pictures_and_the_newest_are_the_closest(tmp_path: Path) -> None:
    for number in range(1, 1001):
        (tmp_path / f"step_{250 * number:06d}.jpg").touch()
        thin(tmp_path, 40)
        assert len(list(tmp_path.iterdir())) <= 40
    steps = sorted(int(file.stem[5:]) for file in tmp_path.iterdir())
    assert steps[-1] == 250_000
    gaps = np.diff(steps)
    assert len(steps) >= 20
    assert gaps[-1] == 250
    assert (np.diff(gaps) <= 0).all()


def test_reading_needs_no_torch() -> None:
    code = "import sys, core_model.training.journal; print('torch' in sys.modules, 'cv2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
