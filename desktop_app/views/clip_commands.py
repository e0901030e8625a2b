"""Commands for the clips of the session, and for cameras."""

from typing import TYPE_CHECKING

from desktop_app.views.actions import Command

if TYPE_CHECKING:
    from desktop_app.views.window import Window


def clip_commands(window: "Window") -> list[Command]:
    """In the menu of files."""
    commands, pane = window.commands, window.clips

    def rename() -> None:
        window.layout_.docks["Clips"].show()
        window.layout_.docks["Clips"].raise_()
        pane.rename()

    return [
        Command("add_clips", "Add Clips...", ("Ctrl+Alt+O",), pane.add, "File", separator=True),
        Command("next_clip", "Next Clip", ("Ctrl+PgDown",), lambda: commands.step_clip(1), "File"),
        Command("previous_clip", "Previous Clip", ("Ctrl+PgUp",), lambda: commands.step_clip(-1), "File"),
        Command("rename_clip", "Rename Clip...", ("F2",), rename, "File"),
        Command("remove_clip", "Remove Clip...", (), pane.remove, "File"),
    ]


def camera_commands(window: "Window") -> list[Command]:
    """In the menu of files."""
    commands = window.commands
    return [
        Command("open_camera", "Open Camera...", ("Ctrl+Shift+C",), window.ask_open_camera, "File"),
        Command("record", "Record From the Camera", (), lambda: commands.record(), "File"),
        Command("stop_camera", "Stop the Camera", (), lambda: commands.stop_camera(), "File"),
    ]
