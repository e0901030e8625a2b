"""The page of keys: all actions in one table, keys changed, refused, remembered, reset."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QKeySequenceEdit

from desktop_app.application import Studio
from desktop_app.views.keyboard_dialog import KeyboardDialog

NORMS = (
    "Space", "J", "K", "L", "Left", "Right", "Shift+Left", "Shift+Right", "Home", "End", "[", "]",
    "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+O", "F11",
)  # fmt: skip


@pytest.fixture
def dialog(studio: Studio, qtbot) -> Iterator[KeyboardDialog]:
    """The page, opened from the menu."""
    studio.window.actions_["shortcuts"].trigger()
    page = studio.window.findChild(KeyboardDialog)
    qtbot.waitUntil(page.isVisible)
    yield page
    if page in studio.window.children():
        page.close()


def row_of(page: KeyboardDialog, text: str) -> int:
    """The line of an action."""
    return next(row for row in range(page.table.rowCount()) if page.table.item(row, 0).text() == text)


def press(page: KeyboardDialog, qtbot, action: str, key: Qt.Key) -> None:
    """Give an action a key, as a person does."""
    page.table.setCurrentCell(row_of(page, action), 1)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    editor = page.table.findChild(QKeySequenceEdit)
    qtbot.keyClick(editor, key)
    editor.editingFinished.emit()
    QApplication.processEvents()


def test_every_action_is_listed_and_no_key_does_two_things(studio: Studio, dialog: KeyboardDialog) -> None:
    assert dialog.table.rowCount() == len(studio.window.command_list)
    keys = [QKeySequence(key).toString() for command in studio.window.command_list for key in command.keys]
    assert len(set(keys)) == len(keys)
    assert set(NORMS) <= set(keys)


def test_a_new_key_works_at_once_and_the_old_one_no_longer(studio: Studio, dialog: KeyboardDialog, qtbot) -> None:
    press(dialog, qtbot, "One Frame On", Qt.Key.Key_W)
    dialog.close()
    QApplication.processEvents()
    studio.window.activateWindow()
    qtbot.waitUntil(studio.window.isActiveWindow)
    qtbot.keyClick(studio.window, Qt.Key.Key_W)
    assert studio.session.playback.index == 1
    qtbot.keyClick(studio.window, Qt.Key.Key_Right)
    assert studio.session.playback.index == 1
    assert any("(W)" in button.toolTip() for button in studio.window.timeline._icons)


def test_a_key_that_is_taken_is_refused_with_a_sentence(studio: Studio, dialog: KeyboardDialog, qtbot) -> None:
    press(dialog, qtbot, "One Frame On", Qt.Key.Key_S)
    assert dialog.message.text().startswith("S already does “Skeleton on the Frame”")
    assert dialog.table.item(row_of(dialog, "One Frame On"), 1).text() == "Right"
    assert studio.window.keymap.keys("next") == ("Right",)


def test_a_key_is_taken_away_and_all_come_back(studio: Studio, dialog: KeyboardDialog, qtbot) -> None:
    dialog.table.setCurrentCell(row_of(dialog, "Skeleton on the Frame"), 1)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert studio.window.keymap.keys("skeleton") == ()
    press(dialog, qtbot, "One Frame On", Qt.Key.Key_S)
    assert studio.window.keymap.keys("next") == ("S",)
    assert studio.window.keymap.reset("skeleton"), "its key is another's now"
    dialog._reset_all()
    assert studio.window.keymap.keys("skeleton") == ("S",)
    assert studio.window.keymap.keys("next") == ("Right",)


def test_keys_are_remembered(make_studio) -> None:
    first = make_studio(clip=None)
    assert not first.window.keymap.put("full", ["Ctrl+Shift+F", "F12"])
    assert not first.window.keymap.put("parts", [])
    first.window.close()
    second = make_studio(clip=None)
    assert second.window.keymap.keys("full") == ("Ctrl+Shift+F", "F12")
    assert second.window.keymap.keys("parts") == ()
    assert [key.toString() for key in second.window.actions_["full"].shortcuts()] == ["Ctrl+Shift+F", "F12"]


def test_the_table_is_searched(dialog: KeyboardDialog, qtbot) -> None:
    qtbot.keyClicks(dialog.search, "loop")
    shown = [row for row in range(dialog.table.rowCount()) if not dialog.table.isRowHidden(row)]
    assert {dialog.table.item(row, 0).text() for row in shown} == {"Loop From Here", "Loop Up To Here"}
