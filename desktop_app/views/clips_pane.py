"""The clips of the session in a list: shown by a click, renamed in place; one that cannot be shown says why."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMessageBox, QTreeWidget, QTreeWidgetItem

from desktop_app.session.clip_rows import Row
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views import dialogs
from desktop_app.views.commands import Commands
from desktop_app.views.group import line
from desktop_app.views.keymap import keyed
from desktop_app.views.pane import Pane, button, keep_list_keys
from desktop_app.views.theme import DARK, Theme, icon

_Number = Qt.ItemDataRole.UserRole


class ClipsPane(Pane):
    """A line a clip."""

    def __init__(self, session: Session, commands: Commands) -> None:
        super().__init__()
        self._session, self._commands, self._theme = session, commands, DARK
        self._rows: tuple[Row, ...] | None = None
        self.asked: QMessageBox | None = None
        strip = self.add_strip()
        strip.addWidget(button("Add…", "More videos or images for this session", self.add))
        self.remove_button = button("Remove…", "Take the chosen clip out of the session; its file stays", self.remove)
        self.rename_button = button("Rename", "Call the chosen clip something else in this session", self.rename)
        strip.addWidget(self.rename_button)
        strip.addWidget(self.remove_button)
        strip.addStretch(1)
        self.list = QTreeWidget()
        self.list.setAccessibleName("Clips")
        self.list.setHeaderLabels(["Clip", ""])
        self.list.setRootIsDecorated(False)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        keep_list_keys(self.list)
        self.list.itemClicked.connect(self._show)
        self.list.itemActivated.connect(self._show)
        self.list.itemChanged.connect(self._renamed)
        self.list.currentItemChanged.connect(lambda: self._enable())
        self.column.addWidget(self.list, 1)
        analyse = keyed(button("Analyse all", "Every clip, one after another", commands.analyse_all), "analyse_all")
        self.column.addWidget(line(analyse, push=True))
        self._enable()

    def add(self) -> None:
        """Let the person choose more."""
        if paths := dialogs.choose_clips(self, str(self._session.clip.path.parent) if self._session.clip else ""):
            self._commands.add_clips(paths)

    def rename(self) -> None:
        """In its place, the chosen one."""
        if item := self.list.currentItem():
            self.list.setFocus()
            self.list.editItem(item, 0)

    def remove(self) -> None:
        """The chosen one; asked first where something would be lost."""
        row = self._chosen()
        if row is None:
            return
        number = row.number
        if row.worked_on:
            self.asked = dialogs.ask_remove(self, row.name, lambda: self._commands.remove_clip(number))
        else:
            self._commands.remove_clip(number)

    def set_theme(self, theme: Theme) -> None:
        """Colours of what is wrong."""
        self._theme, self._rows = theme, None

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        if picture.clips == self._rows:
            return
        before = [(row.number, row.shown) for row in self._rows or ()]
        self._rows = picture.clips
        self.list.blockSignals(True)
        if before != [(row.number, row.shown) for row in picture.clips]:
            self.list.clear()
            for _ in picture.clips:
                made = QTreeWidgetItem(self.list)
                made.setFlags(made.flags() | Qt.ItemFlag.ItemIsEditable)
        for place, row in enumerate(picture.clips):
            if item := self.list.topLevelItem(place):
                self._draw(item, row)
        self.list.blockSignals(False)
        self._enable()

    def _draw(self, item: QTreeWidgetItem, row: Row) -> None:
        if item.text(0) != row.name:
            item.setText(0, row.name)
        item.setText(1, row.what)
        item.setData(0, _Number, row.number)
        font = item.font(0)
        font.setBold(row.shown)
        item.setFont(0, font)
        item.setIcon(0, icon("alert-outline", self._theme) if row.trouble else QIcon())
        item.setForeground(1, QColor(self._theme.warning if row.trouble else self._theme.muted))
        tip = f"{row.what} {row.todo}" if row.trouble else row.path
        for column in (0, 1):
            item.setToolTip(column, tip)
        if row.shown and not self._chosen():
            self.list.setCurrentItem(item)

    def _chosen(self) -> Row | None:
        item = self.list.currentItem()
        number = item.data(0, _Number) if item else None
        return next((row for row in self._rows or () if row.number == number), None)

    def _show(self, item: QTreeWidgetItem) -> None:
        self._commands.show_clip(item.data(0, _Number))

    def _renamed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0 and self._rows is not None:
            self._rows = None  # an empty name is put back
            self._session.clips.rename(item.data(0, _Number), item.text(0))

    def _enable(self) -> None:
        for made in (self.rename_button, self.remove_button):
            made.setEnabled(self.list.currentItem() is not None)
