"""The slider of the parts' opacity, in every pane that shows them over a picture."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QSlider

from desktop_app.session.state import Session


def opacity_slider(session: Session) -> QSlider:
    """From 0 to 100 %."""
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, 100)
    slider.setToolTip("Opacity of the parts, in per cent")
    slider.setAccessibleName("Opacity of the parts")
    slider.setFixedWidth(70)
    slider.valueChanged.connect(lambda value: session.show(opacity=value / 100))
    return slider


def show_opacity(slider: QSlider, opacity: float) -> None:
    """Put the handle where the session has it."""
    with QSignalBlocker(slider):
        slider.setValue(round(opacity * 100))
