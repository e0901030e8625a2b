"""What happened, with times; the details of a problem unfold."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from desktop_app.session.log import Entry
from desktop_app.session.resolve import Picture
from desktop_app.views.pane import Pane, caption, keep_list_keys, tool
from desktop_app.views.theme import DARK, Theme, icon


class _Lines(QTreeWidget):
    """Ctrl+C copies what is selected."""

    entries: tuple[Entry, ...] = ()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Qt asks."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = {(index.parent() if index.parent().isValid() else index).row() for index in self.selectedIndexes()}
            copy_entries([self.entries[row] for row in sorted(rows)])
        else:
            super().keyPressEvent(event)


class LogPane(Pane):
    """A line for each thing that happened, the newest last."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = DARK
        self._shown: tuple[Entry, ...] = ()
        self._picture: Picture | None = None
        row = self.add_strip()
        row.addWidget(caption("What happened since the start. Problems unfold to their details."))
        row.addStretch(1)
        self._copy = tool("Copy everything, details included", lambda: copy_entries(list(self._shown)), "Copy all")
        self._copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        row.addWidget(self._copy)
        self.lines = _Lines()
        keep_list_keys(self.lines)
        self.lines.setAccessibleName("Log")
        self.lines.setHeaderLabels(["Time", "What happened"])
        self.lines.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.lines.setRootIsDecorated(True)
        self.lines.setWordWrap(True)
        self.lines.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.column.addWidget(self.lines, 1)

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        self._theme = theme
        self._shown = ()

    def set_icons(self, theme: Theme) -> None:
        """In the theme's colours."""
        self._copy.setIcon(icon("content-copy", theme))

    def show_picture(self, picture: Picture) -> None:
        """Add what is new."""
        self._picture, entries = picture, picture.log
        if entries is self._shown or not self.isVisible():
            return
        known = len(self._shown)
        if not known or entries[:known] != self._shown:
            self.lines.clear()
            known = 0
        self._shown = self.lines.entries = entries
        for entry in entries[known:]:
            self._add(entry)
        self.lines.scrollToBottom()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Nothing was added while nobody looked."""
        super().showEvent(event)
        if self._picture:
            self.show_picture(self._picture)

    def _add(self, entry: Entry) -> None:
        item = QTreeWidgetItem(self.lines, [f"{entry.at:%H:%M:%S}", entry.text])
        item.setToolTip(1, entry.text)
        if entry.problem:
            item.setForeground(1, QColor(self._theme.error))
        if entry.details:
            details = QTreeWidgetItem(item, ["", entry.details.rstrip()])
            details.setForeground(1, QColor(self._theme.muted))


def copy_entries(entries: list[Entry]) -> None:
    """Put them on the clipboard as text."""
    QGuiApplication.clipboard().setText("\n".join(map(str, entries)))
