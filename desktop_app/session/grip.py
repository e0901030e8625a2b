"""The hand on a joint: where it is pulled to. The pose that takes it there is found elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core_model.limits import FREE_ANGLES
from core_model.prediction import Factors
from core_model.skeleton import JOINTS, LIMBS
from desktop_app.session.edits import Edit

if TYPE_CHECKING:
    from desktop_app.session.state import Session


@dataclass(frozen=True, eq=False, slots=True)
class Pull:
    """One wish: a joint of a frame's person to (2,) pixels of the frame, or to (3,) metres of the camera frame."""

    index: int
    factors: Factors
    joint: int
    target: np.ndarray
    rest_rad: np.ndarray  # (20, 2) the pose when it was gripped


def can_be_pulled(joint: int) -> bool:
    """Whether any angle moves a joint: pelvis and hips stay where they are."""
    while joint > 0:
        if FREE_ANGLES[joint - 1].any():
            return True
        joint = int(LIMBS[joint - 1, 0])
    return False


def spoken(joint: int) -> str:
    """What a person calls a joint.

    >>> spoken(13)
    'left wrist'
    """
    sides = {"l": "left", "r": "right"}
    return " ".join(sides.get(word, word) for word in JOINTS[joint].split("_"))


class Grip:
    """The newest wish; one drag is one step of the history, and ends when its last wish is fulfilled."""

    def __init__(self, session: "Session", edit: Callable[[str, Edit, bool], None]) -> None:
        self._session, self._edit = session, edit
        self.pull: Pull | None = None
        self._rest_rad: np.ndarray | None = None
        self._open = False
        self._depth_m = 1.0

    def move(self, joint: int, target: np.ndarray) -> None:
        """The joint is pulled there."""
        factors, frame = self._session.factors, self._session.frame
        if factors is None or frame is None:
            return
        if not self._open:
            self._rest_rad, self._open = factors.angles_rad, True
        assert self._rest_rad is not None
        self.pull = Pull(frame.index, factors, joint, target, self._rest_rad)
        self._session.changed.emit()

    def move_in_frame(self, joint: int, target_px: np.ndarray, keep_depth: bool) -> None:
        """The joint is pulled to (2,) pixels of the frame: along the line of sight, or at the depth that it has."""
        factors = self._session.factors
        if not self._open:
            self._depth_m = self._depth(joint)
        self.move(joint, factors.camera.unproject(target_px, self._depth_m) if keep_depth and factors else target_px)

    def _depth(self, joint: int) -> float:
        """Of the body on show, metres."""
        session = self._session
        answer, prediction = session.synthesised, session.prediction
        if session.edit and answer is not None and session.frame and answer.index == session.frame.index:
            return float(answer.synthesis.joints3d_m[joint, 2])
        return float(prediction.joints3d_m[joint, 2]) if prediction is not None else 1.0

    def let_go(self) -> None:
        """The mouse was released."""
        self._open = False
        if self.pull is None:
            self._session.end_drag()

    def put(self, pull: Pull, angles_rad: np.ndarray) -> None:
        """A wish is fulfilled by angles (20, 2); those of another frame come too late."""
        frame = self._session.frame
        if frame is not None and frame.index == pull.index:
            turned = {
                (int(i), int(j)): float(angles_rad[i, j]) for i, j in np.argwhere(angles_rad != pull.factors.angles_rad)
            }
            self._edit(spoken(pull.joint), self._session.edit.with_angles(turned), True)
        if pull is self.pull:
            self.pull = None
            if not self._open:
                self._session.end_drag()
