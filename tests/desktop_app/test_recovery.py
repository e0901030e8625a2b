"""Unsaved changes outlive a window that is killed; windows leave each other's alone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from fake_core import fake_core
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox

from desktop_app.application import Studio
from desktop_app.controllers.aside import left_asides, new_aside

ANGLE = (11, 0)
HERE = Path(__file__).resolve()


def press(box: QMessageBox | None, text: str) -> None:
    """A button of a small window."""
    assert box is not None
    next(b for b in box.buttons() if b.text().replace("&", "") == text).click()


def changed(studio: Studio, qtbot, value: float = 0.3) -> None:
    """An edit, kept aside."""
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.session.edit_angle(ANGLE, value)
    studio.autosaver.tick()


def asides(folder: Path) -> list[Path]:
    """Whole files."""
    return [path for path in (folder / "aside").glob("*.puppetpose") if not path.name.startswith(".")]


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A folder in which a window was killed after an edit."""
    (tmp_path / "clip.mp4").write_bytes(b"a video")
    environment = {**os.environ, "PYTHONPATH": f"{HERE.parents[2]}{os.pathsep}{HERE.parent}"}
    with subprocess.Popen([sys.executable, str(HERE), str(tmp_path)], env=environment) as process:
        end_s = time.monotonic() + 60
        while not asides(tmp_path) and time.monotonic() < end_s:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert asides(tmp_path)
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_window_loses_nothing(killed: Path, make_studio, qtbot) -> None:
    studio = make_studio(clip=None)
    qtbot.waitUntil(lambda: studio.window.questions.box is not None)
    assert "changes of clip.mp4" in studio.window.questions.box.text()
    press(studio.window.questions.box, "Recover")
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    assert studio.session.edit.angles_rad == {ANGLE: 0.3}
    assert studio.session.modified
    assert asides(killed), "until it is saved"
    saved = killed / "a.puppetpose"
    studio.keeper.save(saved)
    qtbot.waitUntil(lambda: not asides(killed))
    assert saved.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_again_before_anything_changed_it_is_still_there(killed: Path, make_studio, qtbot) -> None:
    first = make_studio(clip=None)
    qtbot.waitUntil(lambda: first.window.questions.box is not None)
    press(first.window.questions.box, "Recover")
    qtbot.waitUntil(lambda: first.session.modified)
    first.autosaver.tick()
    assert len(asides(killed)) == 1
    changed(first, qtbot, 0.5)
    qtbot.wait(100)
    assert len(asides(killed)) == 1, "it is this window's now"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("answer", ["Discard", "Later"])
def test_what_is_not_recovered(killed: Path, make_studio, qtbot, answer: str) -> None:
    studio = make_studio()
    qtbot.waitUntil(lambda: studio.window.questions.box is not None)
    press(studio.window.questions.box, answer)
    qtbot.waitUntil(lambda: studio.window.questions.box is None)
    studio.window.close()
    assert bool(asides(killed)) == (answer == "Later")
    again = make_studio()
    qtbot.wait(150)
    assert (again.window.questions.box is not None) == (answer == "Later")


def test_a_window_that_lives_keeps_its_own(make_studio, qtbot, tmp_path: Path) -> None:
    first = make_studio()
    changed(first, qtbot)
    qtbot.waitUntil(lambda: len(asides(tmp_path)) == 1)
    second = make_studio()
    qtbot.wait(150)
    assert second.window.questions.box is None
    changed(second, qtbot)
    qtbot.waitUntil(lambda: len(asides(tmp_path)) == 2)


