"""Slow panes leave time to the rest; labels do not have the window laid out anew; clips for measurements are so."""

import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from core_model.assets import assets_dir
from core_model.data.video import open_video
from desktop_app.application import Studio
from desktop_app.long_clips import enlarged, repeated
from desktop_app.views.cadence import Cadence, Turns
from desktop_app.views.pane import show_progress, steady

CLIP = assets_dir() / "clips/tfjs_pose_1.mp4"


def test_the_longer_it_takes_the_rarer_it_is_due() -> None:
    cadence = Cadence(share=0.1)
    assert cadence.due
    begun = time.monotonic()
    with cadence.drawing():
        time.sleep(0.02)
    while not cadence.due:
        time.sleep(0.001)
    assert time.monotonic() - begun >= 0.2


def test_everybody_has_a_turn_however_slow() -> None:
    seen: list[str] = []

    def slow(name: str):
        def call(_: None) -> None:
            seen.append(name)
            time.sleep(0.008)

        return call

    turns = Turns[None]([slow("a"), slow("b"), slow("c")])
    for _ in range(3):
        for call in turns.now():
            call(None)
    assert seen == ["a", "b", "c"]
    quick = Turns[None](seen.append for _ in range(3))
    assert len(list(quick.now())) == 3


def test_all_panes_are_up_to_date_once_the_clip_stands(studio: Studio, qtbot) -> None:
    session = studio.session
    session.play(True)
    qtbot.waitUntil(lambda: session.playback.index > 3)
    session.play(False)
    session.seek(2)
    qtbot.waitUntil(lambda: session.prediction is not None and session.frame.index == 2)
    qtbot.waitUntil(lambda: studio.window.parts._prediction is session.prediction)


def test_a_steady_label_keeps_its_room(qtbot) -> None:
    holder, label = QWidget(), steady()
    qtbot.addWidget(holder)
    row = QHBoxLayout(holder)
    row.addWidget(label)
    label.setText("12 of 345")
    room = label.minimumWidth()
    assert room >= label.sizeHint().width()
    label.setText("1 of 345")
    assert label.minimumWidth() == room
    label.setText("12 of 345 analysed, and more")
    assert label.minimumWidth() >= label.sizeHint().width() > room
    label.setText("")
    assert label.maximumWidth() == 0


def test_a_bar_shows_what_is_done(qtbot) -> None:
    bar = QProgressBar()
    qtbot.addWidget(bar)
    show_progress(bar, 3, 7)
    assert (bar.value(), bar.maximum(), bar.updatesEnabled()) == (3, 7, True)


def test_a_clip_is_made_longer_and_larger(tmp_path: Path) -> None:
    with open_video(CLIP) as clip, open_video(repeated(CLIP, tmp_path / "long.mp4", 9.0)) as longer:
        count, first, again = len(clip.pts_s), clip.frame(5), longer.frame(5 + len(clip.pts_s))
        assert len(longer.pts_s) % count == 0
        assert longer.pts_s[-1] == pytest.approx(len(longer.pts_s) / clip.fps, rel=0.02)
        assert longer.pts_s[-1] > 8.9
        assert (first == again).all()
    with open_video(enlarged(CLIP, tmp_path / "large.mp4", (640, 360), 0.2)) as larger:
        assert larger.frame_size_px == (640, 360)
        assert len(larger.pts_s) == 6
