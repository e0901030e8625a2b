"""A row over the panes while a camera is on show: how fast it is, record, stop."""

from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop_app.session.live import Live
from desktop_app.session.resolve import Picture
from desktop_app.views.commands import Commands
from desktop_app.views.keymap import keyed
from desktop_app.views.pane import button, caption
from desktop_app.views.theme import Theme, icon


class LiveBar(QFrame):
    """Hidden where there is no camera."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.setObjectName("topbar")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(6)
        self.text = caption()
        self.text.setToolTip("Frames that a newer one overtook are dropped: what is shown is what is, not what was")
        self.record = keyed(
            button("Record", "Write what the camera gives into a file, from now on", commands.record), "record"
        )
        self.stop = keyed(
            button("Stop", "Let go of the camera; what was recorded becomes a clip", commands.stop_camera),
            "stop_camera",
        )
        row.addWidget(self.text)
        row.addStretch(1)
        row.addWidget(self.record)
        row.addWidget(self.stop)
        self.hide()

    def set_icons(self, theme: Theme) -> None:
        """In the theme's colours."""
        self.record.setIcon(icon("record-circle-outline", theme))
        self.stop.setIcon(icon("stop", theme))

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        live = picture.live
        self.setVisible(live is not None)
        if live:
            self.text.setText(live_line(live))
            self.record.setEnabled(live.recorded is None)
            self.record.setText("Record" if live.recorded is None else "Recording")


def live_line(live: Live) -> str:
    """Its name, and what comes of its frames.

    >>> live_line(Live("C920", frames=90, dropped=30, rate_per_s=30.0, seen_per_s=20.0, recorded=60, recorded_s=2.0))
    'Live: C920 · 30.0 frames/s · 20.0 looked at/s · 30 dropped · recording 0:02, 60 frames'
    """
    parts = [f"Live: {live.camera}"]
    if live.rate_per_s:
        parts.append(f"{live.rate_per_s:.1f} frames/s")
    if live.seen_per_s:
        parts.append(f"{live.seen_per_s:.1f} looked at/s")
    parts.append(f"{live.dropped} dropped")
    if live.recorded is not None:
        parts.append(f"recording {int(live.recorded_s // 60)}:{int(live.recorded_s % 60):02d}, {live.recorded} frames")
    return " · ".join(parts)
