"""What can be plotted, to be searched and ticked."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from core_model.channels import CHANNELS, Channel, Quantity
from desktop_app.views.pane import keep_list_keys

_CHANNEL = Qt.ItemDataRole.UserRole


class ChannelList(QWidget):
    """Reports `chosen(channel, on)`."""

    chosen = Signal(object, bool)

    def __init__(self) -> None:
        super().__init__()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search, e.g. left knee")
        self.search.setClearButtonEnabled(True)
        self.search.setObjectName("search")
        self.search.setAccessibleName("Search what to plot")
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(12)
        keep_list_keys(self.tree)
        self.tree.setAccessibleName("What to plot")
        self.items: dict[Channel, QTreeWidgetItem] = {}
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        for quantity, channels in CHANNELS.items():
            self._add(quantity, channels)
        self._open_chosen()
        self.tree.itemChanged.connect(self._changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 0, 6)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addWidget(self.tree)

    def _add(self, quantity: Quantity, channels: tuple[Channel, ...]) -> None:
        group = QTreeWidgetItem(self.tree, [quantity.value])
        group.setToolTip(0, quantity.explained)
        group.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        self._groups.append((group, []))
        for channel in channels:
            item = self.items[channel] = QTreeWidgetItem(group, [channel.name])
            self._groups[-1][1].append(item)
            item.setData(0, _CHANNEL, channel)
            item.setIcon(0, _swatch(channel))
            item.setToolTip(0, f"{channel.name}. {quantity.explained}.")
            item.setCheckState(0, Qt.CheckState.Unchecked)

    def show_chosen(self, channels: tuple[Channel, ...]) -> None:
        """Tick these, and only these."""
        wanted = set(channels)
        self.tree.blockSignals(True)
        for channel, item in self.items.items():
            state = Qt.CheckState.Checked if channel in wanted else Qt.CheckState.Unchecked
            if item.checkState(0) != state:
                item.setCheckState(0, state)
        self.tree.blockSignals(False)
        self.tree.viewport().update()

    def _changed(self, item: QTreeWidgetItem) -> None:
        channel = item.data(0, _CHANNEL)
        if channel is not None:
            self.chosen.emit(channel, item.checkState(0) is Qt.CheckState.Checked)

    def _filter(self, text: str) -> None:
        """Show what has all these words in its name, or in that of its group."""
        words = text.lower().split()
        for group, items in self._groups:
            for item in items:
                line = f"{group.text(0)} {item.text(0)}".lower()
                item.setHidden(not all(word in line for word in words))
            group.setHidden(all(item.isHidden() for item in items))
            if words:
                group.setExpanded(True)
        if not words:
            self._open_chosen()

    def _open_chosen(self) -> None:
        """Joint angles are what is asked for most."""
        for place, (group, _) in enumerate(self._groups):
            group.setExpanded(place == 0)


def _swatch(channel: Channel) -> QIcon:
    pixmap = QPixmap(12, 12)
    pixmap.fill(QColor(*channel.rgb))
    return QIcon(pixmap)
