"""How the timeline looks: ticks, thumbnails, what was analysed and how surely, the loop, the playhead."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from desktop_app.session.curves import lowest
from desktop_app.session.places import clock
from desktop_app.session.playback import Clip
from desktop_app.session.resolve import Picture
from desktop_app.session.results import NOBODY, PREDICTED
from desktop_app.views.theme import Theme

MARGIN_PX = 12
STRIP_TOP_PX, STRIP_HEIGHT_PX = 20, 36
TRACK_TOP_PX, TRACK_HEIGHT_PX = 58, 18
HEIGHT_PX = 88
_TICK_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_TICK_EVERY_PX = 90


class Scale:
    """From frames to pixels of a bar this wide, and back."""

    def __init__(self, num_frames: int, width_px: float) -> None:
        self.last = max(num_frames - 1, 0)
        self.left, self.right = float(MARGIN_PX), max(width_px - MARGIN_PX, MARGIN_PX + 1.0)

    def x_of(self, index: float) -> float:
        """Middle of a frame."""
        return self.left + index / max(self.last, 1) * (self.right - self.left)

    def index_at(self, x: float) -> int:
        """The frame nearest to a pixel."""
        return int(np.clip(round((x - self.left) / (self.right - self.left) * max(self.last, 1)), 0, self.last))

    def band(self, top: float, height: float) -> QRectF:
        """From the first frame to the last."""
        return QRectF(self.left, top, self.right - self.left, height)

    @property
    def track(self) -> QRectF:
        """Where it is seen what was analysed."""
        return self.band(TRACK_TOP_PX, TRACK_HEIGHT_PX)

    @property
    def strip(self) -> QRectF:
        """Where the thumbnails are."""
        return self.band(STRIP_TOP_PX, STRIP_HEIGHT_PX)


Paint = Callable[[QPainter, Picture, Scale, Theme], None]


def paint_clip(painter: QPainter, picture: Picture, scale: Scale, theme: Theme) -> None:
    """What is the same as long as the clip is: ticks and thumbnails."""
    painter.fillRect(scale.strip, QColor(theme.canvas))
    painter.fillRect(scale.track, QColor(theme.window))
    if picture.clip is None:
        return
    _paint_ticks(painter, picture.clip, scale, theme)
    _paint_thumbnails(painter, picture.thumbnails, scale.strip)


def paint_known(painter: QPainter, picture: Picture, scale: Scale, theme: Theme) -> None:
    """What is known of the frames: analysed and how surely, edited."""
    if picture.clip is None:
        return
    _paint_states(painter, picture.frame_states, scale, theme)
    _paint_sureness(painter, picture, scale, theme)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.warning))
    for index in picture.edited_frames:
        x, y = scale.x_of(index), scale.track.bottom() + 6
        painter.drawPolygon(QPolygonF([QPointF(x - 4, y), QPointF(x, y - 4), QPointF(x + 4, y), QPointF(x, y + 4)]))


def _paint_ticks(painter: QPainter, clip: Clip, scale: Scale, theme: Theme) -> None:
    times_s = clip.times_s
    span_s = max(float(times_s[-1]), 1e-3)
    wanted_s = span_s / max((scale.right - scale.left) / _TICK_EVERY_PX, 1)
    step_s = next((s for s in _TICK_STEPS_S if s >= wanted_s), _TICK_STEPS_S[-1])
    painter.setPen(QColor(theme.muted))
    for time_s in np.arange(0, span_s + 1e-6, step_s):
        x = scale.x_of(float(np.interp(time_s, times_s, np.arange(len(times_s)))))
        painter.drawLine(QPointF(x, STRIP_TOP_PX - 6), QPointF(x, STRIP_TOP_PX - 1))
        if x + 30 < scale.right + MARGIN_PX:
            painter.drawText(QRectF(x + 4, 1, 60, 15), Qt.AlignmentFlag.AlignVCenter, clock(float(time_s)))


def _paint_thumbnails(painter: QPainter, images: tuple[np.ndarray | None, ...], strip: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    place_px = strip.width() / max(len(images), 1)
    for place, image in enumerate(images):
        if image is None:
            continue
        height, width = image.shape[:2]
        pixels = np.ascontiguousarray(image)
        picture = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        shown_px = min(place_px, strip.height() * width / height)
        left = strip.left() + (place + 0.5) * place_px - shown_px / 2
        target = QRectF(left, strip.top(), shown_px, strip.height())
        wanted = min(width, target.width() / target.height() * height)  # as much of its middle as there is room for
        painter.drawImage(target, picture, QRectF((width - wanted) / 2, 0, wanted, height))


def _paint_states(painter: QPainter, states: np.ndarray, scale: Scale, theme: Theme) -> None:
    track = scale.track
    edges = np.concatenate([[0], np.flatnonzero(np.diff(states)) + 1, [len(states)]])
    colours = {PREDICTED: (theme.accent, 0.3), NOBODY: (theme.error, 0.6)}
    for low, high in pairwise(edges):
        if int(states[low]) in colours:
            name, opacity = colours[int(states[low])]
            colour = QColor(name)
            colour.setAlphaF(opacity)
            left = max(scale.x_of(low - 0.5), track.left())
            right = min(max(scale.x_of(high - 0.5), left + 1), track.right())
            painter.fillRect(QRectF(left, track.top(), right - left, track.height()), colour)


def _paint_sureness(painter: QPainter, picture: Picture, scale: Scale, theme: Theme) -> None:
    """A mountain as high as the confidence."""
    track, known = scale.track, picture.frame_states == PREDICTED
    if not known.any():
        return
    heights = lowest(picture.sureness * known, max(round(track.width()), 1))
    xs = np.linspace(track.left(), track.right(), len(heights)) if len(heights) > 1 else np.array([track.left()])
    ys = track.bottom() - heights * track.height()
    points = [QPointF(track.left(), track.bottom())]
    points += [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
    points.append(QPointF(track.right() if len(heights) > 1 else track.left() + 2, track.bottom()))
    colour = QColor(theme.accent)
    colour.setAlphaF(0.75)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF(points))


def paint_loop(painter: QPainter, span: tuple[int, int], scale: Scale, theme: Theme, *, looped: bool) -> None:
    """What is not played is shaded; a handle at each end, quiet as long as the whole clip is played."""
    first, last = (scale.x_of(i) for i in span)
    top, bottom = scale.strip.top(), scale.track.bottom()
    if looped:
        shade = QColor(theme.panel)
        shade.setAlphaF(0.72)
        painter.fillRect(QRectF(scale.left, top, first - scale.left, bottom - top), shade)
        painter.fillRect(QRectF(last, top, scale.right - last, bottom - top), shade)
    colour = QColor(theme.warning if looped else theme.muted)
    for x, side in ((first, -1), (last, 1)):
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(x, top if looped else scale.track.top()), QPointF(x, bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        tab = QRectF(x - 8 if side < 0 else x, scale.track.top(), 8, TRACK_HEIGHT_PX)
        painter.drawRoundedRect(tab, 2, 2)


def paint_playhead(painter: QPainter, x: float, scale: Scale, theme: Theme) -> None:
    """A line through everything, with a head to take it by."""
    painter.setPen(QPen(QColor(theme.text), 2))
    painter.drawLine(QPointF(x, STRIP_TOP_PX - 4), QPointF(x, scale.track.bottom() + 3))
    painter.setBrush(QColor(theme.text))
    painter.setPen(Qt.PenStyle.NoPen)
    tip = STRIP_TOP_PX - 1
    painter.drawPolygon(QPolygonF([QPointF(x - 6, tip - 8), QPointF(x + 6, tip - 8), QPointF(x, tip)]))
