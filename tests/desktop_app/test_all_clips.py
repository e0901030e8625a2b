"""All clips of a session are analysed one after another."""

from dataclasses import replace
from pathlib import Path

from fake_core import fake_core
from fake_predictor import FakeReader, fake_open

from core_model.errors import MediaError
from desktop_app.application import Studio


def opened(make_studio, qtbot, folder: Path, *others: str, **changed: object) -> Studio:
    """A session of the first clip and others."""
    for name in ("clip.mp4", *others):
        (folder / name).write_bytes(name.encode())
    studio = make_studio(core=replace(fake_core(), **changed))
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.window.commands.add_clips([folder / name for name in others])
    qtbot.waitUntil(lambda: len(studio.session.clips.items) == 1 + len(others) and not studio.session.opening)
    return studio


def looked_at(studio: Studio) -> list[bool]:
    """Whether all of each clip was."""
    left = studio.session.clips.unfinished()
    return [item.number not in left for item in studio.session.clips.items]


def test_each_is_looked_at_in_turn(make_studio, qtbot, tmp_path: Path) -> None:
    studio = opened(make_studio, qtbot, tmp_path, "second.mp4", "third.mp4")
    assert looked_at(studio) == [False] * 3
    studio.window.actions_["analyse_all"].trigger()
    qtbot.waitUntil(lambda: looked_at(studio) == [True] * 3)
    qtbot.waitUntil(lambda: not studio.session.analysis.running)
    studio.window.actions_["analyse_all"].trigger()
    assert not studio.session.analysis.running, "nothing is looked at twice"


def test_cancelled_it_ends_and_what_was_seen_stays(make_studio, qtbot, tmp_path: Path) -> None:
    studio = opened(make_studio, qtbot, tmp_path, "second.mp4", "third.mp4")
    studio.window.actions_["analyse_all"].trigger()
    qtbot.waitUntil(lambda: studio.session.analysis.running)
    shown = studio.session.clips.shown
    studio.window.actions_["cancel"].trigger()
    qtbot.wait(100)
    assert not studio.session.analysis.running
    assert studio.session.clips.shown == shown
    assert not all(looked_at(studio))


def test_another_clip_shown_meanwhile_ends_it(make_studio, qtbot, tmp_path: Path) -> None:
    studio = opened(make_studio, qtbot, tmp_path, "second.mp4", "third.mp4")
    first = studio.session.clips.items[0].number
    studio.window.actions_["analyse_all"].trigger()
    qtbot.waitUntil(lambda: studio.session.analysis.running)
    studio.window.commands.show_clip(first)
    qtbot.waitUntil(lambda: studio.session.clips.shown == first and not studio.session.opening)
    qtbot.wait(100)
    assert studio.session.clips.shown == first
    assert not studio.session.analysis.running


def test_a_broken_one_is_marked_and_the_rest_goes_on(make_studio, qtbot, tmp_path: Path) -> None:
    broken: list[str] = []

    def open_video(path: Path) -> FakeReader:
        if path.name in broken:
            raise MediaError(f"{path.name} is not a video.", "Choose another.")
        return fake_open(path)

    studio = opened(make_studio, qtbot, tmp_path, "second.mp4", "third.mp4", open_video=open_video)
    broken.append("third.mp4")
    studio.window.actions_["analyse_all"].trigger()
    qtbot.waitUntil(lambda: not studio.session.analysis.running and any(i.trouble for i in studio.session.clips.items))
    trouble = {item.kept.name: bool(item.trouble) for item in studio.session.clips.items}
    assert trouble == {"clip.mp4": False, "second.mp4": False, "third.mp4": True}
    assert not studio.session.clips.unfinished()
