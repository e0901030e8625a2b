"""The tour of the first start."""

from PySide6.QtCore import QSettings

from desktop_app.application import Studio
from desktop_app.views.hints import HINTS


def test_the_tour_shows_each_pane_once_and_does_not_come_back(studio: Studio, qtbot) -> None:
    hints, docks = studio.window.hints, studio.window.layout_.docks
    hints.welcome()
    for number, hint in enumerate(HINTS):
        assert hint.text in hints.text.text()
        assert [title for title, dock in docks.items() if dock.property("hinted")] == [hint.dock]
        qtbot.waitUntil(lambda dock=docks[hint.dock]: not dock.visibleRegion().isEmpty())
        assert hints.back.isEnabled() == (number > 0)
        hints.next.click()
    assert not hints.isVisible()
    assert not any(dock.property("hinted") for dock in docks.values())
    hints.welcome()
    assert not hints.isVisible()
    studio.window.actions_["hints"].trigger()
    assert hints.isVisible()
    hints.next.click()
    hints.back.click()
    assert HINTS[0].text in hints.text.text()


def test_whoever_closes_it_has_seen_it(studio: Studio) -> None:
    hints = studio.window.hints
    hints.welcome()
    hints.close_.click()
    assert not hints.isVisible()
    assert QSettings(studio.window.settings.fileName(), QSettings.Format.IniFormat).value("hints/seen", type=bool)
