"""The hand on the body: what it wishes. The pose that fulfils the wish is found elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from core_model.limits import FREE_ANGLES
from core_model.prediction import Factors
from core_model.skeleton import JOINTS, LIMBS
from desktop_app.session.edits import Edit
from desktop_app.session.playback import Clip

if TYPE_CHECKING:
    from desktop_app.session.state import Session


@dataclass(frozen=True, eq=False, slots=True)
class Pull:
    """A joint to (2,) pixels of the frame, or to (3,) metres of the camera frame."""

    joint: int
    target: np.ndarray

    @property
    def label(self) -> str:
        """What undo calls it."""
        return spoken(self.joint)


@dataclass(frozen=True, slots=True)
class Slide:
    """The pose along an axis of the space of poses, to a score in standard deviations."""

    axis: int
    score: float

    @property
    def label(self) -> str:
        """What undo calls it."""
        return f"pose axis {self.axis + 1}"


class Ask(Enum):
    """A pose as a whole."""

    PLAUSIBLE = "plausible pose"
    IMAGINED = "imagined pose"

    @property
    def label(self) -> str:
        """What undo calls it."""
        return self.value


@dataclass(frozen=True, eq=False, slots=True)
class Wish:
    """What is wished for a frame's person."""

    clip: Clip | None
    index: int
    factors: Factors
    aim: Pull | Slide | Ask
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
        self.wish: Wish | None = None
        self._rest_rad: np.ndarray | None = None
        self._open = False
        self._depth_m = 1.0

    def pull(self, joint: int, target: np.ndarray) -> None:
        """A joint is pulled to pixels (2,) of the frame, whatever its depth, or to a point (3,) of the camera frame."""
        self._want(Pull(joint, target))

    def pull_in_frame(self, joint: int, target_px: np.ndarray, keep_depth: bool) -> None:
        """A joint is pulled to (2,) pixels of the frame: along the line of sight, or at the depth that it has."""
        factors = self._session.factors
        if not self._open:
            self._depth_m = self._depth(joint)
        self.pull(joint, factors.camera.unproject(target_px, self._depth_m) if keep_depth and factors else target_px)

    def slide(self, axis: int, score: float, *, dragging: bool = False) -> None:
        """The pose is moved along an axis of the space of poses."""
        self._want(Slide(axis, score))
        if not dragging:
            self.let_go()

    def ask(self, whole: Ask) -> None:
        """Another pose altogether."""
        self._want(whole)
        self.let_go()

    def let_go(self) -> None:
        """The mouse was released."""
        self._open = False
        if self.wish is None:
            self._session.end_drag()

    def put(self, wish: Wish, angles_rad: np.ndarray) -> None:
        """A wish is fulfilled by angles (20, 2); those of another frame or clip come too late."""
        frame, before = self._session.frame, wish.factors.angles_rad
        if self._session.clip is wish.clip and frame is not None and frame.index == wish.index:
            turned = {(int(i), int(j)): float(angles_rad[i, j]) for i, j in np.argwhere(angles_rad != before)}
            if isinstance(wish.aim, Pull):
                turned = dict(self._session.both_sides(turned))
            self._edit(wish.aim.label, self._session.edit.with_angles(turned), True)
        self.drop(wish)

    def drop(self, wish: Wish) -> None:
        """A wish is fulfilled, or cannot be."""
        if wish is self.wish:
            self.wish = None
            if not self._open:
                self._session.end_drag()

    def _want(self, aim: Pull | Slide | Ask) -> None:
        factors, frame = self._session.factors, self._session.frame
        if factors is None or frame is None:
            return
        if not self._open:
            self._rest_rad, self._open = factors.angles_rad, True
        assert self._rest_rad is not None
        self.wish = Wish(self._session.clip, frame.index, factors, aim, self._rest_rad)
        self._session.changed.emit()

    def _depth(self, joint: int) -> float:
        """Of the body on show, metres."""
        session = self._session
        answer, prediction = session.synthesised, session.prediction
        if session.edit and answer is not None and session.frame and answer.index == session.frame.index:
            return float(answer.synthesis.joints3d_m[joint, 2])
        return float(prediction.joints3d_m[joint, 2]) if prediction is not None else 1.0
