"""`Session`: everything that is true now. Touched on the GUI thread only; `changed` says that something is new."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from core_model.prediction import Factors, Prediction
from core_model.seen import Seen
from desktop_app.session.activity import Analysis, Engine, Problem, Task
from desktop_app.session.adaptation import Adaptation
from desktop_app.session.clips import Clips, Listed, kept_file
from desktop_app.session.corrections import Correcting
from desktop_app.session.display import Display
from desktop_app.session.edits import Edit
from desktop_app.session.frame_edits import FrameEdits
from desktop_app.session.grip import Grip
from desktop_app.session.history import History
from desktop_app.session.keeping import Keeping, Mark, Origin
from desktop_app.session.live import Live
from desktop_app.session.log import Log
from desktop_app.session.made import Others, People, Scores, Synthesised, Worn
from desktop_app.session.new_run import NewRun
from desktop_app.session.playback import Clip, Frame
from desktop_app.session.plots import Plots
from desktop_app.session.question import Question
from desktop_app.session.results import Results
from desktop_app.session.runs import Runs
from desktop_app.session.smoothed import JointSmoother
from desktop_app.session.stage import Stage
from desktop_app.session.staging import OWN, Ground, Moves, Pose
from desktop_app.session.thumbnails import Thumbnails
from desktop_app.session.trails import Tracer


class Session(FrameEdits):
    """Frozen values under plain names, and the intentions that replace them."""

    def __init__(self) -> None:
        super().__init__()
        self.frame: Frame | None = None
        self.results = Results(0)
        self.edits: dict[int, Edit] = {}
        self.history = History()
        self.stage = Stage(self.history, self.changed.emit)
        self.correcting = Correcting(self.history, self.results, self.changed.emit)
        self.people: People | None = None
        self.grip = Grip(self, self._edit)
        self.copied: Pose | None = None
        self.moves: tuple[Moves, ...] = ()
        self.synthesised: Synthesised | None = None
        self.sheet: Worn | None = None
        self.scores: Scores | None = None
        self.others: Others | None = None
        self.display = Display()
        self.plots = Plots(self.changed.emit)
        self.runs = Runs(self.changed.emit)
        self.thumbnails = Thumbnails(self.changed.emit)
        self.log = Log()
        self.engine = Engine()
        self.analysis = Analysis()
        self.adaptation = Adaptation()
        self.new_run = NewRun()
        self.task: Task | None = None
        self.problem: Problem | None = None
        self.questions: tuple[Question, ...] = ()  # the first is put, the others wait
        self.clips = Clips(self)
        self.live: Live | None = None  # of the camera on show
        self.keeping = Keeping()
        self.opening: str | None = None  # the name of the file that is being opened
        self.smoother, self.tracer = JointSmoother(), Tracer()
        self._factors: tuple[tuple[object, ...], Factors] | None = None

    # --- clip ---

    def open(self, clip: Clip) -> None:
        """Begin a session of another clip. What was known of the one before goes, but for guests and sheets."""
        self.start([Listed(1, kept_file(clip.path))])
        self.clips.turn(1, clip, None)

    def start(self, clips: Iterable[Listed]) -> None:
        """Begin a session of these clips; which of them is on show is said next."""
        self.clips, self.keeping = Clips(self, clips), Keeping()

    def begin(self, clip: Clip | None) -> None:
        """Show another clip, of which nothing is known yet, or none."""
        self.clip, self.opening, self.problem = clip, None, None
        self.playback, self.frame = replace(self.playback, index=0, playing=False, loop=None), None
        self.results, self.edits, self.history = Results(len(clip) if clip else 0), {}, History()
        kept = tuple(outfit for outfit in self.stage.outfits if outfit is OWN or outfit.lasting)
        self.stage = Stage(self.history, self.changed.emit, kept)
        self.correcting, self.people = Correcting(self.history, self.results, self.changed.emit), None
        self.synthesised, self.sheet, self.analysis, self.live = None, None, Analysis(), None
        self.changed.emit()

    def put_frame(self, frame: Frame) -> None:
        """A frame was decoded."""
        self._set("frame", frame)

    def put_prediction(self, index: int, prediction: Prediction | None) -> None:
        """A frame was looked at; None where nobody was found."""
        self.results.put(index, prediction)
        self.changed.emit()

    def put_again(self, index: int, prediction: Prediction) -> None:
        """The prediction of a frame was made again of what was seen in it."""
        self.results.put_again(index, prediction)
        self.changed.emit()

    def put_batch(self, predictions: Iterable[tuple[int, Prediction | None]], analysis: Analysis) -> None:
        """Some more frames of an analysis, and how far it is."""
        for index, prediction in predictions:
            self.results.put(index, prediction)
            self.results.analysed += 1
        self.put_analysis(analysis)

    def see_anew(self, state: np.ndarray | None = None, seen: Mapping[int, Seen] = MappingProxyType({})) -> None:
        """Another network looks from now on; states (T,) and what it saw of the clip before, if it did."""
        self.results.restart(state, seen)
        self.people = self.synthesised = self.sheet = self.scores = self.others = None
        self.changed.emit()

    def put_synthesised(self, answer: Synthesised) -> None:
        """An image was put together."""
        self._set("synthesised", answer)

    def put_sheet(self, worn: Worn) -> None:
        """How the person on show looks."""
        self._set("sheet", worn)

    def put_people(self, people: People) -> None:
        """Who is in the frame on show."""
        self._set("people", people)

    def put_scores(self, scores: Scores) -> None:
        """Where the pose on show lies in the space of poses."""
        self._set("scores", scores)

    def put_others(self, others: Others) -> None:
        """What else the pose on show may be."""
        self._set("others", others)

    def take_other(self, number: int) -> None:
        """Put the person on show into one of the poses that look the same."""
        if self.others is not None and self.others.factors is self.factors and number < len(self.others.angles_rad):
            self.take_pose(Pose("another depth", self.others.angles_rad[number]))

    @property
    def prediction(self) -> Prediction | None:
        """Of the frame on show."""
        return self.results.get(self.frame.index) if self.frame else None

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
    def frame_expected(self) -> bool:
        """Whether the frame under the playhead is still being decoded."""
        return self.clip is not None and (self.frame is None or self.frame.index != self.playback.index)

    @property
    def image_expected(self) -> bool:
        """Whether the image of the factors on show is still being made."""
        factors, prediction, answer = self.factors, self.prediction, self.synthesised
        if factors is None or prediction is None or not self.engine.ready:
            return False
        made = factors is prediction.factors and prediction.reconstruction is not None
        return not made and (answer is None or answer.factors is not factors)

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

    def put_new_run(self, run: NewRun) -> None:
        """News of the run that is being thought of."""
        self._set("new_run", run)

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

    def put_live(self, live: Live | None) -> None:
        """News of the camera on show."""
        self._set("live", live)

    def note(self, text: str) -> None:
        """Write a line into the log."""
        self.log.add(text)
        self.changed.emit()

    def ask(self, question: Question) -> None:
        """Put a question to the person."""
        self._set("questions", (*self.questions, question))

    def settle(self, question: Question) -> None:
        """It was answered."""
        self._set("questions", tuple(q for q in self.questions if q is not question))

    def put_keeping(self, keeping: Keeping) -> None:
        """News of the session's file."""
        self._set("keeping", keeping)

    @property
    def origin(self) -> Origin:
        """The checkpoint that is loaded, or that its file names."""
        engine = self.engine
        return Origin(engine.checkpoint_name, engine.checkpoint_digest) if engine.ready else self.keeping.origin

    @property
    def mark(self) -> Mark:
        """This moment, for comparison with another."""
        return self.clips.mark

    @property
    def modified(self) -> bool:
        """Whether there is something worth keeping that is in no file."""
        return bool(self.clips.items) and not self.keeping.holds(self.mark)

    def report(self, problem: Problem | None) -> None:
        """Put a problem in front of the person; None takes it away. Results are never touched by it."""
        self._set("problem", problem)
