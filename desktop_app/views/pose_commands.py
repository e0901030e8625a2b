"""The commands of the menu *Pose*: poses as a whole, and key frames."""

from functools import partial
from typing import TYPE_CHECKING

from desktop_app.session.grip import Ask
from desktop_app.session.presets import PRESETS
from desktop_app.views import dialogs
from desktop_app.views.actions import Command

if TYPE_CHECKING:
    from desktop_app.views.window import Window


def pose_commands(window: "Window") -> list[Command]:
    """In the order of the menu."""
    session, commands = window.session, window.commands

    def load_moves() -> None:
        if path := dialogs.choose_motion(window):
            commands.load_moves(path)

    def paste() -> None:
        if session.copied:
            session.take_pose(session.copied)

    def symmetric() -> None:
        session.show(symmetric=not session.display.symmetric)

    return [
        Command("copy_pose", "Copy Pose", ("Ctrl+Shift+C",), session.copy_pose, "Pose"),
        Command("paste_pose", "Paste Pose", ("Ctrl+Shift+V",), paste, "Pose"),
        Command("mirror_pose", "Mirror Pose", ("Ctrl+M",), session.mirror_pose, "Pose"),
        Command("symmetric", "Edit Both Sides Alike", ("M",), symmetric, "Pose"),
        Command("plausible", "Make Plausible", ("Ctrl+L",), partial(session.grip.ask, Ask.PLAUSIBLE), "Pose", True),
        Command("imagined", "Imagine a Pose", ("Ctrl+Shift+L",), partial(session.grip.ask, Ask.IMAGINED), "Pose"),
        Command("recorded", "A Recorded Pose", ("Ctrl+Shift+G",), lambda: commands.random_pose(), "Pose"),
        Command("load_moves", "Motion From a File...", (), load_moves, "Pose"),
        *(
            Command(f"preset_{i}", pose.name, (), partial(session.take_pose, pose), "Pose", i == 0)
            for i, pose in enumerate(PRESETS)
        ),
        Command("interpolate", "Fill Between Edited Frames", ("Ctrl+I",), session.interpolate, "Pose", True),
        Command("reset_range", "Reset All Edited Frames", (), session.reset_range, "Pose"),
    ]
