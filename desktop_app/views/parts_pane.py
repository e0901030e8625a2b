"""The part map of the frame, and the legend of its colours; a click shows one part alone, everywhere."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from core_model.colours import PART_RGB
from core_model.prediction import Prediction
from core_model.skeleton import BACKGROUND, PARTS, title
from desktop_app.session.display import Display
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.crops import crop_seen
from desktop_app.views.image_tile import ImageTile
from desktop_app.views.opacity import opacity_slider, show_opacity
from desktop_app.views.overlays import part_colours, uncertainty_colours
from desktop_app.views.pane import Pane, caption, chip, swatch, yielding
from desktop_app.views.theme import Theme

_DIM = 0.35


class PartsPane(Pane):
    """Colours over the dimmed crop."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._add_strip()
        self._tile = ImageTile()
        self._tile.setMouseTracking(True)
        self._tile.installEventFilter(self)
        self._tile.setToolTip("Click a part to see it alone; click beside it to see all.")
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(self._tile, 1)
        body.addWidget(self._legend())
        self.column.addLayout(body, 1)
        self._prediction: Prediction | None = None
        self._under: QPointF | None = None  # where the mouse is
        self._shown: tuple[object, ...] = ()

    def _add_strip(self) -> None:
        row = self.add_strip()
        self._doubt = chip(
            "Uncertainty",
            "Where the network is not sure of the part: one less its probability, from none to 100 %",
            lambda on: self._session.show(uncertainty=on),
        )
        self._opacity = opacity_slider(self._session)
        self.under = yielding(caption())
        self.under.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._doubt)
        row.addWidget(self._opacity)
        row.addWidget(self.under, 1)

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
        button = QToolButton()
        button.setText({"l_": " L", "r_": " R"}.get(PARTS[part][:2], ""))
        button.setIcon(swatch(PART_RGB[part]))
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
        display, prediction, frame = picture.display, picture.prediction, picture.frame
        for part, button in enumerate(self._buttons):
            button.setChecked(part == display.isolated_part)
        self._doubt.setChecked(display.uncertainty)
        show_opacity(self._opacity, display.opacity)
        key = (prediction, frame, display.isolated_part, display.opacity, display.uncertainty, picture.hint)
        if all(a is b for a, b in zip(key, self._shown, strict=False)) and self._shown:
            return
        self._shown, self._prediction = key, prediction
        self._tell()
        if prediction is None or frame is None:
            self._tile.show_image(None, key=None, caption="", hint=picture.hint)
            return
        crop = crop_seen(frame, prediction)
        if display.uncertainty and prediction.part_sure is not None:
            image, text = uncertainty_colours(crop, prediction.part_sure), "Uncertainty of the parts"
        else:
            text = "Parts: how sure they are was not kept" if display.uncertainty else "Parts, depth-ordered"
            image = _blend(crop, prediction.parts, display)
        self._tile.show_image(image, key=key, caption=text + _only(display.isolated_part))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A click on the map picks a part; the part under the mouse is named."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            found = self._part_at(event.position())
            if found is not None:
                same = found[0] == self._session.display.isolated_part
                self._session.show(isolated_part=None if found[0] == BACKGROUND or same else found[0])
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._under = event.position()
            self._tell()
        elif event.type() == QEvent.Type.Leave:
            self._under = None
            self._tell()
        return super().eventFilter(watched, event)

    def _part_at(self, position: QPointF) -> tuple[int, float | None] | None:
        """The part there, and its probability where it is known; beside the map there is nobody."""
        if self._prediction is None:
            return None
        place = self._tile.to_image(position)
        if place is None:
            return BACKGROUND, None
        sure = self._prediction.part_sure
        column, row = place
        return int(self._prediction.parts[row, column]), None if sure is None else float(sure[row, column]) / 255

    def _tell(self) -> None:
        """What is under the mouse."""
        found = None if self._under is None else self._part_at(self._under)
        if found is None or (found[0] == BACKGROUND and found[1] is None):
            self.under.setText("")
            return
        name = "Nobody" if found[0] == BACKGROUND else title(PARTS[found[0]])
        self.under.setText(name if found[1] is None else f"{name} · {found[1]:.0%}")


def dress(tile: ImageTile, theme: Theme) -> None:
    """A tile in the theme's colours."""
    tile.canvas, tile.text, tile.muted, tile.accent = (
        QColor(c) for c in (theme.canvas, theme.text, theme.muted, theme.accent)
    )
    tile.update()


def _only(isolated: int | None) -> str:
    return "" if isolated is None else f" · only {title(PARTS[isolated]).lower()}"


def _blend(crop: np.ndarray, parts: np.ndarray, display: Display) -> np.ndarray:
    rgba = part_colours(parts, fill=display.opacity, outline=False, isolated=display.isolated_part, rest=0.12)
    alpha = rgba[..., 3:] * np.float32(1 / 255)
    grey = crop.sum(axis=2, keepdims=True, dtype=np.uint16) * np.float32(_DIM / 3)
    return (grey + (rgba[..., :3] - grey) * alpha).astype(np.uint8)
