"""A line over an image that the mouse drags: on its left another image is seen."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen

from desktop_app.views.image_tile import ImageTile, to_qimage

_GRIP_PX = 7


class Wipe(QObject):
    """Reports where the mouse puts the line, as a share of the image's width, and draws it there."""

    def __init__(self, tile: ImageTile, moved: Callable[[float], None]) -> None:
        super().__init__(tile)
        self._tile, self._moved = tile, moved
        self._left: QImage | None = None
        self._of: np.ndarray | None = None
        self.share = 0.5
        tile.installEventFilter(self)

    def show(self, left: np.ndarray | None, share: float) -> None:
        """The image (H, W, 3) uint8 on the left of the line; None: no line."""
        if left is not self._of:
            self._of, self._left = left, None if left is None else to_qimage(left)
            self._tile.setCursor(Qt.CursorShape.ArrowCursor if left is None else Qt.CursorShape.SplitHCursor)
        self.share = share

    def draw(self, painter: QPainter) -> None:
        """In pixels of the tile's image."""
        image = self._tile.image
        if self._left is None or image is None:
            return
        x, height, left = self.share * image.width(), image.height(), self._left
        painter.drawImage(QRectF(0, 0, x, height), left, QRectF(0, 0, self.share * left.width(), left.height()))
        pen = QPen(QColor("white"), 1.5)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, 0), QPointF(x, height))
        grip = _GRIP_PX / painter.worldTransform().m11()
        painter.setBrush(QColor(16, 18, 22, 170))
        painter.drawEllipse(QPointF(x, height / 2), grip, grip)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The line goes where the held mouse is."""
        dragged = isinstance(event, QMouseEvent) and event.buttons() == Qt.MouseButton.LeftButton
        if self._left is not None and dragged and isinstance(event, QMouseEvent):
            target = self._tile.target()
            share = (event.position().x() - target.left()) / max(target.width(), 1)
            self._moved(min(max(share, 0.0), 1.0))
        return super().eventFilter(watched, event)
