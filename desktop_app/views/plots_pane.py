"""Angles, coordinates, speeds and confidences over time, before and after smoothing."""

from pathlib import Path
from time import monotonic

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSplitter, QVBoxLayout, QWidget

from core_model.smoothing import SIGMA_S
from desktop_app.session.activity import Problem
from desktop_app.session.curves import Curve, Curves
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views import dialogs
from desktop_app.views.channel_list import ChannelList
from desktop_app.views.commands import Commands
from desktop_app.views.pane import Pane, button, caption, chip, sentence, tool
from desktop_app.views.plot_area import PlotArea, plot_colour
from desktop_app.views.theme import DARK, Theme, icon
from desktop_app.views.value_row import ValueRow

_EVERY_S = 0.2
"""Curves are drawn again this often at most, the playhead twice as often: both cost a part of a frame's time."""
_MOST_NAMED = 12


class PlotsPane(Pane):
    """A list to choose from beside the plots."""

    def __init__(self, session: Session, commands: Commands) -> None:
        super().__init__()
        self._session, self._commands = session, commands
        self._curves: Curves | None = None
        self._picture: Picture | None = None
        self._drawn_s = 0.0
        self._theme = DARK
        self._add_switches(self.add_strip())
        self._add_smoothing(self.add_strip())
        self.list = ChannelList()
        self.list.chosen.connect(session.plots.choose)
        self.area = PlotArea()
        self.area.sought.connect(self._seek)
        self.legend = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.legend.setAccessibleName("Values at the playhead")
        self.legend.setContentsMargins(8, 4, 8, 2)
        self.legend.setMinimumWidth(1)  # long names must not push the plots out of sight
        self.hint = sentence()
        self.column.addWidget(self._body(), 1)
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._draw)

    def _add_switches(self, row: QHBoxLayout) -> None:
        plots = self._session.plots
        self._listed = chip("List", "Choose what to plot", lambda on: self.list.setVisible(on))
        self._listed.setChecked(True)
        self._raw = chip("Raw", "What the network said of each frame alone", lambda on: plots.show(raw=on))
        self._smoothed = chip(
            "Smoothed", "The motion without jitter, left and right made consistent", lambda on: plots.show(smoothed=on)
        )
        for widget in (self._listed, self._raw, self._smoothed):
            row.addWidget(widget)
        row.addStretch(1)
        self._tools = {
            "magnify-plus-outline": tool("Zoom in (time)", lambda: self.area.zoom(1)),
            "magnify-minus-outline": tool("Zoom out (time)", lambda: self.area.zoom(-1)),
            "arrow-expand-horizontal": tool("The whole clip", self.area_all),
        }
        for widget in self._tools.values():
            row.addWidget(widget)
        self.save = button("Save...", "The plot as SVG or PNG, or its numbers as CSV (pts in seconds)", self._ask_save)
        row.addWidget(self.save)

    def _add_smoothing(self, row: QHBoxLayout) -> None:
        self.strength = ValueRow("Smoothing", 10, 300, suffix=" ms", decimals=0, step=10)
        self.strength.label.setFixedWidth(68)
        self.strength.label.setToolTip("How strongly joints are smoothed, here and in the panes. Double-click resets.")
        self.strength.slider.setToolTip(
            "Standard deviation of the window, in milliseconds. The tick is the usual strength: it keeps quick steps."
        )
        self.strength.undo.setToolTip("The usual strength")
        self.strength.changed.connect(lambda value, _: self._session.show(sigma_s=value / 1e3))
        self.strength.reset.connect(lambda: self._session.show(sigma_s=SIGMA_S))
        self.jitter = caption()
        self.jitter.setToolTip("Mean second difference of all joints, millimetres a frame²: 0 for steady motion")
        row.addWidget(self.strength, 1)
        row.addWidget(self.jitter)

    def _body(self) -> QSplitter:
        """The list beside legend and plots, which scroll where there is no room for them."""
        seen = QWidget()
        column = QVBoxLayout(seen)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.legend)
        column.addWidget(self.area, 1)
        self.frame = QScrollArea()
        self.frame.setWidgetResizable(True)
        self.frame.setFrameShape(QFrame.Shape.NoFrame)
        self.frame.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.frame.setWidget(seen)
        body = QSplitter(childrenCollapsible=False)
        body.addWidget(self.list)
        body.addWidget(self.frame)
        body.addWidget(self.hint)
        for place in (1, 2):
            body.setStretchFactor(place, 1)
        body.setSizes([210, 600, 600])
        return body

    def area_all(self) -> None:
        """From the first frame to the last."""
        self.area.show_all()

    def set_theme(self, theme: Theme) -> None:
        """Colours."""
        self._theme = theme
        self.area.set_theme(theme)
        self._curves = None

    def set_icons(self, theme: Theme) -> None:
        """In the theme's colours."""
        for name, widget in self._tools.items():
            widget.setIcon(icon(name, theme))

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed, now or, when that was only just done, a little later."""
        self._picture = picture
        if picture.clip is None:
            self._say(picture.hint)
        if picture.curves is None or self._later.isActive():
            return
        soon_s = self._drawn_s + (_EVERY_S / 2 if picture.curves is self._curves else _EVERY_S) - monotonic()
        if soon_s > 0 and (picture.playback.playing or picture.analysis.running):
            self._later.start(round(soon_s * 1e3) + 1)
        else:
            self._draw()

    def _draw(self) -> None:
        picture = self._picture
        if picture is None or picture.curves is None or picture.clip is None:
            return
        self._drawn_s = monotonic()
        curves, choice, sigma_s = picture.curves, picture.plots, picture.display.sigma_s
        if curves is not self._curves:
            self._curves = curves
            self._raw.setChecked(choice.raw)
            self._smoothed.setChecked(choice.smoothed)
            self.list.show_chosen(choice.channels)
            self._say(curves.hint)
            self.jitter.setText(_jitter_line(curves))
            self.area.show_curves(curves, raw=choice.raw)
        self.strength.show_value(sigma_s * 1e3, predicted=SIGMA_S * 1e3, edited=sigma_s != SIGMA_S)
        self.strength.setEnabled(choice.smoothed)
        index = picture.playback.index
        self.area.show_playhead(float(curves.x[index]), follow=picture.playback.playing)
        self.legend.setText("&nbsp;&nbsp; ".join(self._names(curves, index)))

    def _say(self, hint: str) -> None:
        """What to do, in place of plots that would be empty."""
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.frame.setVisible(not hint)
        self.save.setEnabled(not hint)

    def _names(self, curves: Curves, index: int) -> list[str]:
        named = [_name(curve, index, self._theme) for curve in curves.curves[:_MOST_NAMED]]
        more = len(curves.curves) - len(named)
        return [*named, f"and {more} more"] if more > 0 else named

    def _seek(self, x: float) -> None:
        if self._curves is not None:
            self._session.play(False)
            self._session.seek(self._curves.near(x))

    def _ask_save(self) -> None:
        if path := dialogs.choose_plot(self):
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """A drawing, a picture or a table, by the suffix."""
        if path.suffix.lower() == ".csv":
            self._commands.save_curves(path)
            return
        try:
            self.area.save(path)
        except OSError as error:
            what = f"{path} cannot be written ({error.strerror or error})."
            self._session.report(Problem(what, "Choose another folder, or make room."))
        else:
            self._session.note(f"Saved {path}.")


def _jitter_line(curves: Curves) -> str:
    if curves.jitter_mm is None or not np.isfinite(curves.jitter_mm).all():
        return ""
    before, after = curves.jitter_mm
    return f"Body jitter {before:.1f} → {after:.1f} mm"


def _name(curve: Curve, index: int, theme: Theme) -> str:
    """Colour, name, value at the playhead, and how much calmer it became."""
    unit, values = curve.channel.quantity.unit, curve.raw if curve.smooth is None else curve.smooth
    decimals = 1 if unit == "°" else 2
    colour, value = plot_colour(curve.channel.rgb, theme).name(), float(values[index])
    written = f"{value:.{decimals}f}{unit if unit == '°' else f' {unit}'}".rstrip() if np.isfinite(value) else "–"
    name = f"<font color='{colour}'>■</font> {curve.channel.label} <b>{written}</b>"
    before, after = curve.jitter
    if after is None or not np.isfinite([before, after]).all():
        return _unbroken(name)
    figures = f"<font color='{theme.muted}'>jitter {before:.{decimals}f} → {after:.{decimals}f}</font>"
    return f"{_unbroken(name)} {_unbroken(figures)}"


def _unbroken(text: str) -> str:
    """Lines do not end within it."""
    return text.replace(" ", "&nbsp;").replace("<font&nbsp;", "<font ").replace("m/s", "m&#8288;/&#8288;s")
