"""The log: what happened, with times, to be copied."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop_app.application import Studio
from desktop_app.session.activity import Problem


def texts(studio: Studio) -> list[str]:
    """The lines in the pane."""
    lines = studio.window.log.lines
    return [lines.topLevelItem(i).text(1) for i in range(lines.topLevelItemCount())]


def test_the_log_is_hidden_and_catches_up_when_it_is_shown(studio: Studio, qtbot) -> None:
    dock = studio.window.layout_.docks["Log"]
    assert not dock.isVisible()
    studio.session.note("Saved here.")
    dock.show()
    qtbot.waitUntil(lambda: "Saved here." in texts(studio))
    assert any(text.startswith("Opened") for text in texts(studio))
    studio.session.note("Saved there.")
    qtbot.waitUntil(lambda: texts(studio)[-1] == "Saved there.")


def test_the_details_of_a_problem_unfold_and_everything_is_copied(studio: Studio, qtbot) -> None:
    studio.window.layout_.docks["Log"].show()
    studio.session.report(Problem("It broke.", "Mend it.", "Traceback\n  here"))
    qtbot.waitUntil(lambda: texts(studio)[-1] == "It broke. Mend it.")
    lines = studio.window.log.lines
    item = lines.topLevelItem(lines.topLevelItemCount() - 1)
    assert not item.isExpanded()
    assert "here" in item.child(0).text(1)
    lines.setCurrentItem(item)
    qtbot.keyClick(lines, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text()
    assert copied.endswith("It broke. Mend it.\nTraceback\n  here")
    assert copied.count("It broke") == 1
    studio.window.log._copy.click()
    assert QApplication.clipboard().text().count("\n") >= len(texts(studio))
