"""The video frame, zoomed and moved with the mouse, with switchable overlays."""

from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from core_model.geometry.crop import thinned
from core_model.prediction import CROP_PX
from desktop_app.session.display import Display
from desktop_app.session.playback import Frame
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.crop_editor import CropEditor
from desktop_app.views.joint_handles import JointHandles
from desktop_app.views.keymap import keyed
from desktop_app.views.opacity import opacity_slider, show_opacity
from desktop_app.views.overlays import draw_skeleton, part_colours
from desktop_app.views.pane import Pane, chip, sentence, tool
from desktop_app.views.theme import Theme

_SWITCHES = (
    ("skeleton", "Skeleton", "The predicted joints; the paler, the less sure (S)"),
    ("parts", "Parts", "The predicted parts, filled (P)"),
    ("outlines", "Outlines", "Edges of the predicted parts"),
    ("crop", "Crop", "The square that the network sees (C)"),
    ("edit_crop", "Person", "Draw the crop by hand, or click another person (B)"),
    ("in_frame", "Synthesis", "The synthesized image in its place in the frame (N)"),
    ("smooth", "Smooth", "Joints smoothed over neighbouring frames that are known; edits start from the raw ones"),
)


def _faded() -> np.ndarray:
    """(CROP_PX, CROP_PX) uint8 opacity of an image in the frame: it goes over into it at its edges."""
    along = np.minimum(np.arange(CROP_PX), np.arange(CROP_PX)[::-1])
    return (np.minimum(np.minimum.outer(along, along) / _FADE_PX, 1) * 255).astype(np.uint8)


_FADE_PX = 8
_PALE = 0.3
"""Of the predicted skeleton's opacity, under an edited one."""
_FADED = _faded()


class _Skeleton(pg.GraphicsObject):
    """The 2D skeleton in pixels of the frame."""

    def __init__(self) -> None:
        super().__init__()
        self._joints_px: np.ndarray | None = None
        self._confidence: np.ndarray | None = None

    def set_joints(self, joints_px: np.ndarray | None, confidence: np.ndarray | None = None) -> None:
        """Joints (21, 2), or nobody."""
        self.prepareGeometryChange()
        self._joints_px, self._confidence = joints_px, confidence
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Qt asks."""
        if self._joints_px is None:
            return QRectF()
        (x0, y0), (x1, y1) = self._joints_px.min(axis=0), self._joints_px.max(axis=0)
        return QRectF(float(x0), float(y0), float(x1 - x0), float(y1 - y0)).adjusted(-30, -30, 30, 30)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Qt asks."""
        if self._joints_px is not None:
            draw_skeleton(painter, self._joints_px, self._confidence)


