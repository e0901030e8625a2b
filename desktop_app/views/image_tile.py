"""A picture that fills its place without being stretched, with a caption over it and drawings on it."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

Drawing = Callable[[QPainter], None]
"""Draws in pixels of the picture."""
_CAPTION_PX = 22


def to_qimage(image: np.ndarray) -> QImage:
    """(H, W, 3) or (H, W, 4) uint8 -> an image that owns its pixels."""
    image = np.ascontiguousarray(image)
    height, width, channels = image.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    wrapped = QImage(image.data, width, height, width * channels, kind)
    return wrapped.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # the quickest to draw


class ImageTile(QWidget):
    """Shows one image; where there is none, a sentence."""

    def __init__(self, caption: str = "") -> None:
        super().__init__()
        self._caption, self._hint = caption, ""
        self._image: QImage | None = None
        self._key: object = None
        self._accent = False
        self.painted: QImage | None = None
        """The image that was drawn on the screen last."""
        self._drawings: list[Drawing] = []
        self.canvas, self.text, self.muted, self.accent = (QColor(c) for c in ("#101216", "#ddd", "#888", "#49f"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(90, 90)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing under it need be painted
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Qt asks."""
        return QSize(240, 260)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    @property
    def hint(self) -> str:
        """What is said where there is no image."""
        return self._hint

    def show_image(
        self, image: np.ndarray | None, *, key: object, caption: str, accent: bool = False, hint: str = ""
    ) -> None:
        """Show an image; the same `key` means the same pixels."""
        if key is not self._key or image is None:
            self._key = key
            self._image = None if image is None else to_qimage(image)
        self._caption, self._accent, self._hint = caption, accent, hint
        self.update()

    def draw(self, *drawings: Drawing) -> None:
        """What is drawn over the image from now on."""
        self._drawings = list(drawings)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Qt asks."""
        self.painted = self._image
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.canvas)
        painter.setPen(self.accent if self._accent else self.muted)
        painter.drawText(QRectF(8, 0, self.width() - 16, _CAPTION_PX), Qt.AlignmentFlag.AlignVCenter, self._caption)
        if self._image is None:
            painter.setPen(self.muted)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(12, _CAPTION_PX, -12, 0), flags, self._hint)
            return
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        target = self.target()
        painter.drawImage(target, self._image)
        painter.setClipRect(target)
        painter.translate(target.topLeft())
        painter.scale(target.width() / self._image.width(), target.height() / self._image.height())
        for drawing in self._drawings:
            painter.save()
            drawing(painter)
            painter.restore()

    def target(self) -> QRectF:
        """Where in the widget the image lies."""
        area = QRectF(self.rect()).adjusted(6, _CAPTION_PX, -6, -6)
        if self._image is None:
            return area
        scale = min(area.width() / self._image.width(), area.height() / self._image.height())
        width, height = self._image.width() * scale, self._image.height() * scale
        return QRectF(area.center().x() - width / 2, area.top() + (area.height() - height) / 2, width, height)

    def to_image(self, position: QPointF) -> tuple[int, int] | None:
        """Column and row of the image's pixel at a place in the widget."""
        target = self.target()
        if self._image is None or not target.contains(position):
            return None
        x = (position.x() - target.left()) / target.width() * self._image.width()
        y = (position.y() - target.top()) / target.height() * self._image.height()
        return min(int(x), self._image.width() - 1), min(int(y), self._image.height() - 1)
