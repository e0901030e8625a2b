"""Commands for the clips of the session, and for cameras."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_app.session.activity import Problem
from desktop_app.views.actions import Command
from desktop_app.views.camera_dialog import CameraDialog, Offered

if TYPE_CHECKING:
    from desktop_app.views.window import Window


def clip_commands(window: "Window") -> list[Command]:
    """In the menu of files."""
    commands, pane = window.commands, window.clips

    def rename() -> None:
        window.layout_.docks["Clips"].show()
        window.layout_.docks["Clips"].raise_()
        pane.rename()

    def offer(cameras: Sequence[Offered]) -> None:
        if cameras:
            CameraDialog(window, cameras, commands.open_camera).open()
        else:
            window.session.report(Problem("No camera was found.", "Plug one in, then choose Open Camera again."))

    def open_camera() -> None:
        commands.find_cameras(offer)

    return [
        Command("open_camera", "Open Camera...", ("Ctrl+Alt+C",), open_camera, "File"),
        Command("record", "Record From the Camera", (), lambda: commands.record(), "File"),
        Command("stop_camera", "Stop the Camera", (), lambda: commands.stop_camera(), "File"),
        Command("add_clips", "Add Clips...", ("Ctrl+Alt+O",), pane.add, "File", separator=True),
        Command("next_clip", "Next Clip", ("Ctrl+PgDown",), lambda: commands.step_clip(1), "File"),
        Command("previous_clip", "Previous Clip", ("Ctrl+PgUp",), lambda: commands.step_clip(-1), "File"),
        Command("rename_clip", "Rename Clip...", ("F2",), rename, "File"),
        Command("remove_clip", "Remove Clip...", (), pane.remove, "File"),
    ]
