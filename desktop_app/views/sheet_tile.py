"""A sheet of pictures, laid out for the place there is: each person a strip, as many strips as fit well."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QResizeEvent

from desktop_app.session.runs import Sheet
from desktop_app.views.image_tile import ImageTile

_CLEAR_PX = 110
"""A picture smaller than this on the screen tells little."""
_NONE = "No pictures up to this step. `preview_every` in the run's config says how often it makes some."


class SheetTile(ImageTile):
    """One run's pictures."""

    def __init__(self) -> None:
        super().__init__()
        self._sheet = Sheet("")
        self._laid: object = None

    def show_sheet(self, sheet: Sheet) -> None:
        """Draw it, or say why there is none."""
        self._sheet = sheet
        shot, image, rows = sheet.shot, sheet.image, sheet.shot.rows if sheet.shot else ()
        grid = (1, 1)
        if image is not None and rows:
            side = image.shape[0] // len(rows)
            grid = best_grid(self.width(), self.height() - 24, len(rows), image.shape[1] // side)
            if self._laid is None or self._laid[:2] != (id(image), grid):  # type: ignore[index]
                self._laid = (id(image), grid, laid_out(image, len(rows), grid), image)
            image = self._laid[2]  # type: ignore[index]
        words = f"{sheet.run} · step {shot.step}" if shot else sheet.run
        self.show_image(image, key=image, caption=words, hint=_NONE if shot is None else "Reading ...")
        self.draw(lambda painter: self._name(painter, rows, grid))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another place, another layout."""
        super().resizeEvent(event)
        self.show_sheet(self._sheet)

    def _name(self, painter: QPainter, rows: Sequence[str], grid: tuple[int, int]) -> None:
        """What each column shows, in letters of the screen's size."""
        if not rows or self.image is None:
            return
        scale = self.image.width() / self.target().width()
        width = self.image.width() / (len(rows) * grid[0])
        font = painter.font()
        font.setPixelSize(max(round(11 * scale), 1))
        painter.setFont(font)
        for place in range(len(rows) * grid[0]):
            name = rows[place % len(rows)]
            name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(width - 4 * scale))
            text = painter.fontMetrics().horizontalAdvance(name)
            field = QRectF(place * width, 0, min(text + 8 * scale, width), 15 * scale)
            painter.fillRect(field, QColor(16, 18, 22, 190))
            painter.setPen(QColor("#d9dde4"))
            painter.drawText(field, Qt.AlignmentFlag.AlignCenter, name)


def best_grid(width_px: float, height_px: float, kinds: int, people: int) -> tuple[int, int]:
    """How many strips of `kinds` pictures side by side, and under each other.

    >>> best_grid(1300, 120, 5, 6), best_grid(600, 420, 5, 6), best_grid(300, 120, 5, 6)
    ((2, 1), (1, 3), (1, 2))
    """

    def worth(grid: tuple[int, int]) -> float:
        side = min(width_px / (kinds * grid[0]), height_px / grid[1])
        return side**2 * grid[0] * grid[1] * min(1.0, side / _CLEAR_PX) ** 2

    grids = [(g, k) for g in range(1, people + 1) for k in range(1, people // g + 1)]
    return max(grids, key=worth, default=(1, 1))


def laid_out(image: np.ndarray, kinds: int, grid: tuple[int, int]) -> np.ndarray:
    """A sheet (kinds x S, n x S, 3) as strips, the first people first."""
    side = image.shape[0] // kinds
    people = image.shape[1] // side
    strips = [
        np.concatenate([image[k * side : (k + 1) * side, p * side : (p + 1) * side] for k in range(kinds)], axis=1)
        for p in range(min(people, grid[0] * grid[1]))
    ]
    rows = [np.concatenate(strips[k * grid[0] : (k + 1) * grid[0]], axis=1) for k in range(grid[1])]
    return np.concatenate(rows)
