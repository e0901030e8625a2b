"""The part map of the frame, and the legend of its colours; a click shows one part alone, everywhere."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QIcon, QMouseEvent, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from core_model.colours import PART_RGB
from core_model.skeleton import BACKGROUND, PARTS
from desktop_app.session.crops import crop_image
from desktop_app.session.names import title
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.image_tile import ImageTile
from desktop_app.views.overlays import part_colours
from desktop_app.views.pane import Pane
from desktop_app.views.theme import Theme

_DIM = 0.35


class PartsPane(Pane):
    """Colours over the dimmed crop."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._tile = ImageTile()
        self._tile.installEventFilter(self)
        self._tile.setToolTip("Click a part to see it alone; click beside it to see all.")
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(self._tile, 1)
        body.addWidget(self._legend())
        self.column.addLayout(body, 1)
        self._parts: np.ndarray | None = None
        self._shown: tuple[object, ...] = ()

    def _legend(self) -> QWidget:
        """A row for each kind of part, its left and right side by side."""
        legend = QWidget()
        grid = QGridLayout(legend)
        grid.setContentsMargins(8, 8, 6, 8)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(1)
        kinds = list(dict.fromkeys(name.removeprefix("l_").removeprefix("r_") for name in PARTS))
        self._buttons = [self._button(part) for part in range(len(PARTS))]
        for part, name in enumerate(PARTS):
            row = kinds.index(name.removeprefix("l_").removeprefix("r_"))
            grid.addWidget(QLabel(title(kinds[row])), row, 0)
            grid.addWidget(self._buttons[part], row, 2 if name.startswith("r_") else 1)
        grid.setRowStretch(len(kinds), 1)
        return legend

    def _button(self, part: int) -> QToolButton:
        swatch = QPixmap(14, 14)
        swatch.fill(QColor(*(int(v) for v in PART_RGB[part])))
        button = QToolButton()
        button.setText({"l_": " L", "r_": " R"}.get(PARTS[part][:2], ""))
        button.setIcon(QIcon(swatch))
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(f"Show only: {title(PARTS[part]).lower()}")
        button.clicked.connect(lambda on: self._session.show(isolated_part=part if on else None))
        return button

    def set_theme(self, theme: Theme) -> None:
        """Colours of what is not a picture."""
        dress(self._tile, theme)

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        prediction, frame, isolated = picture.prediction, picture.frame, picture.display.isolated_part
        for part, button in enumerate(self._buttons):
            button.setChecked(part == isolated)
        key = (prediction, frame, isolated, picture.hint)
        if all(a is b for a, b in zip(key, self._shown, strict=False)) and self._shown:
            return
        self._shown = key
        if prediction is None or frame is None:
            self._parts = None
            self._tile.show_image(None, key=None, caption="", hint=picture.hint)
            return
        self._parts = prediction.parts
        image = _blend(crop_image(frame.image, prediction.box_px), prediction.parts, isolated)
        self._tile.show_image(image, key=key, caption=f"Parts, depth-ordered{_only(isolated)}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A click on the map picks a part."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent) and self._parts is not None:
            place = self._tile.to_image(event.position())
            part = BACKGROUND if place is None else int(self._parts[place[1], place[0]])
            same = part == self._session.display.isolated_part
            self._session.show(isolated_part=None if part >= BACKGROUND or same else part)
        return super().eventFilter(watched, event)


def dress(tile: ImageTile, theme: Theme) -> None:
    """A tile in the theme's colours."""
    tile.canvas, tile.text, tile.muted, tile.accent = (
        QColor(c) for c in (theme.canvas, theme.text, theme.muted, theme.accent)
    )
    tile.update()


def _only(isolated: int | None) -> str:
    return "" if isolated is None else f" · only {title(PARTS[isolated]).lower()}"


def _blend(crop: np.ndarray, parts: np.ndarray, isolated: int | None) -> np.ndarray:
    rgba = part_colours(parts, fill=0.85, outline=False, isolated=isolated, rest=0.12)
    alpha = rgba[..., 3:].astype(np.float32) / 255
    grey = crop.mean(axis=2, keepdims=True) * _DIM
    return (grey * (1 - alpha) + rgba[..., :3] * alpha).astype(np.uint8)
