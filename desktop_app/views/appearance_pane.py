"""How the person looks: their parts laid flat as a texture sheet, to see, keep, paint on elsewhere and put on again."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout

from core_model.prediction import GUESSED
from core_model.skeleton import PARTS, title
from core_model.texture_sheet import CELLS, LABEL_PX, laid_out, part_at, texels_of
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views import dialogs
from desktop_app.views.commands import Commands
from desktop_app.views.image_tile import ImageTile
from desktop_app.views.outfit_box import OutfitBox
from desktop_app.views.overlays import stripes
from desktop_app.views.pane import Pane, button, caption
from desktop_app.views.parts_pane import dress
from desktop_app.views.theme import Theme

_DIM_ALPHA = 150
_MIN_FONT_PX = 9


class AppearancePane(Pane):
    """The sheet of the person on show."""

    def __init__(self, session: Session, commands: Commands) -> None:
        super().__init__()
        self._session, self._commands = session, commands
        row = self.add_strip()
        self.export = button("Export sheet…", "Save the sheet as a PNG that a paint program opens", self._export)
        self.load = button("Load edited sheet…", "The person wears a sheet that was painted on", self._load)
        self.reset = button("Reset", "What the clip shows", lambda: session.stage.reset_appearance())
        for widget in (self.export, self.load, self.reset):
            row.addWidget(widget)
        row.addStretch(1)
        self.tile = ImageTile()
        self.tile.installEventFilter(self)
        self.tile.setToolTip("Click a part to see it alone everywhere, and to choose where it comes from.")
        self.column.addWidget(self.tile, 1)
        self._add_part_row()
        self._atlas: np.ndarray | None = None
        self._shown: tuple[object, ...] = ()

    def _add_part_row(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(10, 2, 8, 6)
        self._part_name = caption()
        self.part_box = OutfitBox("Where this part's appearance comes from", none="As the rest")
        self.part_box.chosen.connect(self._part_chosen)
        line.addWidget(self._part_name)
        line.addWidget(self.part_box, 1)
        self.column.addLayout(line)

    def _part_chosen(self, outfit: object) -> None:
        part = self._session.display.isolated_part
        if part is not None:
            self._session.stage.wear_part(part, outfit)  # type: ignore[arg-type]

    def _export(self) -> None:
        if path := dialogs.choose_target(self, "Export the texture sheet", "sheet.png"):
            self._commands.save_sheet(path)

    def _load(self) -> None:
        if path := dialogs.choose_picture(self, "Load an edited texture sheet"):
            self._commands.load_sheet(path)

    def set_theme(self, theme: Theme) -> None:
        """Colours of what is not a picture."""
        dress(self.tile, theme)

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        staging, isolated = picture.staging, picture.display.isolated_part
        self.export.setEnabled(picture.atlas is not None)
        self.load.setEnabled(picture.clip is not None)
        self.reset.setEnabled(staging.dressed)
        self.part_box.setEnabled(isolated is not None)
        self._part_name.setText("Click a part:" if isolated is None else f"{title(PARTS[isolated])}:")
        self.part_box.show_outfits(picture.outfits, None if isolated is None else staging.parts.get(isolated))
        key = (picture.atlas, isolated, picture.hint)
        if not picture.display.sheet or (self._shown and all(a is b for a, b in zip(key, self._shown, strict=True))):
            return
        self._shown = key
        image = None
        if picture.atlas is not None:
            texels = texels_of(picture.atlas)
            colours = stripes(texels[..., :3], texels[..., 3] < GUESSED * 255)
            image = laid_out(np.insert(colours, 3, 255, axis=-1))
        self.tile.show_image(
            image,
            key=image,
            caption="Striped: not seen from this side, a guess",
            hint=picture.hint or "Nobody is on show.",
        )
        self.tile.draw(lambda painter: _draw_names(painter, isolated))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A click on a part picks it."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            place = self.tile.to_image(event.position())
            part = None if place is None else part_at(*place)
            self._session.show(isolated_part=None if part == self._session.display.isolated_part else part)
        return super().eventFilter(watched, event)


def _draw_names(painter: QPainter, isolated: int | None) -> None:
    """The parts' names over their cells in letters of the screen's size, and all cells but one dimmed."""
    scale = painter.worldTransform().m11()
    font = painter.font()
    font.setPixelSize(max(round(_MIN_FONT_PX / scale), LABEL_PX // 2))
    painter.setFont(font)
    for part, (rows, columns) in enumerate(CELLS):
        cell = QRectF(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        painter.setPen(QColor("#d9dde4"))
        above = QRectF(cell.left() - 8, rows.start - LABEL_PX - 4, cell.width() + 16, LABEL_PX)
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, _short(PARTS[part]))
        if isolated is not None and part != isolated:
            painter.fillRect(cell, QColor(16, 18, 22, _DIM_ALPHA))
        elif isolated is not None:
            pen = QPen(QColor("#4c9bf5"), 2)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawRect(cell)


def _short(name: str) -> str:
    """`l_upper_arm` -> "L arm": there is little room."""
    return f"{name[0].upper()} {name[2:].removeprefix('upper_')}" if name[1] == "_" else name.capitalize()
