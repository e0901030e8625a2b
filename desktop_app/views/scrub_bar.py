"""The bar under the video: drag the playhead, drag the ends of the loop, see what was analysed and edited."""

from math import ceil

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.session.resolve import Picture
from desktop_app.session.results import NOBODY, PREDICTED
from desktop_app.views import scrub_paint
from desktop_app.views.scrub_paint import HEIGHT_PX, STRIP_HEIGHT_PX, Scale
from desktop_app.views.theme import DARK, Theme

_GRIP_PX = 9
"""So far from an end of the loop the mouse still takes it."""
_LEAST_THUMBNAIL_PX = 32
_RESIZED_MS = 200
"""Thumbnails are decoded anew when the width has not changed for so long."""


class ScrubBar(QWidget):
    """Reports `sought(frame)` and `loop_moved(end, frame)` while the mouse is down, `room_changed(thumbnails)`."""

    sought = Signal(int)
    loop_moved = Signal(int, int)
    room_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._picture: Picture | None = None
        self.theme = DARK
        self._held: int | None = None  # the end of the loop that the mouse has taken
        self._still: QPixmap | None = None  # what is the same as long as the clip is
        self._ground: QPixmap | None = None  # that, and what is known of the frames
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Timeline")
        self._resized = QTimer(self, singleShot=True, interval=_RESIZED_MS)
        self._resized.timeout.connect(lambda: self.room_changed.emit(self.room()))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Qt asks."""
        return QSize(400, HEIGHT_PX)

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        self.theme = theme
        self._still = self._ground = None
        self.update()

    def show_picture(self, picture: Picture) -> None:
        """Draw it when it differs."""
        old, self._picture = self._picture, picture
        if old is None or old.clip is not picture.clip:
            self._resized.start()
        if old is None or _still_key(old) != _still_key(picture):
            self._still = None
        if self._still is None or old is None or _known_key(old) != _known_key(picture):
            self._ground = None
            self.update()
        elif old.playback != picture.playback:
            self.update()

    def room(self) -> int:
        """How many thumbnails fit."""
        clip = self._picture.clip if self._picture else None
        if clip is None:
            return 0
        width, height = clip.frame_size_px
        place_px = max(STRIP_HEIGHT_PX * width / max(height, 1), _LEAST_THUMBNAIL_PX)
        return min(max(ceil(self.scale.strip.width() / place_px), 1), len(clip))

    @property
    def scale(self) -> Scale:
        """Of the clip on show."""
        return Scale(len(self._picture.frame_states) if self._picture else 0, self.width())

    def x_of(self, index: float) -> float:
        """Middle of a frame, in pixels of the widget."""
        return self.scale.x_of(index)

    def index_at(self, x: float) -> int:
        """The frame nearest to a pixel."""
        return self.scale.index_at(x)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take an end of the loop, or seek."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = self._grip_at(event.position())
            self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Scrub, or move an end of the loop, while the button is down; else say what lies under the mouse."""
        index = self.index_at(event.position().x())
        if self._picture is None or self._picture.clip is None:
            return
        if not event.buttons() & Qt.MouseButton.LeftButton:
            grip = self._grip_at(event.position())
            self.setCursor(Qt.CursorShape.ArrowCursor if grip is None else Qt.CursorShape.SizeHorCursor)
            self.setToolTip(self._describe(index) if grip is None else _GRIP_TIPS[grip])
        elif self._held is None:
            self.sought.emit(index)
        else:
            self.loop_moved.emit(self._held, index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        self._held = None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width has room for other thumbnails."""
        self._still = self._ground = None
        self._resized.start()
        super().resizeEvent(event)

    def _grip_at(self, place: QPointF) -> int | None:
        """Which end of the loop is there: 0 the first, 1 the last. They are taken at the track."""
        picture, scale = self._picture, self.scale
        if picture is None or picture.clip is None or place.y() < scale.track.top():
            return None
        first, last = (scale.x_of(i) for i in picture.playback.span(picture.clip))
        if -_GRIP_PX <= place.x() - first <= 2:
            return 0
        return 1 if -2 <= place.x() - last <= _GRIP_PX else None

    def _describe(self, index: int) -> str:
        picture = self._picture
        if picture is None or picture.clip is None:
            return ""
        states = {PREDICTED: f"analysed, confidence {picture.sureness[index]:.2f}", NOBODY: "nobody found"}
        state = states.get(int(picture.frame_states[index]), "not analysed yet")
        edited = ", edited" if index in picture.edited_frames else ""
        return f"Frame {index + 1}, {picture.clip.times_s[index]:.2f} s: {state}{edited}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """What does not move is painted once."""
        picture = self._picture
        if picture is None:
            return
        if self._ground is None:
            self._ground = self._paint_ground(picture)
        painter, scale = QPainter(self), self.scale
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._ground)
        if picture.clip is not None:
            playback = picture.playback
            looped = playback.loop is not None
            scrub_paint.paint_loop(painter, playback.span(picture.clip), scale, self.theme, looped=looped)
            scrub_paint.paint_playhead(painter, scale.x_of(playback.index), scale, self.theme)

    def _paint_ground(self, picture: Picture) -> QPixmap:
        if self._still is None:
            ratio = self.devicePixelRatioF()
            empty = QPixmap(self.size() * ratio)
            empty.setDevicePixelRatio(ratio)
            empty.fill(Qt.GlobalColor.transparent)
            self._still = self._painted_over(empty, scrub_paint.paint_clip, picture)
        return self._painted_over(self._still, scrub_paint.paint_known, picture)

    def _painted_over(self, under: QPixmap, paint: scrub_paint.Paint, picture: Picture) -> QPixmap:
        over = under.copy()
        painter = QPainter(over)
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, picture, self.scale, self.theme)
        painter.end()
        return over


_GRIP_TIPS = ("The loop begins here: drag it", "The loop ends here: drag it")


def _still_key(picture: Picture) -> tuple[object, ...]:
    return (id(picture.clip), *map(id, picture.thumbnails))


def _known_key(picture: Picture) -> tuple[object, ...]:
    return (picture.results_version, picture.edited_frames)
