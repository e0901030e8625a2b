"""Play, step, scrub, loop; where the playhead is."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QToolButton

from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.pane import Pane, caption, tool
from desktop_app.views.scrub_bar import ScrubBar, clock
from desktop_app.views.theme import DARK, Theme, icon


class TimelinePane(Pane):
    """Buttons over the scrub bar."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._icons: dict[QToolButton, str] = {}
        row = self.add_strip()
        self._button(row, "skip-previous", "First frame (Home)", lambda: self._end(0))
        self._button(row, "chevron-double-left", "Ten frames back (Shift+Left)", lambda: session.step(-10))
        self._button(row, "chevron-left", "One frame back (Left)", lambda: session.step(-1))
        self.play = self._button(
            row, "play", "Play or pause (Space)", lambda: session.play(not session.playback.playing)
        )
        self._button(row, "chevron-right", "One frame on (Right)", lambda: session.step(1))
        self._button(row, "chevron-double-right", "Ten frames on (Shift+Right)", lambda: session.step(10))
        self._button(row, "skip-next", "Last frame (End)", lambda: self._end(1))
        row.addSpacing(8)
        self.time = caption("", "time")
        row.addWidget(self.time)
        row.addStretch(1)
        self._state = caption()
        row.addWidget(self._state)
        row.addSpacing(8)
        self._button(
            row, "code-brackets", "Loop: begin here ([)", lambda: session.set_loop(first=session.playback.index)
        )
        self._button(
            row, "arrow-collapse-right", "Loop: end here (])", lambda: session.set_loop(last=session.playback.index)
        )
        self._clear = self._button(row, "close", "Play the whole clip", session.clear_loop)
        self._repeat = self._button(row, "repeat", "Start again at the end", self._toggle_repeat)
        self._repeat.setCheckable(True)
        self.bar = ScrubBar()
        self.bar.sought.connect(session.seek)
        self.column.addWidget(self.bar)
        self.setMaximumHeight(self.sizeHint().height() + 4)
        self._theme, self._playing = DARK, False

    def _button(self, row: QHBoxLayout, name: str, tip: str, clicked: Callable[[], object]) -> QToolButton:
        button = tool(tip, clicked)
        self._icons[button] = name
        row.addWidget(button)
        return button

    def _toggle_repeat(self) -> None:
        self._session.set_repeat(self._repeat.isChecked())

    def _end(self, which: int) -> None:
        if self._session.clip:
            self._session.play(False)
            self._session.seek(self._session.playback.span(self._session.clip)[which])

    def set_theme(self, theme: Theme) -> None:
        """Icons and colours."""
        self._theme = theme
        for button, name in self._icons.items():
            button.setIcon(icon(name, theme))
        self.bar.set_theme(theme)

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        clip, playback = picture.clip, picture.playback
        for button in self._icons:
            button.setEnabled(clip is not None)
        self._clear.setEnabled(playback.loop is not None)
        self._repeat.setChecked(playback.repeat)
        if playback.playing != self._playing:
            self._playing = playback.playing
            self._icons[self.play] = "pause" if playback.playing else "play"
            self.play.setIcon(icon(self._icons[self.play], self._theme))
        self.bar.show_picture(picture)
        if clip is None:
            self.time.setText("")
            self._state.setText("")
            return
        name = f"   {clip.image_names[playback.index]}" if clip.image_names else ""
        now, end = clock(float(clip.times_s[playback.index]), 2), clock(float(clip.times_s[-1]), 2)
        self.time.setText(f"{now} / {end}   frame {playback.index + 1} of {len(clip)}{name}")
        done = int((picture.frame_states > 0).sum())
        self._state.setText(f"{done} of {len(clip)} frames analysed" if done else "")
