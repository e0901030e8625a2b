"""A slider for each group of limbs whose lengths vary together."""

from core_model.skeleton import SHAPE_GROUPS
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.group import Group, line
from desktop_app.views.pane import button
from desktop_app.views.value_row import ValueRow


class BodyGroup:
    """The shape of the body: 0 is the canonical length, -1 and 1 the shortest and the longest."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.group = Group("Body")
        self.rows = [self._row(number, name) for number, name in enumerate(SHAPE_GROUPS)]
        self.guests = button("Their body, too", "The limbs of whom the person wears", self._take_guests)
        self.reset = button("Reset body", "Limbs as predicted", lambda: session.stage.reset_shape())
        self.group.add(line(self.guests, self.reset, push=True))
        self._shown: tuple[object, ...] = ()

    def _row(self, number: int, name: str) -> ValueRow:
        row = ValueRow(name.replace("_", " ").capitalize(), -1, 1, suffix="", decimals=2, step=0.05)
        row.setToolTip("Length, left and right alike: -1 is the shortest, 1 the longest")
        row.changed.connect(lambda value, drag: self._session.stage.set_shape(number, value, dragging=drag))
        row.released.connect(self._session.end_drag)
        row.reset.connect(lambda: self._session.stage.set_shape(number, None))
        self.group.add(row)
        return row

    def _take_guests(self) -> None:
        guest = self._session.stage.staging.outfit.guest
        if guest is not None:
            self._session.stage.take_shape(guest.name, guest.shape)

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        staging, guest = picture.staging, picture.staging.outfit.guest
        self.guests.setVisible(guest is not None)
        self.reset.setEnabled(bool(staging.shape))
        key = (picture.prediction, picture.factors)
        if self._shown and all(a is b for a, b in zip(key, self._shown, strict=True)):
            return
        self._shown = key
        prediction, factors = picture.prediction, picture.factors
        for number, row in enumerate(self.rows):
            row.show_value(
                None if factors is None else float(factors.shape[number]),
                predicted=None if prediction is None else float(prediction.factors.shape[number]),
                edited=number in staging.shape,
            )
