"""The plots: choose, look, seek, smooth, take away."""

import csv
from pathlib import Path

import numpy as np
import pytest
from fake_predictor import FakePredictor
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from core_model.channels import Channel, Quantity
from core_model.skeleton import JOINT
from desktop_app.application import Studio

WRIST_SPEED = Channel(Quantity.SPEED, JOINT["l_wrist"])


class Blinking(FakePredictor):
    """Sees nobody in some frames."""

    def predict(self, frame: np.ndarray, *, synthesise: bool = True):
        """As ever, but for some."""
        return super().predict(frame * (10 <= frame[0, 0, 0] - 40 < 30 or frame[0, 0, 0] < 50), synthesise=synthesise)


@pytest.fixture
def plotted(make_studio, qtbot) -> Studio:
    """All frames analysed, the plots in sight."""
    studio = make_studio(Blinking())
    qtbot.waitUntil(lambda: studio.session.prediction is not None)
    studio.window.layout_.docks["Plots"].raise_()
    studio.analyser.start()
    session = studio.session
    qtbot.waitUntil(lambda: bool(session.results.state.all()) and not session.analysis.running)
    qtbot.waitUntil(
        lambda: session.plots.calm is not None and session.plots.calm.version == session.results.traces.version
    )
    qtbot.waitUntil(
        lambda: studio.window.plots._curves is session.plots.curves(session.results.traces, {}, session.clip)
    )
    return studio


def test_nothing_to_plot_yet_says_what_to_do(make_studio, qtbot) -> None:
    studio = make_studio(clip="dark.mp4")
    studio.window.layout_.docks["Plots"].raise_()
    qtbot.waitUntil(lambda: "Analyse" in studio.window.plots.hint.text())
    assert studio.window.plots.hint.isVisible()
    assert not studio.window.plots.save.isEnabled()


def test_a_tick_in_the_list_plots_it_on_an_axis_of_its_unit(plotted: Studio, qtbot) -> None:
    pane = plotted.window.plots
    assert len(pane.area.plots) == 1
    pane.list.items[WRIST_SPEED].setCheckState(0, Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: len(pane.area.plots) == 2)
    assert pane.area.plots[1].getAxis("left").labelText == "m/s"
    assert "Left wrist" in pane.legend.text().replace("&nbsp;", " ")
    pane.list.items[WRIST_SPEED].setCheckState(0, Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: len(pane.area.plots) == 1)


def test_the_list_is_searched(plotted: Studio, qtbot) -> None:
    channels = plotted.window.plots.list
    qtbot.keyClicks(channels.search, "speed wrist")
    shown = {channel for channel, item in channels.items.items() if not item.isHidden()}
    assert shown == {WRIST_SPEED, Channel(Quantity.SPEED, JOINT["r_wrist"])}


def test_the_list_is_ticked_from_the_keyboard(plotted: Studio, qtbot) -> None:
    tree, item = plotted.window.plots.list.tree, plotted.window.plots.list.items[WRIST_SPEED]
    item.parent().setExpanded(True)
    plotted.window.activateWindow()
    tree.setFocus()
    tree.setCurrentItem(item)
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    assert WRIST_SPEED in plotted.session.plots.choice.channels
    assert not plotted.session.playback.playing


def test_a_click_and_a_drag_move_the_playhead(plotted: Studio, qtbot) -> None:
    area, session = plotted.window.plots.area, plotted.session
    box = area.plots[0].getViewBox()

    def place(index: int) -> QPoint:
        x = float(session.clip.times_s[index])
        return area.mapFromScene(box.mapViewToScene(pg_point(x, np.mean(area.plots[0].viewRange()[1]))))

    qtbot.mouseClick(area.viewport(), Qt.MouseButton.LeftButton, pos=place(33))
    qtbot.waitUntil(lambda: session.playback.index == 33)
    qtbot.waitUntil(lambda: area._heads[0].value() == pytest.approx(session.clip.times_s[33]))


