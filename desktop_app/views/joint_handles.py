"""The body on show over the frame, with joints that the mouse can pull."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from core_model.skeleton import NUM_JOINTS
from desktop_app.session.grip import can_be_pulled, spoken
from desktop_app.views.overlays import draw_skeleton

REACH_PX = 11
"""So near a joint, in pixels of the screen, the mouse grips it."""
TIP = "{}: drag to pull it along; with Shift at the depth it has"
_MARGIN_PX = 60


def nearest_joint(points: np.ndarray, place: np.ndarray, reach: float) -> int | None:
    """The joint that can be pulled, of points (21, 2), nearest to a place (2,) and within reach."""
    away = np.linalg.norm(points - place, axis=1)
    away[[joint for joint in range(NUM_JOINTS) if not can_be_pulled(joint)]] = np.inf
    joint = int(away.argmin())
    return joint if away[joint] <= reach else None


class JointHandles(pg.GraphicsObject):
    """Reports `pulled(joint, (x, y) pixels of the frame, keep depth)` and `let_go()`."""

    pulled = Signal(int, object, bool)
    let_go = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._joints_px: np.ndarray | None = None
        self._drawn = False
        self._hovered: int | None = None
        self._held: tuple[int, np.ndarray] | None = None  # and where it was when it was gripped

    def set_body(self, joints_px: np.ndarray | None, drawn: bool) -> None:
        """Joints (21, 2), or nobody; drawn, or only to be gripped."""
        if joints_px is self._joints_px and drawn == self._drawn:
            return
        self.prepareGeometryChange()
        self._joints_px, self._drawn = joints_px, drawn
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Qt asks."""
        if self._joints_px is None:
            return QRectF()
        (x0, y0), (x1, y1) = self._joints_px.min(axis=0), self._joints_px.max(axis=0)
        return QRectF(x0, y0, x1 - x0, y1 - y0).adjusted(-_MARGIN_PX, -_MARGIN_PX, _MARGIN_PX, _MARGIN_PX)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Qt asks."""
        if self._joints_px is None:
            return
        if self._drawn:
            draw_skeleton(painter, self._joints_px)
        joint = self._held[0] if self._held else self._hovered
        if joint is not None:
            pen = QPen(QColor("#ffffff"), 2)
            pen.setCosmetic(True)
            painter.setPen(pen)
            radius = REACH_PX * self._pixel()
            painter.drawEllipse(QPointF(*self._joints_px[joint].tolist()), radius, radius)

    def _pixel(self) -> float:
        """A pixel of the screen in pixels of the frame."""
        box = self.getViewBox()
        return float(box.viewPixelSize()[0]) if box else 1.0

    def _under(self, place: QPointF) -> int | None:
        if self._joints_px is None:
            return None
        return nearest_joint(self._joints_px, np.array([place.x(), place.y()]), REACH_PX * self._pixel())

    def hoverEvent(self, event: object) -> None:  # noqa: N802
        """pyqtgraph asks: the frame itself is not moved by a drag that begins on a joint."""
        hovered = None if event.isExit() else self._under(event.pos())  # type: ignore[attr-defined]
        if hovered is not None:
            event.acceptDrags(Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
        if hovered != self._hovered:
            self._hovered = hovered
            self.setToolTip("" if hovered is None else TIP.format(spoken(hovered).capitalize()))
            self.setCursor(Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def mouseDragEvent(self, event: object) -> None:  # noqa: N802
        """pyqtgraph asks."""
        if event.button() != Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
            event.ignore()  # type: ignore[attr-defined]
            return
        began = event.buttonDownPos()  # type: ignore[attr-defined]
        if event.isStart():  # type: ignore[attr-defined]
            joint = self._under(began)
            self._held = None if joint is None or self._joints_px is None else (joint, self._joints_px[joint].copy())
        if self._held is None:
            event.ignore()  # type: ignore[attr-defined]
            return
        event.accept()  # type: ignore[attr-defined]
        joint, from_px = self._held
        moved = event.pos() - began  # type: ignore[attr-defined]
        keep_depth = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)  # type: ignore[attr-defined]
        self.pulled.emit(joint, from_px + [moved.x(), moved.y()], keep_depth)
        if event.isFinish():  # type: ignore[attr-defined]
            self._held = None
            self.let_go.emit()
