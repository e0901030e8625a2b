"""What runs saw at a step, beside each other, and a slider back through training."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from desktop_app.session.runs import RunsPicture, Sheet
from desktop_app.views.pane import caption, chip, keep_list_keys
from desktop_app.views.parts_pane import dress
from desktop_app.views.sheet_tile import SheetTile
from desktop_app.views.theme import DARK, Theme

_MOST = 4


class RunPictures(QWidget):
    """Reports `sought(step)`; None: the newest."""

    sought = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._theme, self._steps = DARK, np.zeros(0, np.int64)
        self._showing = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._row = QHBoxLayout()
        self._row.setSpacing(2)
        column.addLayout(self._row, 1)
        self.tiles: list[SheetTile] = []
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 2, 8, 4)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Step of the pictures")
        self.slider.setToolTip("Back through training: pictures and figures of another step. Arrows: one picture.")
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        keep_list_keys(self.slider)
        self.slider.valueChanged.connect(self._slid)
        self.at = caption()
        self.newest = chip("Newest", "Follow the run: always its newest pictures", lambda on: self._follow(on))
        for widget, stretch in ((self.slider, 1), (self.at, 0), (self.newest, 0)):
            bar.addWidget(widget, stretch)
        column.addLayout(bar)

    def set_theme(self, theme: Theme) -> None:
        """Colours of what is not a picture."""
        self._theme = theme
        for tile in self.tiles:
            dress(tile, theme)

    def show_runs(self, picture: RunsPicture) -> None:
        """Draw what has changed."""
        sheets = picture.sheets[:_MOST]
        while len(self.tiles) < max(len(sheets), 1):
            self.tiles.append(SheetTile())
            dress(self.tiles[-1], self._theme)
            self._row.addWidget(self.tiles[-1], 1)
        for place, tile in enumerate(self.tiles):
            tile.setVisible(place < max(len(sheets), 1))
        for tile, sheet in zip(self.tiles, sheets, strict=False):
            tile.show_sheet(sheet)
        if not sheets:
            self.tiles[0].show_sheet(Sheet(""))
        self._show_slider(picture)

    def _show_slider(self, picture: RunsPicture) -> None:
        steps = np.unique([shot.step for info in picture.chosen for shot in info.record.shots])
        self._steps, step = steps, picture.choice.step
        self._showing = True
        self.slider.setEnabled(len(steps) > 1)
        self.slider.setRange(0, max(len(steps) - 1, 0))
        place = len(steps) - 1 if step is None else int(np.searchsorted(steps, step, side="right")) - 1
        self.slider.setValue(max(place, 0))
        self._showing = False
        self.newest.setChecked(step is None)
        self.at.setText("" if step is None else f"step {step}")

    def _slid(self, place: int) -> None:
        if not self._showing and place < len(self._steps):
            last = place == len(self._steps) - 1
            self.sought.emit(None if last else int(self._steps[place]))

    def _follow(self, on: bool) -> None:
        place = self.slider.value()
        self.sought.emit(None if on or place >= len(self._steps) else int(self._steps[place]))
