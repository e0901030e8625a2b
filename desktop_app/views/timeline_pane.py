"""Play, step, scrub, loop; where the playhead is."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton

from desktop_app.session.places import clock, typed_frame, typed_time
from desktop_app.session.playback import SPEEDS, Playback
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.keymap import keyed
from desktop_app.views.pane import Pane, caption, steady, tool
from desktop_app.views.place_field import PlaceField
from desktop_app.views.scrub_bar import ScrubBar
from desktop_app.views.theme import DARK, Theme, icon


class TimelinePane(Pane):
    """Buttons and fields over the scrub bar."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._icons: dict[QToolButton, str] = {}
        self._theme, self._playing = DARK, False
        row = self.add_strip()
        self._add_transport(row)
        self._add_places(row)
        row.addStretch(1)
        self._state = steady()
        row.addWidget(self._state)
        row.addSpacing(8)
        self._add_loop(row)
        self.bar = ScrubBar()
        self.bar.sought.connect(session.seek)
        self.bar.loop_moved.connect(lambda end, index: session.set_loop(**{("first", "last")[end]: index}))
        self.bar.room_changed.connect(session.thumbnails.set_room)
        self.column.addWidget(self.bar)
        self.setMaximumHeight(self.sizeHint().height() + 4)

    def _add_transport(self, row: QHBoxLayout) -> None:
        session = self._session
        for name, command, tip, run in (
            ("skip-previous", "first", "First frame", lambda: self._end(0)),
            ("chevron-double-left", "previous_ten", "Ten frames back", lambda: session.step(-10)),
            ("chevron-left", "previous", "One frame back", lambda: session.step(-1)),
            ("play", "play", "Play or pause", lambda: session.play(not session.playback.playing)),
            ("chevron-right", "next", "One frame on", lambda: session.step(1)),
            ("chevron-double-right", "next_ten", "Ten frames on", lambda: session.step(10)),
            ("skip-next", "last", "Last frame", lambda: self._end(1)),
        ):
            button = self._button(row, name, tip, run, command)
            if command == "play":
                self.play = button
        self.speed = QComboBox()
        self.speed.addItems([_speed_text(speed) for speed in SPEEDS])
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("How fast it plays: 1× is the speed of the clip")
        self.speed.activated.connect(lambda chosen: session.set_speed(SPEEDS[chosen]))
        row.addWidget(self.speed)

    def _add_places(self, row: QHBoxLayout) -> None:
        tip = "Type {} and press Enter to go there"
        self.frame = PlaceField("Frame number", tip.format("a frame number"), typed_frame, 64)
        self.time = PlaceField("Time", tip.format("seconds, or minutes:seconds,"), typed_time, 82)
        self._of_frames, self._of_time, self.name = caption(), caption(), caption()
        for field, of in ((self.frame, self._of_frames), (self.time, self._of_time)):
            field.chosen.connect(self._go)
            row.addSpacing(8)
            row.addWidget(field)
            row.addWidget(of)
        row.addSpacing(8)
        row.addWidget(self.name)

    def _add_loop(self, row: QHBoxLayout) -> None:
        session = self._session

        def loop(end: str) -> None:
            session.set_loop(**{end: session.playback.index})

        self._button(row, "contain-start", "Loop: begin here", lambda: loop("first"), "loop_first")
        self._button(row, "contain-end", "Loop: end here", lambda: loop("last"), "loop_last")
        self._clear = self._button(row, "close", "Play the whole clip", session.clear_loop, "loop_clear")
        self._repeat = self._button(row, "repeat", "Start again at the end", self._toggle_repeat)
        self._repeat.setCheckable(True)

    def _button(
        self, row: QHBoxLayout, name: str, tip: str, clicked: Callable[[], object], command: str = ""
    ) -> QToolButton:
        button = keyed(tool(tip, clicked), command)
        self._icons[button] = name
        row.addWidget(button)
        return button

    def _toggle_repeat(self) -> None:
        self._session.set_repeat(self._repeat.isChecked())

    def _end(self, which: int) -> None:
        if self._session.clip:
            self._go(self._session.playback.span(self._session.clip)[which])

    def _go(self, index: int) -> None:
        self._session.play(False)
        self._session.seek(index)

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        self._theme = theme
        self.bar.set_theme(theme)

    def set_icons(self, theme: Theme) -> None:
        """In the theme's colours."""
        for button, name in self._icons.items():
            button.setIcon(icon(name, theme))

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        clip, playback = picture.clip, picture.playback
        for button in self._icons:
            button.setEnabled(clip is not None)
        self.speed.setEnabled(clip is not None)
        self._clear.setEnabled(playback.loop is not None)
        self._repeat.setChecked(playback.repeat)
        self._show_playing(playback)
        self.bar.show_picture(picture)
        self._show_place(picture)

    def _show_playing(self, playback: Playback) -> None:
        if playback.playing != self._playing:
            self._playing = playback.playing
            self._icons[self.play] = "pause" if playback.playing else "play"
            self.play.setIcon(icon(self._icons[self.play], self._theme))
        speed = abs(playback.speed)
        if self.speed.currentText() != _speed_text(speed):
            self.speed.setCurrentIndex(self.speed.findText(_speed_text(speed)))

    def _show_place(self, picture: Picture) -> None:
        clip, index = picture.clip, picture.playback.index
        if clip is None:
            for field in (self.frame, self.time):
                field.show_place(None, "")
            for label in (self._of_frames, self._of_time, self.name, self._state):
                label.setText("")
            return
        self.frame.show_place(clip, str(index + 1))
        self.time.show_place(clip, clock(float(clip.times_s[index]), 2))
        self._of_frames.setText(f"of {len(clip)} frames")
        self._of_time.setText(f"of {clock(float(clip.times_s[-1]), 2)}")
        self.name.setText(clip.image_names[index] if clip.image_names else "")
        done = int((picture.frame_states > 0).sum())
        self._state.setText(f"{done} of {len(clip)} analysed" if done else "")


def _speed_text(speed: float) -> str:
    return f"{speed:g}×"
