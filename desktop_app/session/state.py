"""`Session`: everything that is true now. Touched on the GUI thread only; `changed` says that something is new."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from psygnal import Signal

from core_model.limits import ANGLE_NAMES
from core_model.prediction import Factors, Prediction, Synthesis
from desktop_app.session.activity import Analysis, Engine, Problem
from desktop_app.session.display import Display
from desktop_app.session.edits import Angle, Edit
from desktop_app.session.history import History, Step
from desktop_app.session.playback import Clip, Frame, Playback
from desktop_app.session.results import Results
from desktop_app.session.smoothed import Joints, smoothed_joints

ORBIT_LABELS = {
    "azimuth_rad": "azimuth", "elevation_rad": "elevation", "roll_rad": "roll", "distance_m": "distance",
}  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class Synthesised:
    """An answer of the decoder, with what it is an answer to."""

    index: int
    factors: Factors
    synthesis: Synthesis


class Session:
    """Frozen values under plain names, and the intentions that replace them."""

    changed = Signal()

    def __init__(self) -> None:
        self.clip: Clip | None = None
        self.playback = Playback()
        self.frame: Frame | None = None
        self.results = Results(0)
        self.edits: dict[int, Edit] = {}
        self.history = History()
        self.synthesised: Synthesised | None = None
        self.display = Display()
        self.engine = Engine()
        self.analysis = Analysis()
        self.problem: Problem | None = None
        self.opening: str | None = None
        """The name of the file that is being opened."""
        self._smoothed: tuple[tuple[Results, int, int], Joints | None] | None = None
        self._factors: tuple[Prediction, Edit, Factors] | None = None

    # --- clip and playhead ---

    def open(self, clip: Clip) -> None:
        """Show another clip. What was known of the one before goes."""
        self.clip, self.opening, self.problem = clip, None, None
        self.playback, self.frame = Playback(repeat=self.playback.repeat), None
        self.results, self.edits, self.history = Results(len(clip)), {}, History()
        self.synthesised, self.analysis = None, Analysis()
        self.changed.emit()

    def seek(self, index: int) -> None:
        """Put the playhead on a frame (or on the nearest there is)."""
        if self.clip:
            self._play(index=int(np.clip(index, 0, len(self.clip) - 1)))

    def step(self, frames: int) -> None:
        """Stop, and go some frames forwards or backwards."""
        self._play(playing=False)
        self.seek(self.playback.index + frames)

    def play(self, playing: bool) -> None:
        """Start or stop; from the end it starts again at the beginning."""
        if not self.clip or len(self.clip) < 2:
            return
        first, last = self.playback.span(self.clip)
        if playing and not first <= self.playback.index < last:
            self.seek(first)
        self._play(playing=playing)

    def set_loop(self, first: int | None = None, last: int | None = None) -> None:
        """Move one end of the range that is played; the other end gives way where they cross."""
        if not self.clip:
            return
        a, b = self.playback.span(self.clip)
        if first is not None:
            a, b = first, max(b, first)
        if last is not None:
            a, b = min(a, last), last
        self._play(loop=None if (a, b) == (0, len(self.clip) - 1) else (a, b))

    def clear_loop(self) -> None:
        """Play the whole clip."""
        self._play(loop=None)

    def set_repeat(self, repeat: bool) -> None:
        """Whether playing starts again at the end."""
        self._play(repeat=repeat)

    def _play(self, **changes: object) -> None:
        self._set("playback", replace(self.playback, **changes))  # type: ignore[arg-type]

    def put_frame(self, frame: Frame) -> None:
        """A frame was decoded."""
        self._set("frame", frame)

    # --- what the network said ---

    def put_prediction(self, index: int, prediction: Prediction | None) -> None:
        """A frame was looked at; None where nobody was found."""
        self.results.put(index, prediction)
        self.changed.emit()

    def put_batch(self, predictions: Iterable[tuple[int, Prediction | None]], analysis: Analysis) -> None:
        """Some more frames of an analysis, and how far it is."""
        for index, prediction in predictions:
            self.results.put(index, prediction)
        self.analysis = analysis
        self.changed.emit()

    def put_synthesised(self, answer: Synthesised) -> None:
        """An image was put together."""
        self._set("synthesised", answer)

    @property
    def prediction(self) -> Prediction | None:
        """Of the frame on show."""
        return self.results.get(self.frame.index) if self.frame else None

    @property
    def edit(self) -> Edit:
        """Of the frame on show."""
        return self.edits.get(self.frame.index, Edit()) if self.frame else Edit()

    @property
    def factors(self) -> Factors | None:
        """Of the frame on show, with its edit; the same object until one of them changes."""
        prediction, edit = self.prediction, self.edit
        if prediction is None:
            return None
        if self._factors is None or self._factors[0] is not prediction or self._factors[1] is not edit:
            self._factors = (prediction, edit, edit.apply(prediction.factors))
        return self._factors[2]

    @property
    def image_expected(self) -> bool:
        """Whether the image of the factors on show is still being made."""
        factors, prediction, answer = self.factors, self.prediction, self.synthesised
        if factors is None or prediction is None or not self.engine.ready:
            return False
        made = factors is prediction.factors and prediction.reconstruction is not None
        return not made and (answer is None or answer.factors is not factors)

    @property
    def smoothed(self) -> Joints | None:
        """Of the frame on show; the same arrays until a prediction comes in."""
        if self.frame is None or self.clip is None:
            return None
        key = (self.results, self.results.version, self.frame.index)
        if self._smoothed is None or self._smoothed[0] != key:
            self._smoothed = (key, smoothed_joints(self.results, self.clip.times_s, self.frame.index))
        return self._smoothed[1]

    # --- edits of the frame on show ---

    def edit_angle(self, angle: Angle, value_rad: float, *, dragging: bool = False) -> None:
        """Change one joint angle; while `dragging` all values are one step of the history."""
        self._edit(ANGLE_NAMES[angle[0]][angle[1]], self.edit.with_angle(angle, value_rad), dragging)

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

    def reset_all(self) -> None:
        """The frame as predicted."""
        self._edit("reset to prediction", Edit(), False)

    def end_drag(self) -> None:
        """The mouse was released: what comes next is another step."""
        self.history.seal()

    def _edit(self, label: str, after: Edit, dragging: bool) -> None:
        if self.prediction is None or self.frame is None or after == self.edit:
            return
        self.history.push(Step(label, self.frame.index, self.edit, after), merge=dragging)
        self._put_edit(self.frame.index, after)

    def _put_edit(self, index: int, edit: Edit) -> None:
        if edit:
            self.edits[index] = edit
        else:
            self.edits.pop(index, None)
        self.changed.emit()

    def undo(self) -> None:
        """Take the last change back, and go where it was made."""
        if step := self.history.undo():
            self._go_to_edit(step.index)
            self._put_edit(step.index, step.before)

    def redo(self) -> None:
        """Make the change again, and go where it was made."""
        if step := self.history.redo():
            self._go_to_edit(step.index)
            self._put_edit(step.index, step.after)

    def _go_to_edit(self, index: int) -> None:
        self._play(playing=False)
        self.seek(index)

    # --- switches, activity, problems ---

    def show(self, **switches: object) -> None:
        """Change switches of the display."""
        self._set("display", replace(self.display, **switches))  # type: ignore[arg-type]

    def put_engine(self, **changes: object) -> None:
        """News of the network."""
        self._set("engine", replace(self.engine, **changes))  # type: ignore[arg-type]

    def put_analysis(self, analysis: Analysis) -> None:
        """News of the analysis."""
        self._set("analysis", analysis)

    def put_opening(self, name: str | None) -> None:
        """A file is being opened, or no longer."""
        self._set("opening", name)

    def report(self, problem: Problem | None) -> None:
        """Put a problem in front of the person; None takes it away. Results are never touched by it."""
        self._set("problem", problem)

    def _set(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.changed.emit()
