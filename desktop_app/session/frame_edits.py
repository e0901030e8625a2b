"""What a person changes in one frame after another; each change is a step that can be taken back."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace

from core_model.limits import ANGLE_NAMES, mirror_angles
from core_model.prediction import Factors, Prediction
from core_model.skeleton import LIMB_MIRROR
from desktop_app.session.corrections import Correcting, Corrections
from desktop_app.session.display import Display
from desktop_app.session.driving import driven
from desktop_app.session.edits import ORBIT_LABELS, Angle, Edit
from desktop_app.session.history import History, State, Step
from desktop_app.session.playback import Frame
from desktop_app.session.playhead import Playhead
from desktop_app.session.results import Results
from desktop_app.session.stage import Stage
from desktop_app.session.staging import Moves, Pose, Staging
from desktop_app.session.tweening import tweened

_AS_PREDICTED = Edit()


class FrameEdits(Playhead, ABC):
    """Edits of the frame on show."""

    frame: Frame | None
    edits: dict[int, Edit]
    history: History
    stage: Stage
    copied: Pose | None
    moves: tuple[Moves, ...]
    results: Results
    display: Display
    correcting: Correcting

    @property
    @abstractmethod
    def prediction(self) -> Prediction | None:
        """Of the frame on show."""

    @property
    @abstractmethod
    def factors(self) -> Factors | None:
        """Of the frame on show, with what was changed."""

    @property
    def edit(self) -> Edit:
        """Of the frame on show."""
        return self.edits.get(self.frame.index, _AS_PREDICTED) if self.frame else _AS_PREDICTED

    def edit_angle(self, angle: Angle, value_rad: float, *, dragging: bool = False) -> None:
        """Change one joint angle; while `dragging` all values are one step of the history."""
        turned = self.both_sides({angle: value_rad})
        self._edit(ANGLE_NAMES[angle[0]][angle[1]], self.edit.with_angles(turned), dragging)

    def both_sides(self, values_rad: Mapping[Angle, float]) -> Mapping[Angle, float]:
        """With the twins of limbs turned alike, where that is switched on."""
        if not self.display.symmetric:
            return values_rad
        twins = {(int(LIMB_MIRROR[limb]), axis): value for (limb, axis), value in values_rad.items()}
        return {**twins, **values_rad}

    def edit_orbit(self, name: str, value: float, *, dragging: bool = False) -> None:
        """Change one of the camera's numbers (a field of `Orbit`)."""
        self._edit(f"camera {ORBIT_LABELS[name]}", self.edit.with_orbit(name, value), dragging)

    def reset_angle(self, angle: Angle) -> None:
        """One angle as predicted."""
        angles = {a: v for a, v in self.edit.angles_rad.items() if a != angle}
        self._edit(f"reset of {ANGLE_NAMES[angle[0]][angle[1]]}", replace(self.edit, angles_rad=angles), False)

    def reset_limbs(self, limbs: set[int]) -> None:
        """The angles of these limbs as predicted."""
        self._edit("reset of the pose", self.edit.without_angles(limbs), False)

    def reset_orbit(self, name: str | None = None) -> None:
        """The camera, or one of its numbers, as predicted."""
        self._edit("reset of the camera", self.edit.without_orbit(name), False)

    def copy_pose(self) -> None:
        """Remember the pose on show."""
        if (factors := self.factors) and self.frame and self.clip:
            name = f"frame {self.frame.index + 1} of {self.clip.path.name}"
            self.copied = Pose(name, factors.angles_rad)
            self.changed.emit()

    def take_pose(self, pose: Pose, *, dragging: bool = False) -> None:
        """Put the person on show into another pose."""
        self._edit(f"pose of {pose.name}", self.edit.with_pose(pose.angles_rad), dragging)

    def add_moves(self, moves: Moves) -> None:
        """One more motion to take poses from, in place of what had the same name."""
        self.moves = (*(known for known in self.moves if known.name != moves.name), moves)
        self.changed.emit()

    def drive(self, moves: Moves) -> None:
        """The person moves so, from the frame on show on (up to the loop's end)."""
        if self.clip is None or self.frame is None:
            return
        _, last = self.playback.span(self.clip)
        if edits := driven(moves, self.results.seen, self.clip.times_s, self.frame.index, last):
            self._edit_frames(f"motion of {moves.name}", edits)

    def wear_frame(self) -> None:
        """What the frame on show alone shows, in every pose."""
        if self.prediction and self.frame:
            self.stage.wear_alone(self.frame.index, self.prediction.factors.atlas)

    def mirror_pose(self) -> None:
        """Left and right change places."""
        if factors := self.factors:
            self._edit("mirrored pose", self.edit.with_pose(mirror_angles(factors.angles_rad)), False)

    def interpolate(self) -> None:
        """The frames between edited ones follow them; within the loop's range where there is one."""
        if self.clip is None:
            return
        first, last = self.playback.span(self.clip)
        made = tweened(self.edits, self.results.seen, range(first, last + 1))
        if made:
            self._edit_frames("frames between", made)

    def exchange_sides(self) -> None:
        """Left and right change places in the frame on show; in all of the loop's range where there is one."""
        if self.clip and self.frame:
            first, last = self.playback.loop or (self.frame.index, self.frame.index)
            self.correcting.exchange(range(first, last + 1))

    def reset_range(self) -> None:
        """All frames as predicted; within the loop's range where there is one."""
        if self.clip is None:
            return
        first, last = self.playback.span(self.clip)
        if edited := {index: Edit() for index in self.edits if first <= index <= last}:
            self._edit_frames("reset of edited frames", edited)

    def reset_all(self) -> None:
        """The frame as predicted."""
        self._edit("reset to prediction", Edit(), False)

    def end_drag(self) -> None:
        """The mouse was released: what comes next is another step."""
        self.history.seal()

    def _edit(self, label: str, after: Edit, dragging: bool) -> None:
        if self.prediction is None or self.frame is None or after == self.edit:
            return
        self._edit_frames(label, {self.frame.index: after}, dragging)

    def _edit_frames(self, label: str, after: Mapping[int, Edit], dragging: bool = False) -> None:
        """Edits of several frames, all as one step."""
        before = {index: self.edits.get(index, _AS_PREDICTED) for index in after}
        shown = self.frame.index if self.frame else None
        self.history.push(Step(label, shown if shown in after else min(after), before, after), merge=dragging)
        self._put_edits(after)

    def _put_edits(self, edits: Mapping[int, Edit]) -> None:
        for index, edit in edits.items():
            if edit:
                self.edits[index] = edit
            else:
                self.edits.pop(index, None)
        self.changed.emit()

    def undo(self) -> None:
        """Take the last change back, and go where it was made."""
        if step := self.history.undo():
            self._go_back_to(step.index, step.before)

    def redo(self) -> None:
        """Make the change again, and go where it was made."""
        if step := self.history.redo():
            self._go_back_to(step.index, step.after)

    def _go_back_to(self, index: int | None, state: State) -> None:
        if index is not None:
            self.go_to(index)
        if isinstance(state, Staging):
            self.stage.put(state)
        elif isinstance(state, Corrections):
            self.correcting.put(state)
        else:
            self._put_edits(state)
