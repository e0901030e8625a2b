"""The playhead, by a clock that the test winds."""

from pathlib import Path

import numpy as np
import pytest
from by_hand import frame
from fake_predictor import FRAME_PX

from desktop_app.controllers.playback import Player
from desktop_app.session.playback import Clip
from desktop_app.session.state import Session


@pytest.fixture
def session() -> Session:
    """A clip of 25 frames a second, starting at seven seconds."""
    session = Session()
    session.open(Clip(Path("clip.mp4"), np.arange(50) / 25 + 7, FRAME_PX, 25.0))
    return session


def test_the_playhead_follows_the_clock_however_rarely_it_ticks(session: Session) -> None:
    player = Player(session)
    session.play(True)
    for now_s, expected in ((100.0, 0), (100.01, 0), (100.2, 5), (101.0, 25), (101.98, 49)):
        player.tick(now_s)
        assert session.playback.index == expected
    player.tick(102.05)
    assert session.playback.index == 0, "it starts again"


def test_a_seek_while_playing_is_kept(session: Session) -> None:
    player = Player(session)
    session.play(True)
    player.tick(100.0)
    session.seek(30)
    player.tick(100.5)
    player.tick(100.7)
    assert session.playback.index in (34, 35)


def test_frames_that_are_a_little_late_are_shown_one_after_the_other(session: Session) -> None:
    player = Player(session)
    session.play(True)
    session.put_frame(frame(0))
    player.tick(100.0)
    player.tick(100.09)  # two are due
    player.tick(100.09)
    assert session.playback.index == 1, "the next waits until this one is there"
    session.put_frame(frame(1))
    player.tick(100.09)
    assert session.playback.index == 2
    session.put_frame(frame(2))
    player.tick(100.09)
    assert session.playback.index == 2, "nothing comes before its time"
    session.set_speed(4)
    player.tick(100.1)
    player.tick(100.14)
    assert session.playback.index == 6, "no screen shows a hundred frames a second"


def test_without_repeat_it_stops_on_the_last_frame(session: Session) -> None:
    session.set_repeat(False)
    player = Player(session)
    session.play(True)
    player.tick(100.0)
    player.tick(109.0)
    assert (session.playback.index, session.playback.playing) == (49, False)


def test_backwards_the_playhead_goes_back_at_the_speed_asked_for(session: Session) -> None:
    player = Player(session)
    session.seek(40)
    session.set_speed(2)
    session.shuttle(-1)
    player.tick(10.0)
    for now_s, expected in ((10.001, 40), (10.12, 34), (10.5, 15)):
        player.tick(now_s)
        assert session.playback.index == expected
    player.tick(11.0)
    assert session.playback.index == 49, "it starts again at the end"
    session.set_repeat(False)
    session.seek(1)
    player.tick(20.0)
    player.tick(21.0)
    assert (session.playback.index, session.playback.playing) == (0, False)
