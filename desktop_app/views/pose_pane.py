"""A slider for every angle that a joint is free to turn by, within its hard limits, in degrees."""

from math import degrees, radians

import numpy as np
from PySide6.QtWidgets import QPushButton, QWidget

from core_model.limits import ANGLE_NAMES, FREE_ANGLES, LIMITS_RAD
from core_model.skeleton import JOINT, PART_LIMBS
from desktop_app.session.edits import Angle, Edit
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.group import Group, line, scrolled
from desktop_app.views.pane import Pane, button, caption, chip, yielding
from desktop_app.views.pose_space_group import PoseSpaceGroup
from desktop_app.views.value_row import ValueRow

GROUPS = {
    "Left arm": ("l_shoulder", "l_elbow", "l_wrist", "l_hand"),
    "Right arm": ("r_shoulder", "r_elbow", "r_wrist", "r_hand"),
    "Left leg": ("l_hip", "l_knee", "l_ankle", "l_toe"),
    "Right leg": ("r_hip", "r_knee", "r_ankle", "r_toe"),
    "Head and torso": ("spine", "thorax", "neck", "head"),
}
"""Limbs by the joint they end in."""


class PosePane(Pane):
    """Sliders in five groups."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.rows: dict[Angle, ValueRow] = {}
        self._resets: dict[str, tuple[set[int], QPushButton]] = {}
        row = self.add_strip()
        self._edited = yielding(caption(""))
        row.addWidget(self._edited, 1)
        self.both = chip("Both sides", "What is done to an arm or leg is done to the other, too (M)", self._both_sides)
        row.addWidget(self.both)
        self.reset_all = button("Reset to prediction", "Pose and camera of this frame as predicted", session.reset_all)
        row.addWidget(self.reset_all)
        self.space = PoseSpaceGroup(session)
        groups = [self._group(title, joints) for title, joints in GROUPS.items()]
        self._area = scrolled(*groups, self.space.group)
        self.column.addWidget(self._area, 1)
        self._part: int | None = None
        self._shown: tuple[object, ...] = ()

    def _both_sides(self, on: bool) -> None:
        self._session.show(symmetric=on)

    def _group(self, title: str, joints: tuple[str, ...]) -> QWidget:
        limbs = {JOINT[name] - 1 for name in joints}
        made = Group(title)
        for limb in (JOINT[name] - 1 for name in joints):
            for axis in np.flatnonzero(FREE_ANGLES[limb]):
                made.add(self._row((limb, int(axis)), title))
        reset = button(f"Reset {title.lower()}", "These joints as predicted", lambda: self._session.reset_limbs(limbs))
        made.add(line(reset, push=True))
        self._resets[title] = (limbs, reset)
        return made

    def _row(self, angle: Angle, group: str) -> ValueRow:
        low, high = LIMITS_RAD[angle]
        side = group.split()[0].lower() + " "
        name = ANGLE_NAMES[angle[0]][angle[1]].removeprefix(side)
        row = ValueRow(name, degrees(low), degrees(high), suffix="°")
        row.setToolTip(ANGLE_NAMES[angle[0]][angle[1]])
        row.changed.connect(lambda value, dragging: self._session.edit_angle(angle, radians(value), dragging=dragging))
        row.released.connect(self._session.end_drag)
        row.reset.connect(lambda: self._session.reset_angle(angle))
        self.rows[angle] = row
        return row

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
        self.both.setChecked(picture.display.symmetric)
        self.space.show_picture(picture)
        self._mark(picture.display.isolated_part)
        key = (picture.prediction, picture.edit)
        if self._shown and all(a is b for a, b in zip(key, self._shown, strict=True)):
            return
        self._shown = key
        prediction, edit, factors = picture.prediction, picture.edit, picture.factors
        for angle, row in self.rows.items():
            predicted = None if prediction is None else degrees(prediction.angles_rad[angle])
            value = None if factors is None else degrees(factors.angles_rad[angle])
            row.show_value(value, predicted=predicted, edited=angle in edit.angles_rad)
        for limbs, reset in self._resets.values():
            reset.setEnabled(any(limb in limbs for limb, _ in edit.angles_rad))
        self._edited.setText(_summary(edit) if prediction else "")
        self.reset_all.setEnabled(bool(edit))

    def _mark(self, part: int | None) -> None:
        """The angles of the part that is isolated, in sight and underlined."""
        if part == self._part:
            return
        self._part = part
        limbs = frozenset[int]() if part is None else PART_LIMBS[part]
        for (limb, _), row in self.rows.items():
            row.mark(limb in limbs)
        marked = [row for (limb, _), row in self.rows.items() if limb in limbs]
        for row in reversed(marked):
            self._area.ensureWidgetVisible(row)


def _summary(edit: Edit) -> str:
    """What is edited, in a few words."""
    count = len(edit.angles_rad)
    words = ([f"{count} {'angle' if count == 1 else 'angles'}"] if count else []) + ["camera"] * bool(edit.orbit)
    return f"Edited: {', '.join(words)}" if words else "As predicted"
