"""A slider for every angle that a joint is free to turn by, within its hard limits, in degrees."""

from math import degrees, radians

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget
from superqt import QCollapsible

from core_model.limits import ANGLE_NAMES, FREE_ANGLES, LIMITS_RAD
from core_model.skeleton import JOINT
from desktop_app.session.edits import Angle, Edit
from desktop_app.session.resolve import Picture
from desktop_app.session.state import Session
from desktop_app.views.pane import Pane, button, caption
from desktop_app.views.theme import Theme, icon
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
        self._groups: list[QCollapsible] = []
        self._resets: dict[str, tuple[set[int], QPushButton]] = {}
        row = self.add_strip()
        self._edited = caption("")
        row.addWidget(self._edited)
        row.addStretch(1)
        self.reset_all = button("Reset to prediction", "Pose and camera of this frame as predicted", session.reset_all)
        row.addWidget(self.reset_all)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(6, 4, 6, 6)
        column.setSpacing(2)
        for title, joints in GROUPS.items():
            column.addWidget(self._group(title, joints))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        self.column.addWidget(area, 1)
        self._shown: tuple[object, ...] = ()

    def _group(self, title: str, joints: tuple[str, ...]) -> QWidget:
        limbs = {JOINT[name] - 1 for name in joints}
        group = QCollapsible(title)
        group.setDuration(0)
        for part, margins in ((group, (0, 0, 0, 0)), (group.content(), (8, 2, 0, 6))):
            if layout := part.layout():
                layout.setContentsMargins(*margins)
                layout.setSpacing(3)
        for limb in (JOINT[name] - 1 for name in joints):
            for axis in np.flatnonzero(FREE_ANGLES[limb]):
                group.addWidget(self._row((limb, int(axis)), title))
        reset = button(f"Reset {title.lower()}", "These joints as predicted", lambda: self._session.reset_limbs(limbs))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 2, 0, 0)
        row.addStretch(1)
        row.addWidget(reset)
        group.addWidget(line)
        self._resets[title] = (limbs, reset)
        self._groups.append(group)
        group.expand(animate=False)
        return group

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

    def set_theme(self, theme: Theme) -> None:
        """Arrows that are seen on its ground."""
        for group in self._groups:
            group.setExpandedIcon(icon("chevron-down", theme))
            group.setCollapsedIcon(icon("chevron-right", theme))

    def show_picture(self, picture: Picture) -> None:
        """Draw what has changed."""
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


def _summary(edit: Edit) -> str:
    """What is edited, in a few words."""
    count = len(edit.angles_rad)
    words = ([f"{count} {'angle' if count == 1 else 'angles'}"] if count else []) + ["camera"] * bool(edit.orbit)
    return f"Edited: {', '.join(words)}" if words else "As predicted"