def test_nothing_stays_of_what_is_saved_undone_or_closed(make_studio, qtbot, tmp_path: Path) -> None:
    studio = make_studio()
    changed(studio, qtbot)
    qtbot.waitUntil(lambda: bool(asides(tmp_path)))
    studio.session.undo()
    qtbot.waitUntil(lambda: not asides(tmp_path))
    changed(studio, qtbot)
    qtbot.waitUntil(lambda: bool(asides(tmp_path)))
    studio.keeper.save(tmp_path / "a.puppetpose")
    qtbot.waitUntil(lambda: not asides(tmp_path))
    changed(studio, qtbot, 0.4)
    qtbot.waitUntil(lambda: bool(asides(tmp_path)))
    studio.window.close()
    studio.window.unsaved.button(QMessageBox.StandardButton.Discard).click()
    qtbot.waitUntil(lambda: not studio.window.isVisible())
    assert not list((tmp_path / "aside").iterdir())


def test_what_cannot_be_kept_aside_is_said_once(make_studio, qtbot, tmp_path: Path) -> None:
    (tmp_path / "aside").write_text("in the way")
    studio = make_studio()
    changed(studio, qtbot)
    qtbot.waitUntil(lambda: studio.session.problem is not None)
    assert "Ctrl+S" in studio.session.problem.todo
    studio.session.report(None)
    studio.autosaver.tick()
    qtbot.wait(100)
    assert studio.session.problem is None


def test_what_nobody_can_read_is_not_offered(make_studio, qtbot, tmp_path: Path) -> None:
    (tmp_path / "aside").mkdir()
    (tmp_path / "aside" / "half.puppetpose").write_bytes(b"PK")
    studio = make_studio()
    qtbot.waitUntil(lambda: not asides(tmp_path))
    assert studio.window.questions.box is None


def test_a_locked_file_is_not_left(tmp_path: Path) -> None:
    mine = new_aside(tmp_path)
    mine.file.write_bytes(b"")
    assert not left_asides(tmp_path)
    mine.release()
    (left,) = left_asides(tmp_path)
    left.remove()
    assert not list(tmp_path.iterdir())


def test_what_a_killed_window_left_half_done_goes(tmp_path: Path) -> None:
    for name in (".ab.part.puppetpose", "ab.lock", "cd.lock"):
        (tmp_path / name).touch()
    assert not left_asides(tmp_path)
    assert not list(tmp_path.iterdir())


def test_it_takes_a_small_share_of_the_time(make_studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    studio, written = make_studio(), []

    def write(path: Path, snapshot: object) -> None:
        time.sleep(0.6)
        written.append(path)

    monkeypatch.setattr(studio.autosaver._archive, "write", write)
    changed(studio, qtbot)
    qtbot.waitUntil(lambda: len(written) == 1)
    changed(studio, qtbot, 0.4)
    qtbot.wait(800)
    assert len(written) == 1


def test_the_window_does_not_wait_for_it(make_studio, qtbot, monkeypatch, tmp_path: Path) -> None:
    studio = make_studio()
    write, write_s = studio.autosaver._archive.write, 0.5

    def slow(path: Path, snapshot: object) -> None:
        time.sleep(write_s)
        write(path, snapshot)

    monkeypatch.setattr(studio.autosaver._archive, "write", slow)
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: bool(studio.session.results.state.all()) and not studio.session.analysis.running)
    changed(studio, qtbot)
    stamps: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: stamps.append(time.perf_counter()))
    timer.start(5)
    for value in np.linspace(0.4, 0.6, 5):
        studio.session.edit_angle(ANGLE, float(value))
        studio.autosaver.tick()
        qtbot.wait(100)
    timer.stop()
    assert np.percentile(np.diff(stamps), 90) < write_s / 2


def _edit_and_wait(folder: Path) -> None:
    """The program that is killed: a window with an edit that nobody saved."""
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    settings = QSettings(str(folder / "killed.ini"), QSettings.Format.IniFormat)
    studio = Studio(fake_core(), settings, folder / "aside")
    studio.window.show()
    studio.keeper.open(folder / "clip.mp4")

    def edit() -> None:
        if studio.session.prediction is not None and not studio.session.edits:
            studio.session.edit_angle(ANGLE, 0.3)
            studio.autosaver.tick()

    studio.bridge.every(0.02, edit)
    app.exec()


if __name__ == "__main__":
    _edit_and_wait(Path(sys.argv[1]))
