"""Where the camera stands: azimuth, elevation, roll, distance about the person's pelvis."""

from math import degrees, radians

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from core_model.orbit import Orbit, orbit_of
from desktop_app.session.edits import MAX_DISTANCE_M, MIN_DISTANCE_M
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.pane import Pane, button
from desktop_app.views.value_row import ValueRow

_ROWS = (
    ("azimuth_rad", "Azimuth", -180.0, 180.0, "Round the person, to their left"),
    ("elevation_rad", "Elevation", -90.0, 90.0, "Above the person"),
    ("roll_rad", "Roll", -180.0, 180.0, "Turns the image clockwise"),
)


class CameraPane(Pane):
    """Four sliders."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        column = QVBoxLayout()
        column.setContentsMargins(14, 8, 6, 8)
        column.setSpacing(3)
        self.rows: dict[str, ValueRow] = {}
        for name, title, low, high, tip in _ROWS:
            self.rows[name] = self._add(ValueRow(title, low, high, suffix="°"), name, tip)
        distance = ValueRow("Distance", MIN_DISTANCE_M, MAX_DISTANCE_M, suffix=" m", decimals=2, step=0.1)
        self.rows["distance_m"] = self._add(distance, "distance_m", "From the camera to the pelvis")
        for row in self.rows.values():
            column.addWidget(row)
        self._reset = button("Reset camera", "The camera as predicted", session.reset_orbit)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._reset)
        column.addLayout(line)
        column.addStretch(1)
        self.column.addLayout(column)
        self._shown: tuple[object, ...] = ()

    def _add(self, row: ValueRow, name: str, tip: str) -> ValueRow:
        def changed(value: float, dragging: bool) -> None:
            self._session.edit_orbit(name, radians(value) if name.endswith("_rad") else value, dragging=dragging)

        row.setToolTip(tip)
        row.changed.connect(changed)
        row.released.connect(self._session.end_drag)
        row.reset.connect(lambda: self._session.reset_orbit(name))
        return row

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        key = (picture.prediction, picture.edit)
        if self._shown and all(a is b for a, b in zip(key, self._shown, strict=True)):
            return
        self._shown = key
        prediction = picture.prediction
        predicted = orbit_of(prediction.factors.camera) if prediction else None
        for name, row in self.rows.items():
            row.show_value(
                _shown_value(picture.orbit, name),
                predicted=_shown_value(predicted, name),
                edited=name in picture.edit.orbit,
            )
        self._reset.setEnabled(bool(picture.edit.orbit))


def _shown_value(orbit: Orbit | None, name: str) -> float | None:
    """In degrees or metres."""
    if orbit is None:
        return None
    value: float = getattr(orbit, name)
    return degrees(value) if name.endswith("_rad") else value
