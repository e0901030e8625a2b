"""The commands of the menu *Pose*: poses as a whole, and key frames."""

from functools import partial

from desktop_app.session.grip import Ask
from desktop_app.session.presets import PRESETS
from desktop_app.session.state import Session
from desktop_app.views.actions import Command
from desktop_app.views.commands import Commands


def pose_commands(session: Session, commands: Commands) -> list[Command]:
    """In the order of the menu."""

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
        Command("imagined", "Imagine a Pose", ("Ctrl+G",), partial(session.grip.ask, Ask.IMAGINED), "Pose"),
        Command("recorded", "A Recorded Pose", ("Ctrl+Shift+G",), lambda: commands.random_pose(), "Pose"),
        *(
            Command(f"preset_{i}", pose.name, (), partial(session.take_pose, pose), "Pose", i == 0)
            for i, pose in enumerate(PRESETS)
        ),
        Command("interpolate", "Fill Between Edited Frames", ("Ctrl+I",), session.interpolate, "Pose", True),
        Command("reset_range", "Reset All Edited Frames", (), session.reset_range, "Pose"),
    ]
