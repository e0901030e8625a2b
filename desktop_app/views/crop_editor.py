"""The crop drawn by hand, and the other people in the frame to choose from."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsSceneMouseEvent

from core_model.boxes import overlap
from desktop_app.session.resolve import Picture

_SAME = 0.6
"""Overlap from which on a box found is the one on show."""
_OTHER_RGB, _OWN_RGB = "#e8b14a", "#4c9aff"


class _Somebody(QGraphicsRectItem):
    """A square about somebody else; a click chooses them."""

    def __init__(self, editor: "CropEditor", box_px: np.ndarray) -> None:
        super().__init__(_rect(box_px))
        self._editor, self._box_px = editor, box_px
        pen = QPen(QColor(_OTHER_RGB), 1.5, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        self.setPen(pen)
        self.setBrush(QColor(232, 177, 74, 30))
        self.setToolTip("Click to choose this person")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        """Qt asks."""
        event.accept()
        self._editor.chosen.emit(self._box_px)


class CropEditor(pg.GraphicsObject):
    """Reports `chosen((4,) square in pixels of the frame)`."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._roi: pg.ROI | None = None
        self._others: list[_Somebody] = []
        self._shown: tuple[object, ...] = (None, None)

    def boundingRect(self) -> QRectF:  # noqa: N802
        """It draws nothing itself."""
        return QRectF()

    def paint(self, *_: object) -> None:
        """Nothing."""

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed: nothing, unless a crop is to be edited."""
        prediction = picture.prediction if picture.display.edit_crop else None
        people_px = picture.people_px if picture.display.edit_crop else None
        if prediction is self._shown[0] and people_px is self._shown[1]:
            return
        self._shown = prediction, people_px
        own_px = None if prediction is None else prediction.box_px
        self._show_own(own_px)
        for item in self._others:
            self.scene().removeItem(item)
        others = [] if people_px is None else [b for b in people_px if own_px is None or overlap(b, own_px) < _SAME]
        self._others = [_Somebody(self, box_px) for box_px in others]
        for item in self._others:
            item.setParentItem(self)

    def _show_own(self, box_px: np.ndarray | None) -> None:
        if self._roi is not None:
            self.scene().removeItem(self._roi)
            self._roi = None
        if box_px is None:
            return
        side = float(box_px[2] - box_px[0])
        pen = pg.mkPen(_OWN_RGB, width=2)
        self._roi = roi = pg.ROI(box_px[:2].tolist(), [side, side], pen=pen, hoverPen=pen, handlePen=pen)
        for corner in ((0, 0), (1, 0), (0, 1), (1, 1)):
            roi.addScaleHandle(corner, (1 - corner[0], 1 - corner[1]), lockAspect=True)
        roi.setToolTip("Drag the square, or its corners, to where the person is")
        roi.setParentItem(self)
        roi.sigRegionChangeFinished.connect(self._drawn)

    def _drawn(self, roi: pg.ROI) -> None:
        x, y = roi.pos()
        side = float(roi.size()[0])
        if side > 1:
            self.chosen.emit(np.array([x, y, x + side, y + side]))


def _rect(box_px: np.ndarray) -> QRectF:
    x0, y0, x1, y1 = (float(v) for v in box_px)
    return QRectF(x0, y0, x1 - x0, y1 - y0)
