"""`Session`: everything that is true now. Touched on the GUI thread only; `changed` says that something is new."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from core_model.limits import ANGLE_NAMES
from core_model.prediction import Factors, Prediction
from desktop_app.session.activity import Analysis, Engine, Problem, Task
from desktop_app.session.adaptation import Adaptation
from desktop_app.session.display import Display
from desktop_app.session.edits import Angle, Edit
from desktop_app.session.history import History, Step
from desktop_app.session.log import Log
from desktop_app.session.made import Synthesised, Worn
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.playhead import Playhead
from desktop_app.session.plots import Plots
from desktop_app.session.results import Results
from desktop_app.session.smoothed import Joints, smoothed_joints
from desktop_app.session.stage import Stage
from desktop_app.session.staging import OWN, Ground, Outfit, Pose, Staging
from desktop_app.session.thumbnails import Thumbnails

ORBIT_LABELS = {
    "azimuth_rad": "azimuth", "elevation_rad": "elevation", "roll_rad": "roll", "distance_m": "distance",
}  # fmt: skip
_AS_PREDICTED = Edit()


class Session(Playhead):
    """Frozen values under plain names, and the intentions that replace them."""

    def __init__(self) -> None:
        super().__init__()
        self.frame: Frame | None = None
        self.results = Results(0)
        self.edits: dict[int, Edit] = {}
        self.history = History()
        self.stage = Stage(self.history, self.changed.emit)
        self.copied: Pose | None = None
        self.synthesised: Synthesised | None = None
        self.sheet: Worn | None = None
        self.display = Display()
        self.plots = Plots(self.changed.emit)
        self.thumbnails = Thumbnails(self.changed.emit)
        self.log = Log()
        self.engine = Engine()
        self.analysis = Analysis()
        self.adaptation = Adaptation()
        self.task: Task | None = None
        self.problem: Problem | None = None
        self.opening: str | None = None
        """The name of the file that is being opened."""
        self._smoothed: tuple[tuple[object, ...], Joints | None] | None = None
        self._factors: tuple[tuple[object, ...], Factors] | None = None

    # --- clip ---

    def open(self, clip: Clip) -> None:
        """Show another clip. What was known of the one before goes, but for guests and sheets."""
        self.clip, self.opening, self.problem = clip, None, None
        self.playback, self.frame = replace(self.playback, index=0, playing=False, loop=None), None
        self.results, self.edits, self.history = Results(len(clip)), {}, History()
        kept = tuple(outfit for outfit in self.stage.outfits if outfit is OWN or outfit.lasting)
        self.stage = Stage(self.history, self.changed.emit, kept)
        self.synthesised, self.sheet, self.analysis = None, None, Analysis()
        self.changed.emit()

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

    def put_sheet(self, worn: Worn) -> None:
        """How the person on show looks."""
        self._set("sheet", worn)

    @property
    def prediction(self) -> Prediction | None:
        """Of the frame on show."""
        return self.results.get(self.frame.index) if self.frame else None

    @property
    def edit(self) -> Edit:
        """Of the frame on show."""
        return self.edits.get(self.frame.index, _AS_PREDICTED) if self.frame else _AS_PREDICTED

    @property
    def clean(self) -> np.ndarray | None:
        """(S, S, 3) what other frames show behind the person on show; None where that is not known or not wanted."""
        wanted = self.frame is not None and self.stage.staging.behind.ground is Ground.CLEAN
        return self.stage.clean(self.frame.index) if self.frame and wanted else None

    @property
    def factors(self) -> Factors | None:
        """Of the frame on show, with what was changed; the same object until something changes in its image."""
        prediction, edit, staging = self.prediction, self.edit, self.stage.staging
        if prediction is None:
            return None
        key = (prediction, edit, staging, self.clean)
        if self._factors is None or not all(a is b for a, b in zip(key, self._factors[0], strict=True)):
            factors = edit.apply(prediction.factors)
            self._factors = (key, staging.apply(factors) if staging else factors)
        return self._factors[1]

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
        key = (self.results, self.results.version, self.frame.index, self.display.sigma_s)
        if self._smoothed is None or self._smoothed[0] != key:
            joints = smoothed_joints(self.results, self.clip.times_s, self.frame.index, self.display.sigma_s)
            self._smoothed = (key, joints)
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

    def copy_pose(self) -> None:
        """Remember the pose on show."""
        if (factors := self.factors) and self.frame and self.clip:
            name = f"frame {self.frame.index + 1} of {self.clip.path.name}"
            self._set("copied", Pose(name, factors.angles_rad))

    def take_pose(self, pose: Pose, *, dragging: bool = False) -> None:
        """Put the person on show into another pose."""
        self._edit(f"pose of {pose.name}", self.edit.with_pose(pose.angles_rad), dragging)

    def wear_frame(self) -> None:
        """What the frame on show alone shows, in every pose."""
        if self.prediction and self.frame:
            name = f"Frame {self.frame.index + 1} alone"
            outfit = Outfit(name, atlas=self.prediction.factors.atlas, lasting=False)
            self.stage.offer(outfit)
            self.stage.wear(outfit)

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
            self._go_back_to(step.index, step.before)

    def redo(self) -> None:
        """Make the change again, and go where it was made."""
        if step := self.history.redo():
            self._go_back_to(step.index, step.after)

    def _go_back_to(self, index: int | None, state: Edit | Staging) -> None:
        if isinstance(state, Staging):
            self.stage.put(state)
        elif index is not None:
            self._play(playing=False)
            self.seek(index)
            self._put_edit(index, state)

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

    def put_adaptation(self, adaptation: Adaptation) -> None:
        """News of adapting to the clip."""
        self._set("adaptation", adaptation)

    def renew_images(self) -> None:
        """Another network makes the pictures from now on."""
        self.results.forget_images()
        self.changed.emit()

    def put_task(self, task: Task | None) -> None:
        """News of the long call in the background."""
        self._set("task", task)

    def put_opening(self, name: str | None) -> None:
        """A file is being opened, or no longer."""
        self._set("opening", name)

    def note(self, text: str) -> None:
        """Write a line into the log."""
        self.log.add(text)
        self.changed.emit()

    def report(self, problem: Problem | None) -> None:
        """Put a problem in front of the person; None takes it away. Results are never touched by it."""
        self._set("problem", problem)