class FramePane(Pane):
    """Draws the frame on show and what the network said of it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._build_strip()
        self._view = pg.GraphicsView(background=None)
        self._view.setAntialiasing(True)
        self._view.setAcceptDrops(False)  # files are for the window
        self._view.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._box = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
        self._view.setCentralItem(self._box)
        self.column.addWidget(self._view, 1)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._made = pg.ImageItem(axisOrder="row-major")
        self._parts = pg.ImageItem(axisOrder="row-major")
        self._crop, self._skeleton, self.handles = QGraphicsRectItem(), _Skeleton(), JointHandles()
        self.handles.pulled.connect(session.grip.pull_in_frame)
        self.handles.let_go.connect(session.grip.let_go)
        self.crop_editor = CropEditor()
        self.crop_editor.chosen.connect(self._choose)
        for item in (
            self._image, self._made, self._parts, self._crop, self._skeleton, self.handles, self.crop_editor,
        ):  # fmt: skip
            self._box.addItem(item, ignoreBounds=True)
        self.hint = sentence(parent=self._view)
        self._shown: Frame | None = None
        self._drawn_step = 1
        self._drawn: tuple[object, ...] = (None,) * 4
        self._drawn_made: tuple[object, bool] = (None, False)
        self._size_px = (0, 0)

    def _build_strip(self) -> None:
        row = self.add_strip()
        self._chips = {}
        for name, text, tip in _SWITCHES:
            self._chips[name] = chip(text, tip, partial(self._switch, name))
            row.addWidget(self._chips[name])
        row.addStretch(1)
        self._opacity = opacity_slider(self._session)
        row.addWidget(self._opacity)
        row.addWidget(keyed(tool("The whole frame", self.fit, "Fit"), "fit"))

    def _switch(self, name: str, on: bool) -> None:
        self._session.show(**{name: on})

    def _choose(self, box_px: np.ndarray) -> None:
        if self._shown is not None:
            self._session.correcting.set_crop(self._shown.index, tuple(box_px.tolist()))

    @property
    def shown(self) -> Frame | None:
        """What it draws when it is painted next."""
        return self._shown

    def set_theme(self, theme: Theme) -> None:
        """Colours of what is not a picture."""
        self._view.setBackground(theme.canvas)
        pen = QPen(QColor(theme.text), 1.2, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        self._crop.setPen(pen)

    def fit(self) -> None:
        """Show the whole frame."""
        width, height = self._size_px
        if width:
            self._box.setRange(QRectF(0, 0, width, height), padding=0.01)

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        display = picture.display
        for name, button in self._chips.items():
            button.setChecked(getattr(display, name))
        show_opacity(self._opacity, display.opacity)
        self._show_frame(picture)
        self._show_prediction(picture, display)
        self._show_made(picture)
        edited = bool(picture.edit) and display.skeleton
        gripped = display.skeleton and not display.edit_crop
        self.handles.set_body(picture.posed2d_px if gripped else None, drawn=edited)
        self.crop_editor.show_picture(picture)
        hint = picture.hint
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self._place_hint()

    def _show_frame(self, picture: Picture) -> None:
        frame, step = picture.frame, self._step(picture)
        if frame is self._shown and step == self._drawn_step:
            return
        self._shown, self._drawn_step = frame, step
        self._image.setVisible(frame is not None)
        if frame is None:
            return
        size_px = (frame.image.shape[1], frame.image.shape[0])
        self._image.setImage(thinned(frame.image, step), autoLevels=False, levels=None)
        self._image.setRect(QRectF(0, 0, *size_px))
        if size_px != self._size_px:
            self._size_px = size_px
            self.fit()

    def _step(self, picture: Picture) -> int:
        """Every which pixel is drawn: while the clip plays, no more than the screen shows."""
        if not picture.playback.playing or not self._size_px[0]:
            return 1
        return max(1, int(self._box.viewPixelSize()[0]))

    def _show_prediction(self, picture: Picture, display: Display) -> None:
        prediction = picture.prediction
        key = (prediction, display, picture.joints2d_px, bool(picture.edit))
        if all(a is b for a, b in zip(key, self._drawn, strict=True)):
            return
        self._drawn = key
        self._crop.setVisible(prediction is not None and display.crop and not display.edit_crop)
        self._parts.setVisible(prediction is not None and (display.parts or display.outlines))
        if prediction is None:
            self._skeleton.set_joints(None)
            return
        x0, y0, x1, y1 = (float(v) for v in prediction.box_px)
        box = QRectF(x0, y0, x1 - x0, y1 - y0)
        self._crop.setRect(box)
        if self._parts.isVisible():
            fill = display.opacity if display.parts else 0.0
            rgba = part_colours(prediction.parts, fill=fill, outline=display.outlines, isolated=display.isolated_part)
            self._parts.setImage(rgba, autoLevels=False, levels=None)
            self._parts.setRect(box)
        joints_px = picture.joints2d_px if display.skeleton else None
        self._skeleton.set_joints(joints_px, prediction.confidence * (_PALE if picture.edit else 1.0))

    def _show_made(self, picture: Picture) -> None:
        made, wanted = picture.synthesis, picture.display.in_frame
        if made is self._drawn_made[0] and wanted == self._drawn_made[1]:
            return
        self._drawn_made = made, wanted
        self._made.setVisible(wanted and made is not None)
        if self._made.isVisible() and made is not None:
            self._made.setImage(np.dstack([made.image, _FADED]), autoLevels=False, levels=None)
            x0, y0, x1, y1 = (float(v) for v in made.box_px)
            self._made.setRect(QRectF(x0, y0, x1 - x0, y1 - y0))

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """Keep the hint where it is read."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._place_hint()

    def _place_hint(self) -> None:
        """In the middle of an empty pane, at the foot of a picture."""
        empty = self._shown is None
        name = "sentence" if empty else "pill"
        if self.hint.objectName() != name:
            self.hint.setObjectName(name)
            self.hint.style().polish(self.hint)
        width, height = self._view.width(), self._view.height()
        if empty:
            self.hint.setGeometry(0, 0, width, height)
        else:
            wide = self.hint.fontMetrics().horizontalAdvance(self.hint.text()) + 30
            self.hint.setGeometry((width - wide) // 2, height - 38, wide, 24)
