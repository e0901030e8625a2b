"""Five hundred random actions of a person in the real window, in several clips: no exception, no thread left, no edit
lost."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fake_predictor import FakePredictor
from PySide6.QtCore import QCoreApplication, QEvent

from core_model.skeleton import NUM_PARTS, NUM_SHAPE
from desktop_app.application import Studio
from desktop_app.session.grip import Ask
from desktop_app.session.staging import Behind, Ground

ACTIONS = 500
UNSAFE = {"quit", "save", "full", "shortcuts", "about"}
"""Commands that open a dialog, or end it all."""


def state(studio: Studio) -> tuple[object, ...]:
    """All that undo answers for."""
    session = studio.session
    edits = {i: (dict(edit.angles_rad), dict(edit.orbit), edit.filled) for i, edit in session.edits.items()}
    return edits, session.stage.staging, session.correcting.made


class Person:
    """Does this and that."""

    def __init__(self, studio: Studio, seed: int) -> None:
        self.studio, self.rng = studio, np.random.default_rng(seed)
        window, session = studio.window, studio.session
        self._commands = [c for c in window.command_list if c.name not in UNSAFE and not c.text.endswith("...")]
        self._rows = [*window.pose.rows.values(), *window.camera.rows.values()]
        self._deeds: list[Callable[[], object]] = [
            self._press, self._press, self._drag, self._drag, self._pull, self._seek, self._stage, self._correct,
            self._turn,
            lambda: session.grip.ask(self._any(list(Ask))),
            lambda: session.grip.slide(int(self.rng.integers(8)), float(self.rng.uniform(-2, 2))),
        ]  # fmt: skip

    def act(self) -> str:
        """Something."""
        deed = self._any(self._deeds)
        deed()
        return getattr(deed, "__name__", "")

    def _any(self, choices: list) -> object:
        return choices[int(self.rng.integers(len(choices)))]

    def _press(self) -> None:
        self.studio.window.actions_[self._any(self._commands).name].trigger()

    def _drag(self) -> None:
        row = self._any(self._rows)
        if row.slider.isEnabled():
            row.slider.setSliderDown(True)
            for share in self.rng.uniform(size=3):
                low, high = row.slider.minimum(), row.slider.maximum()
                row.slider.setValue(round(low + share * (high - low)))
            row.slider.setSliderDown(False)

    def _pull(self) -> None:
        grip = self.studio.session.grip
        for _ in range(3):
            grip.pull_in_frame(int(self.rng.integers(1, 21)), self.rng.uniform(0, 240, 2), bool(self.rng.integers(2)))
        grip.let_go()

    def _turn(self) -> None:
        self.studio.window.commands.show_clip(int(self.rng.integers(1, 4)))

    def _seek(self) -> None:
        self.studio.session.seek(int(self.rng.integers(60)))

    def _stage(self) -> None:
        stage, rng = self.studio.session.stage, self.rng
        deeds: list[Callable[[], object]] = [
            lambda: stage.set_shape(int(rng.integers(NUM_SHAPE)), float(rng.uniform(-1, 1))),
            lambda: stage.set_share(float(rng.uniform())),
            lambda: stage.wear_part(int(rng.integers(NUM_PARTS)), self._any(list(stage.outfits))),
            lambda: stage.set_behind(Behind(Ground.COLOUR, rgb=(1, 2, 3))),
            self.studio.session.wear_frame,
            stage.reset,
        ]
        self._any(deeds)()

    def _correct(self) -> None:
        session, rng = self.studio.session, self.rng
        if rng.integers(2):
            session.exchange_sides()
        elif session.frame:
            x, y, side = rng.uniform(0, 100, 3)
            session.correcting.set_crop(session.frame.index, (x, y, x + side + 20, y + side + 20))


@pytest.mark.timeout(300)
def test_whatever_is_done_can_be_undone_and_done_again(make_studio, qtbot, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("clip.mp4", "second.mp4", "third.mp4")]
    for path in paths:
        path.write_bytes(path.name.encode())
    studio = make_studio(FakePredictor(predict_s=0.002, synthesise_s=0.001))
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.window.commands.add_clips(paths[1:])
    qtbot.waitUntil(lambda: studio.session.clips.shown == 2)
    begun, person, session = state(studio), Person(studio, seed=7), studio.session
    for number in range(ACTIONS):
        person.act()
        if number % 5 == 0:
            qtbot.wait(5)
    settled(studio, qtbot)
    assert session.problem is None or not session.problem.details, session.problem  # a sentence, but no traceback
    changed = 0
    for item in session.clips.items:
        studio.window.commands.show_clip(item.number)
        qtbot.waitUntil(lambda number=item.number: session.clips.shown == number and session.opening is None)
        settled(studio, qtbot)
        done = state(studio)
        changed += done != begun
        while session.history.undo_label is not None:
            session.undo()
        assert state(studio) == begun
        while session.history.redo_label is not None:
            session.redo()
        assert state(studio) == done
        settled(studio, qtbot)
    assert changed > 1


def settled(studio: Studio, qtbot) -> None:
    """Nothing plays, nothing is computed."""
    session = studio.session
    session.play(False)
    studio.analyser.cancel()
    qtbot.waitUntil(lambda: session.grip.wish is None and not session.image_expected, timeout=20_000)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