def pg_point(x: float, y: float):
    """A place in a plot."""
    from pyqtgraph import Point

    return Point(x, y)


def test_a_curve_is_broken_where_nobody_was_found(plotted: Studio) -> None:
    lines = plotted.window.plots.area._lines[0]
    drawn = lines._raw.yData
    assert 0 < np.isnan(drawn).sum() < len(drawn)
    assert (np.isnan(drawn) == (plotted.session.results.state != 1)).all()


def test_smoothing_is_shown_before_and_after(plotted: Studio, qtbot) -> None:
    pane, session = plotted.window.plots, plotted.session
    assert "12.0 → 60.0 mm" in pane.jitter.text()
    pane.strength.field.setValue(200)
    qtbot.waitUntil(lambda: session.plots.calm.sigma_s == pytest.approx(0.2))
    qtbot.waitUntil(lambda: "→ 200.0 mm" in pane.jitter.text())
    lines = pane.area._lines[0]
    assert lines._raw.isVisible()
    assert lines._smooth.isVisible()
    pane._raw.click()
    qtbot.waitUntil(lambda: not lines._raw.isVisible())
    pane._smoothed.click()
    qtbot.waitUntil(lambda: lines._raw.isVisible() and not lines._smooth.isVisible())


def test_all_plots_zoom_together_and_stay_on_the_clip(plotted: Studio, qtbot) -> None:
    pane = plotted.window.plots
    plotted.session.plots.choose(WRIST_SPEED, True)
    qtbot.waitUntil(lambda: len(pane.area.plots) == 2)
    pane.area.zoom(2)
    first, second = (plot.viewRange()[0] for plot in pane.area.plots)
    assert first == pytest.approx(second)
    assert first[1] - first[0] < 0.5 * plotted.session.clip.times_s[-1]
    pane.area.zoom(-9)
    assert pane.area.seen == pytest.approx((0, plotted.session.clip.times_s[-1]))


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_plot_is_saved_as_drawing_picture_and_table(plotted: Studio, qtbot, tmp_path: Path, theme: str) -> None:
    from desktop_app.views.theme import THEMES

    plotted.window.apply_theme(THEMES[theme])
    plotted.session.plots.choose(WRIST_SPEED, True)
    qtbot.waitUntil(lambda: len(plotted.window.plots.area.plots) == 2)
    for name in ("plot.svg", "plot.png", "plot.csv"):
        plotted.window.plots.save_to(tmp_path / name)
    qtbot.waitUntil((tmp_path / "plot.csv").exists)
    assert "<polyline" in (tmp_path / "plot.svg").read_text()
    assert "<image" not in (tmp_path / "plot.svg").read_text(), "lines stay lines"
    assert QImage(str(tmp_path / "plot.png")).width() == 2 * plotted.window.plots.area.width()
    with (tmp_path / "plot.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 50
    assert float(rows[1]["pts_s"]) == pytest.approx(0.04)
    assert {"left_wrist_speed_raw_m_s", "left_wrist_speed_m_s"} <= set(rows[0])
    qtbot.waitUntil(lambda: sum(entry.text.startswith("Saved") for entry in plotted.session.log.entries) == 3)


@pytest.mark.parametrize("name", ["plot.svg", "plot.png", "plot.csv"])
def test_a_place_that_cannot_be_written_is_said(plotted: Studio, qtbot, tmp_path: Path, name: str) -> None:
    plotted.window.plots.save_to(tmp_path / "nowhere" / name)
    qtbot.waitUntil(lambda: plotted.session.problem is not None)
    assert "cannot be written" in plotted.session.problem.what


def test_out_of_sight_nothing_is_computed(studio: Studio, qtbot) -> None:
    studio.analyser.start()
    qtbot.waitUntil(lambda: bool(studio.session.results.state.all()))
    QApplication.processEvents()
    assert studio.session.plots.calm is None
    assert studio.window.plots._curves is None
