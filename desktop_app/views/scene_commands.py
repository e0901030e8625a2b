"""Keys of the 3D view."""

from functools import partial

from desktop_app.session.state import Session
from desktop_app.views.actions import Command
from desktop_app.views.looks import LOOKS
from desktop_app.views.scene_pane import ScenePane


def scene_commands(session: Session, pane: ScenePane) -> list[Command]:
    """Standard views by key; the body's skin also in the menu."""

    def skin() -> None:
        session.show(surface=not session.display.surface)

    views = [
        Command(f"look_{name.lower()}", f"3D View: {name}", (key,), partial(pane.look, name))
        for name, (key, _) in LOOKS.items()
    ]
    return [Command("surface", "Body in 3D", ("U",), skin, "View"), *views]
