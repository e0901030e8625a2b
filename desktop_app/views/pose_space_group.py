"""Sliders along the axes of the space of poses: many joints at once, as people move them together."""

import numpy as np

from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.group import Group
from desktop_app.views.value_row import ValueRow

NUM_AXES, REACH = 8, 3.0
"""As `core_model.pose_space` has them, which views must not import; a test holds them equal."""


class PoseSpaceGroup:
    """A group that is folded at first; only unfolded it asks where the pose lies."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.group = Group("Pose space", unfolded=False)
        self.group.title.toggled.connect(lambda unfolded: session.show(pose_space=unfolded))
        self.rows = [self._row(axis) for axis in range(NUM_AXES)]
        self._shown: np.ndarray | None = None

    def _row(self, axis: int) -> ValueRow:
        row = ValueRow(f"Axis {axis + 1}", -REACH, REACH, suffix=" σ", decimals=2, step=0.1)
        row.setToolTip("Many joints at once, along what recorded poses differ by; in standard deviations of those")
        row.changed.connect(lambda value, dragging: self._session.grip.slide(axis, value, dragging=dragging))
        row.released.connect(self._session.grip.let_go)
        row.undo.hide()
        self.group.add(row)
        return row

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        scores = picture.scores
        if scores is self._shown and scores is not None:
            return
        self._shown = scores
        for axis, row in enumerate(self.rows):
            if not row.slider.isSliderDown():  # the hand is on it: it says where it wants to be
                row.show_value(None if scores is None else float(scores[axis]), predicted=None, edited=False)
