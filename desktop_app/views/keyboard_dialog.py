"""The page of keys: every action with its keys, to be read, searched and changed."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.views.keymap import Keymap, shown
from desktop_app.views.pane import button

_ACTION, _FIRST_KEY, _COLUMNS = 0, 1, ("Action", "Key", "Second key", "Menu")
_MENU = len(_COLUMNS) - 1
_HOW = "Double-click a key, or press Enter on it, then press the new one. Delete takes it away."
_NAME = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class _KeyDelegate(QStyledItemDelegate):
    """A key is set by pressing it."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: N802
        """Takes one key with its modifiers, and is done."""
        editor = QKeySequenceEdit(parent)
        editor.setMaximumSequenceLength(1)
        editor.setFinishingKeyCombinations([])
        editor.editingFinished.connect(lambda: self._finish(editor))
        return editor

    def _finish(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """It starts empty: whatever is pressed is the key."""

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:  # noqa: N802
        """As it is written; nothing pressed, nothing changed."""
        assert isinstance(editor, QKeySequenceEdit)
        if not editor.keySequence().isEmpty():
            model.setData(index, shown(editor.keySequence().toString(QKeySequence.SequenceFormat.PortableText)))


class _KeyTable(QTableWidget):
    """Enter changes a key, Delete takes it away."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Qt asks."""
        item = self.currentItem()
        if item is not None and item.column() in (_FIRST_KEY, _FIRST_KEY + 1):
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                item.setText("")
                return
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.editItem(item)
                return
        super().keyPressEvent(event)


class KeyboardDialog(QDialog):
    """Changes take effect at once; a key that does something else already is refused with a sentence."""

    def __init__(self, parent: QWidget, keymap: Keymap) -> None:
        super().__init__(parent)
        self._keymap, self._filling = keymap, False
        self.setWindowTitle("Keyboard")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 620)
        self.search = QLineEdit(placeholderText="Search actions and keys", clearButtonEnabled=True)
        self.search.setObjectName("search")
        self.search.setAccessibleName("Search")
        self.search.textChanged.connect(self._filter)
        self.table = self._make_table()
        self.message = QLabel(_HOW, wordWrap=True)
        self.message.setObjectName("caption")
        column = QVBoxLayout(self)
        for widget in (self.search, self.table, self.message):
            column.addWidget(widget)
        column.addLayout(self._make_buttons())
        self._fill()

    def _make_table(self) -> QTableWidget:
        table = _KeyTable(len(self._keymap.commands), len(_COLUMNS), self)
        table.setAccessibleName("Actions and their keys")
        table.setHorizontalHeaderLabels(list(_COLUMNS))
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(_ACTION, QHeaderView.ResizeMode.Stretch)
        for column in range(_FIRST_KEY, len(_COLUMNS)):
            table.setColumnWidth(column, 130)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        table.setItemDelegate(_KeyDelegate(table))
        table.itemChanged.connect(self._changed)
        return table

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(button("Reset This", "The keys that this action had at first", self._reset_one))
        row.addWidget(button("Reset All", "All keys as they were at first", self._reset_all))
        row.addStretch(1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        row.addWidget(close)
        for pressed in (*self.findChildren(QPushButton), *close.findChildren(QPushButton)):
            pressed.setAutoDefault(False)  # Enter belongs to the table
        return row

    def _fill(self) -> None:
        """Write all keys as they are; those that a person chose are in bold."""
        self._filling = True
        for row, command in enumerate(self._keymap.commands.values()):
            keys = [shown(key) for key in self._keymap.keys(command.name)]
            for column, text in enumerate((command.label, *(*keys, "", "")[:2], command.menu)):
                item = QTableWidgetItem(text)
                item.setData(_NAME, command.name)
                if column in (_ACTION, _MENU):
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                font = item.font()
                font.setBold(column != _MENU and self._keymap.changed(command.name))
                item.setFont(font)
                self.table.setItem(row, column, item)
        self._filling = False

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text() if item else ""

    def _changed(self, item: QTableWidgetItem) -> None:
        if self._filling:
            return
        keys = [self._text(item.row(), column) for column in (_FIRST_KEY, _FIRST_KEY + 1)]
        self._take(self._keymap.put(item.data(_NAME), keys), item)

    def _reset_one(self) -> None:
        if (item := self.table.currentItem()) is not None:
            self._take(self._keymap.reset(item.data(_NAME)), item)

    def _reset_all(self) -> None:
        self._take(self._keymap.reset(), None)

    def _take(self, refusal: str, item: QTableWidgetItem | None) -> None:
        """Show what came of it: the keys, or why not."""
        row, column = (item.row(), item.column()) if item else (0, _FIRST_KEY)
        self.message.setText(refusal or _HOW)
        self.message.setObjectName("wrong" if refusal else "caption")
        self.message.style().polish(self.message)
        self._fill()
        self.table.setCurrentCell(row, column)

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for row in range(self.table.rowCount()):
            line = " ".join(self._text(row, column) for column in range(len(_COLUMNS))).lower()
            self.table.setRowHidden(row, not all(word in line for word in words))
