"""A form made from settings: what can be filled in wrongly is not offered."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from core_model.settings import Setting
from desktop_app.views import dialogs
from desktop_app.views.pane import caption, tool, yielding

_EDITOR_PX = 130
_DECIMALS = 8


class _Whole(QSpinBox):
    """The wheel scrolls the page: values must not change by accident."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()


class _Real(QDoubleSpinBox):
    """As short as it can be written."""

    def textFromValue(self, value: float) -> str:  # noqa: N802
        return f"{value:.7g}"

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()


class _Choice(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()


class SettingsForm(QWidget):
    """Reports `changed(name, value)`; shows what it is told."""

    changed = Signal(str, object)

    def __init__(self, settings: Iterable[Setting]) -> None:
        super().__init__()
        self.editors: dict[str, QWidget] = {}
        self._show: dict[str, Callable[[Any], None]] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        for row, each in enumerate(settings):
            editor = self._editor(each)
            self.editors[each.name] = editor
            label, help_ = QLabel(title(each.name)), yielding(caption(each.about.help))
            for widget in (label, editor, help_):
                widget.setToolTip(each.text())
            editor.setAccessibleName(title(each.name))
            label.setBuddy(editor)
            for column, widget in enumerate((label, editor, help_)):
                grid.addWidget(widget, row, column)

    def show_values(self, values: Mapping[str, object]) -> None:
        """Draw them."""
        for name, show in self._show.items():
            if name in values:
                with QSignalBlocker(self.editors[name]):
                    show(values[name])

    def _editor(self, each: Setting) -> QWidget:
        if isinstance(each.default, bool):
            return self._tick(each)
        if each.about.choices:
            return self._choice(each)
        if isinstance(each.default, int | float):
            return self._number(each)
        return self._path(each)

    def _tick(self, each: Setting) -> QWidget:
        box = QCheckBox()
        box.toggled.connect(lambda on: self.changed.emit(each.name, on))
        self._show[each.name] = box.setChecked
        return box

    def _choice(self, each: Setting) -> QWidget:
        box = _Choice()
        box.addItems(list(each.about.choices))
        box.currentTextChanged.connect(lambda text: self.changed.emit(each.name, text))
        box.setFixedWidth(_EDITOR_PX)
        self._show[each.name] = box.setCurrentText
        return box

    def _number(self, each: Setting) -> QWidget:
        about = each.about
        field: QSpinBox | QDoubleSpinBox = _Whole() if isinstance(each.default, int) else _Real()
        if isinstance(field, QDoubleSpinBox):
            field.setDecimals(_DECIMALS)
        kind = int if isinstance(field, QSpinBox) else float
        field.setRange(kind(about.least or 0), kind(1e9 if about.most is None else about.most))  # type: ignore[arg-type]
        field.setStepType(type(field).StepType.AdaptiveDecimalStepType)
        field.setKeyboardTracking(False)  # what is half typed is no value yet
        field.setSuffix(f" {about.unit}" if about.unit else "")
        field.setFixedWidth(_EDITOR_PX)
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.valueChanged.connect(lambda value: self.changed.emit(each.name, kind(value)))
        self._show[each.name] = lambda value: field.setValue(kind(value))  # type: ignore[arg-type]
        return field

    def _path(self, each: Setting) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        field = QLineEdit()
        field.setObjectName("search")
        field.setPlaceholderText("as usual" if each.name == "pool" else "none")
        field.editingFinished.connect(lambda: self.changed.emit(each.name, field.text().strip()))

        def choose() -> None:
            chosen = dialogs.choose_folder(self, "") if each.about.path == "folder" else dialogs.choose_weights(self)
            if chosen:
                self.changed.emit(each.name, str(chosen))

        row.addWidget(field, 1)
        row.addWidget(tool("Choose it", choose, "…"))
        whole.setFixedWidth(_EDITOR_PX)

        def show(value: object) -> None:
            if not field.hasFocus():
                field.setText(str(value))

        self._show[each.name] = show
        return whole


def title(name: str) -> str:
    """The name of a setting in words.

    >>> title("losses.one_shape"), title("save_every_s")
    ('One shape', 'Save every')
    """
    words = name.rpartition(".")[2].removesuffix("_s").replace("_", " ")
    return words[:1].upper() + words[1:]
