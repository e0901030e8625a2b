"""Open, analyse with progress and cancel, undo and redo: what is needed most, always in the same place."""

from html import escape

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QToolButton

from desktop_app.session.activity import Analysis, Phase
from desktop_app.session.resolve import Picture
from desktop_app.views.clip_box import ClipBox
from desktop_app.views.commands import Commands
from desktop_app.views.keymap import keyed
from desktop_app.views.pane import button, caption, show_progress, steady
from desktop_app.views.theme import Theme, icon


class TopBar(QFrame):
    """One row over the panes."""

    def __init__(self, commands: Commands, actions: dict[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("topbar")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 5, 8, 5)
        row.setSpacing(6)
        self._tools = {name: self._tool(actions[name]) for name in ("open", "undo", "redo")}
        row.addWidget(self._tools["open"])
        self.clip_box = ClipBox(commands)
        row.addWidget(self.clip_box)
        self.name = caption("", "clip")
        row.addWidget(self.name)
        row.addStretch(1)
        self.progress_text = steady()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(220, 8)
        row.addWidget(self.progress_text)
        row.addWidget(self.progress)
        self.analyse = keyed(button("Analyse clip", "Look at every frame of the clip", commands.analyse), "analyse")
        self.analyse.setObjectName("primary")
        self.cancel = keyed(button("Cancel", "Stop; what was computed is kept", commands.cancel), "cancel")
        for widget in (self.analyse, self.cancel, self._tools["undo"], self._tools["redo"]):
            row.addWidget(widget)

    def _tool(self, action: QAction) -> QToolButton:
        made = QToolButton()
        made.setDefaultAction(action)
        return made

    def set_theme(self, theme: Theme) -> None:
        """Of the signs beside clips."""
        self.clip_box.set_theme(theme)

    def set_icons(self, theme: Theme) -> None:
        """In the theme's colours."""
        for name, sign in (("open", "folder-open-outline"), ("undo", "undo"), ("redo", "redo")):
            self._tools[name].defaultAction().setIcon(icon(sign, theme))

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        clip, analysis = picture.clip, picture.analysis
        self.clip_box.show_picture(picture)
        self.name.setText(_clip_line(picture))
        self.cancel.setVisible(analysis.running)
        self.analyse.setVisible(not analysis.running and picture.live is None)
        missing = clip is not None and bool((picture.frame_states == 0).any())
        self.analyse.setEnabled(missing and picture.engine.ready)
        self.analyse.setText(self._verb(picture, missing))
        self.progress.setVisible(analysis.running)
        if analysis.running:
            show_progress(
                self.progress, analysis.done, max(analysis.total, 1) if analysis.phase is Phase.RUNNING else 0
            )
        self.progress_text.setText(progress_line(analysis))

    def _verb(self, picture: Picture, missing: bool) -> str:
        if picture.clip is None or (picture.frame_states == 0).all():
            return "Analyse clip"
        return "Analyse the rest" if missing else "Analysed"


def _clip_line(picture: Picture) -> str:
    """Name and size; the name stands beside it where there are several."""
    clip = picture.clip
    if clip is None:
        return ""
    width, height = clip.frame_size_px
    rate = "" if clip.image_names else f" · {clip.fps:.3g} frames/s"
    name = "" if len(picture.clips) > 1 else f"<b>{escape(clip.path.name)}</b> &nbsp; "
    count = "live" if clip.live else "1 frame" if len(clip) == 1 else f"{len(clip)} frames"
    return f"{name}{width}×{height} · {count}{rate}"


def progress_line(analysis: Analysis) -> str:
    """Count, rate and time left, as far as they are known."""
    if not analysis.running:
        return ""
    if analysis.phase is Phase.STARTING:
        return "Analysing ..."
    left_s = analysis.left_s
    left = "" if left_s is None else f" · {int(left_s // 60)}:{int(left_s % 60):02d} left"
    return f"{analysis.done} of {analysis.total} · {analysis.rate_per_s:.1f} frames/s{left}"
