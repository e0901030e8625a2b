"""A session of several clips, as tests use it."""

from pathlib import Path

from desktop_app.application import Studio

ANGLE = (11, 0)


def there(folder: Path, *names: str) -> list[Path]:
    """Files, each with other bytes in it."""
    for name in names:
        (folder / name).write_bytes(name.encode())
    return [folder / name for name in names]


def names(studio: Studio) -> list[str]:
    """In the order of the list."""
    return [item.kept.name for item in studio.session.clips.items]


def number(studio: Studio, name: str) -> int:
    """Of a clip."""
    return next(item.number for item in studio.session.clips.items if item.kept.name == name)


def on_show(studio: Studio, qtbot, name: str) -> None:
    """Wait until it is, with a prediction."""
    session = studio.session
    qtbot.waitUntil(lambda: session.clip is not None and session.clip.path.name == name)
    qtbot.waitUntil(lambda: session.prediction is not None)


def show(studio: Studio, qtbot, name: str) -> None:
    """Show a clip of the list."""
    studio.window.commands.show_clip(number(studio, name))
    on_show(studio, qtbot, name)


def edited(studio: Studio, value: float) -> None:
    """The elbow of the frame on show."""
    studio.session.edit_angle(ANGLE, value)


def press(studio: Studio, qtbot, name: str) -> None:
    """A line of a menu, once it is enabled."""
    qtbot.waitUntil(studio.window.actions_[name].isEnabled)
    studio.window.actions_[name].trigger()


def three_clips(make_studio, qtbot, tmp_path: Path) -> Studio:
    """Three clips, the first on show."""
    there(tmp_path, "clip.mp4", "second.mp4", "third.mp4")
    studio = make_studio()
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.window.commands.add_clips([tmp_path / "second.mp4", tmp_path / "third.mp4"])
    on_show(studio, qtbot, "second.mp4")
    show(studio, qtbot, "clip.mp4")
    qtbot.waitUntil(lambda: all(item.kept.clip.frames for item in studio.session.clips.items))
    return studio
