"""The bar under the video: what was analysed, what is edited, the loop, the playhead."""

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.session.resolve import Picture
from desktop_app.session.results import NOBODY, PREDICTED
from desktop_app.views.theme import DARK, Theme

_MARGIN, _TRACK_TOP, _TRACK_HEIGHT = 12, 20, 12
_TICK_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


class ScrubBar(QWidget):
    """Reports `sought(frame)` while the mouse is down on it."""

    sought = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._picture: Picture | None = None
        self.theme = DARK
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Qt asks."""
        return QSize(400, 44)

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        self.theme = theme
        self.update()

    def show_picture(self, picture: Picture) -> None:
        """Draw it when it differs."""
        old = self._picture
        self._picture = picture
        if old is None or _key(old) != _key(picture):
            self.update()

    def x_of(self, index: float) -> float:
        """Middle of a frame, in pixels of the widget."""
        count = max(self._count() - 1, 1)
        return _MARGIN + index / count * (self.width() - 2 * _MARGIN)

    def index_at(self, x: float) -> int:
        """The frame nearest to a pixel."""
        share = (x - _MARGIN) / max(self.width() - 2 * _MARGIN, 1)
        return int(np.clip(round(share * max(self._count() - 1, 1)), 0, max(self._count() - 1, 0)))

    def _count(self) -> int:
        return len(self._picture.frame_states) if self._picture else 0

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Seek."""
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Scrub while the button is down; else say what lies under the mouse."""
        index = self.index_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton and self._count():
            self.sought.emit(index)
        self.setToolTip(self._describe(index))

    def _describe(self, index: int) -> str:
        picture = self._picture
        if picture is None or picture.clip is None:
            return ""
        state = {PREDICTED: "analysed", NOBODY: "nobody found"}.get(
            int(picture.frame_states[index]), "not analysed yet"
        )
        edited = ", edited" if index in picture.edited_frames else ""
        return f"Frame {index + 1}, {picture.clip.times_s[index]:.2f} s: {state}{edited}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Qt asks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, track = self.theme, self._track()
        painter.fillRect(track, QColor(theme.window))
        picture = self._picture
        if picture is None or picture.clip is None:
            return
        self._paint_ticks(painter, picture)
        self._paint_states(painter, picture.frame_states, track)
        if picture.playback.loop:
            self._paint_loop(painter, picture.playback.loop, track)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.warning))
        for index in picture.edited_frames:
            painter.drawEllipse(QPointF(self.x_of(index), track.bottom() + 5), 2.5, 2.5)
        self._paint_playhead(painter, self.x_of(picture.playback.index), track)

    def _track(self) -> QRectF:
        return QRectF(_MARGIN, _TRACK_TOP, self.width() - 2 * _MARGIN, _TRACK_HEIGHT)

    def _paint_ticks(self, painter: QPainter, picture: Picture) -> None:
        assert picture.clip is not None
        times_s = picture.clip.times_s
        span_s = max(float(times_s[-1]), 1e-3)
        wanted_s = span_s / max(self.width() / 90, 1)
        step_s = next((s for s in _TICK_STEPS_S if s >= wanted_s), _TICK_STEPS_S[-1])
        painter.setPen(QColor(self.theme.muted))
        for time_s in np.arange(0, span_s + 1e-6, step_s):
            x = self.x_of(float(np.interp(time_s, times_s, np.arange(len(times_s)))))
            painter.drawLine(QPointF(x, _TRACK_TOP - 5), QPointF(x, _TRACK_TOP - 1))
            painter.drawText(QRectF(x + 3, 2, 60, 14), Qt.AlignmentFlag.AlignVCenter, clock(float(time_s)))

    def _paint_states(self, painter: QPainter, states: np.ndarray, track: QRectF) -> None:
        edges = np.concatenate([[0], np.flatnonzero(np.diff(states)) + 1, [len(states)]])
        colours = {PREDICTED: QColor(self.theme.accent), NOBODY: QColor(self.theme.error)}
        for low, high in pairwise(edges):
            colour = colours.get(int(states[low]))
            if colour is not None:
                colour.setAlphaF(0.6)
                left = max(self.x_of(low - 0.5), track.left())
                right = min(max(self.x_of(high - 0.5), left + 1), track.right())
                painter.fillRect(QRectF(left, track.top(), right - left, track.height()), colour)

    def _paint_loop(self, painter: QPainter, loop: tuple[int, int], track: QRectF) -> None:
        shade = QColor(self.theme.panel)
        shade.setAlphaF(0.7)
        first, last = (self.x_of(i) for i in loop)
        painter.fillRect(QRectF(track.left(), track.top(), first - track.left(), track.height()), shade)
        painter.fillRect(QRectF(last, track.top(), track.right() - last, track.height()), shade)
        painter.setPen(QPen(QColor(self.theme.warning), 2))
        for x, turn in ((first, 4), (last, -4)):
            painter.drawLine(QPointF(x, track.top() - 3), QPointF(x, track.bottom() + 3))
            for y in (track.top() - 3, track.bottom() + 3):
                painter.drawLine(QPointF(x, y), QPointF(x + turn, y))

    def _paint_playhead(self, painter: QPainter, x: float, track: QRectF) -> None:
        painter.setPen(QPen(QColor(self.theme.text), 2))
        painter.drawLine(QPointF(x, track.top() - 3), QPointF(x, track.bottom() + 4))
        painter.setBrush(QColor(self.theme.text))
        painter.setPen(Qt.PenStyle.NoPen)
        tip = track.top() - 2
        painter.drawPolygon(QPolygonF([QPointF(x - 5, tip - 6), QPointF(x + 5, tip - 6), QPointF(x, tip + 1)]))


def clock(time_s: float, decimals: int = 0) -> str:
    """Seconds as minutes:seconds.

    >>> clock(75.25, 2), clock(0.5)
    ('1:15.25', '0.5')
    """
    if decimals == 0 and time_s < 60:
        return f"{time_s:g}"
    width = 3 + decimals if decimals else 2
    return f"{int(time_s // 60)}:{time_s % 60:0{width}.{decimals}f}"


def _key(picture: Picture) -> tuple[object, ...]:
    return (id(picture.clip), picture.playback, picture.results_version, picture.edited_frames)
