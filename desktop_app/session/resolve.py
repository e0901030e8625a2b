"""From the session to one frozen picture of what to show: every decision is made here, views only draw."""

from dataclasses import dataclass

import numpy as np

from core_model.orbit import Orbit, orbit_of
from core_model.prediction import Camera, Factors, Prediction, Synthesis
from desktop_app.session.activity import Analysis, Engine, Phase, Problem, Task
from desktop_app.session.adaptation import Adaptation
from desktop_app.session.clip_rows import Row, rows_of
from desktop_app.session.curves import Curves
from desktop_app.session.display import Display
from desktop_app.session.edits import Edit
from desktop_app.session.live import Live
from desktop_app.session.log import Entry
from desktop_app.session.made import Others, Synthesised
from desktop_app.session.new_run import NewRun
from desktop_app.session.playback import Clip, Frame, Playback
from desktop_app.session.plots import Choice
from desktop_app.session.question import Question
from desktop_app.session.results import NOBODY
from desktop_app.session.runs import RunsPicture
from desktop_app.session.staging import Moves, Outfit, Pose, Staging
from desktop_app.session.state import Session
from desktop_app.session.trails import Trails


@dataclass(frozen=True, eq=False, slots=True)
class Space:
    """What stands in the 3D view, in the predicted camera's frame."""

    joints_m: np.ndarray  # (21, 3) with the edits
    ghost_m: np.ndarray | None  # (21, 3) as predicted, where it differs
    camera: Camera
    camera_to_world: np.ndarray  # (4, 4) the edited camera; identity where the camera is as predicted
    floor_m: float | None  # y of the floor


@dataclass(frozen=True, eq=False, slots=True)
class Beside:
    """What may stand beside it."""

    trails: Trails | None  # in the predicted camera's frame
    others: Others | None  # poses that would look the same, in the edited camera's frame


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """All that is on the screen."""

    clip: Clip | None
    playback: Playback
    frame: Frame | None
    prediction: Prediction | None
    edit: Edit
    staging: Staging
    outfits: tuple[Outfit, ...]  # to choose from
    copied: Pose | None
    moves: tuple[Moves, ...]  # to take poses from
    scores: np.ndarray | None  # (axes,) of the pose on show in the space of poses; the newest that are known
    factors: Factors | None  # with the edit and the staging
    atlas: np.ndarray | None  # (14, 4, *ATLAS_PX) that the person on show wears
    clean_known: bool  # whether it is known what other frames show behind the person
    orbit: Orbit | None  # of the factors
    people_px: np.ndarray | None  # (N, 4) squares where somebody may be in the frame on show
    crop_given: bool  # the crop of the frame on show was set by hand
    synthesis: Synthesis | None
    joints2d_px: np.ndarray | None  # (21, 2) in the frame, smoothed where that is switched on
    posed2d_px: np.ndarray | None  # (21, 2) in the frame of the body on show, with the edits; to grip it by
    space: Space | None
    beside: Beside
    display: Display
    engine: Engine
    analysis: Analysis
    sureness: np.ndarray  # (T,) mean confidence of each frame's joints
    plots: Choice
    curves: Curves | None  # None while the plots are out of sight
    thumbnails: tuple[np.ndarray | None, ...]  # from left to right, evenly over the clip
    log: tuple[Entry, ...]  # oldest first
    adaptation: Adaptation
    new_run: NewRun
    training: RunsPicture
    task: Task | None
    problem: Problem | None
    question: Question | None
    name: str  # of what is on show: the session's file, or else the clip; empty where there is none
    modified: bool  # there is something worth keeping that is in no file
    hint: str  # what to do next where there is no prediction to show; else empty
    results_version: int
    frame_states: np.ndarray  # (T,) of results
    edited_frames: tuple[int, ...]
    undo_label: str | None
    redo_label: str | None
    clips: tuple[Row, ...]  # of the session
    live: Live | None  # the camera on show

    @property
    def edited(self) -> bool:
        """Whether the image on show is another than the clip's."""
        return bool(self.edit or self.staging)


_AS_IT_IS = (
    "clip", "playback", "frame", "prediction", "edit", "copied", "moves", "factors", "display", "engine", "analysis",
    "adaptation", "new_run", "task", "problem", "modified", "live",
)  # fmt: skip
"""What the picture shows as the session has it."""


def resolve(session: Session) -> Picture:
    """The picture of this moment."""
    factors, prediction = session.factors, session.prediction
    shown = _shown(session, factors)
    flat, solid = _joints(session, prediction)
    pictured = shown or (session.synthesised if prediction else None)  # one of a frame before, rather than none
    return Picture(
        **{name: getattr(session, name) for name in _AS_IT_IS},
        staging=session.stage.staging,
        outfits=session.stage.outfits,
        scores=session.scores.scores if session.scores and factors else None,
        atlas=_worn(session, factors),
        clean_known=session.clean is not None,
        orbit=orbit_of(factors.camera) if factors else None,
        people_px=_people(session),
        crop_given=session.frame is not None and session.frame.index in session.correcting.made.crops_px,
        synthesis=pictured.synthesis if pictured else None,
        joints2d_px=flat,
        posed2d_px=shown.synthesis.joints2d_px if shown else None,
        space=_space(prediction, solid, shown, session.results.floor_m),
        beside=_beside(session),
        sureness=session.results.traces.sureness,
        plots=session.plots.choice,
        curves=session.plots.curves(session.results.traces, session.edits, session.clip),
        thumbnails=session.thumbnails.shown(session.clip),
        log=session.log.entries,
        training=session.runs.picture(),
        question=session.questions[0] if session.questions else None,
        name=_name(session),
        hint=_hint(session),
        results_version=session.results.version,
        frame_states=session.results.state,
        edited_frames=tuple(sorted(session.edits)),
        undo_label=session.history.undo_label,
        redo_label=session.history.redo_label,
        clips=rows_of(session),
    )


def _shown(session: Session, factors: Factors | None) -> Synthesised | None:
    """The image of these factors; during a drag the newest image of this frame, until its own has come."""
    prediction, answer, frame = session.prediction, session.synthesised, session.frame
    if prediction is None or frame is None:
        return None
    if answer is not None and answer.index == frame.index and factors is not prediction.factors:
        return answer
    if prediction.reconstruction is not None:
        return Synthesised(frame.index, prediction.factors, prediction.reconstruction)
    return answer if answer is not None and answer.index == frame.index else None


def _people(session: Session) -> np.ndarray | None:
    people, frame = session.people, session.frame
    return people.boxes_px if people and frame and people.index == frame.index and session.display.edit_crop else None


def _worn(session: Session, factors: Factors | None) -> np.ndarray | None:
    """The atlas in the newest image; of a person as predicted what all frames show, as soon as that was asked for."""
    prediction, frame = session.prediction, session.frame
    if prediction is None or frame is None:
        return None
    candidates = (session.synthesised, session.sheet) if factors is not prediction.factors else (session.sheet,)
    for known in candidates:
        if known is not None and known.index == frame.index and known.atlas is not None:
            return known.atlas
    return prediction.factors.atlas


def _joints(session: Session, prediction: Prediction | None) -> tuple[np.ndarray | None, np.ndarray | None]:
    """In the frame, and in space: smoothed, but raw for a frame that is being edited."""
    if prediction is None or session.frame is None or session.clip is None:
        return None, None
    raw = prediction.joints2d_px, prediction.joints3d_m
    timed = bool(np.isfinite(session.clip.pts_s).all())
    if not session.display.smooth or session.edit or not timed:
        return raw
    return (
        session.smoother.joints(session.results, session.clip.times_s, session.frame.index, session.display.sigma_s)
        or raw
    )


def _space(
    prediction: Prediction | None, joints_m: np.ndarray | None, shown: Synthesised | None, floor_m: float | None
) -> Space | None:
    """What was shown last stands in the view: joints and camera of one and the same answer."""
    if prediction is None or joints_m is None:
        return None
    predicted = prediction.factors
    if shown is None or shown.factors is predicted:
        return Space(joints_m, None, predicted.camera, np.eye(4), floor_m)
    world = _edited_camera_in(predicted.camera, shown.factors.camera)
    edited_m = shown.synthesis.joints3d_m @ world[:3, :3].T + world[:3, 3]
    posed = not np.array_equal(shown.factors.angles_rad, predicted.angles_rad)
    return Space(edited_m, prediction.joints3d_m if posed else None, shown.factors.camera, world, floor_m)


def _beside(session: Session) -> Beside:
    """What is asked for, and known of the factors on show."""
    factors, others, clip, frame = session.factors, session.others, session.clip, session.frame
    if factors is None or clip is None or frame is None:
        return Beside(None, None)
    wanted = session.display.others and others is not None and others.factors is factors
    trails = session.tracer.trails(session.results, clip.times_s, frame.index, session.display)
    return Beside(trails, others if wanted else None)


def _edited_camera_in(predicted: Camera, edited: Camera) -> np.ndarray:
    """(4, 4) from the edited camera's frame to the predicted one's, the person standing still."""
    turn = predicted.rotation @ edited.rotation.T
    world = np.eye(4)
    world[:3, :3] = turn
    world[:3, 3] = predicted.translation_m - turn @ edited.translation_m
    return world


def _name(session: Session) -> str:
    """In the title."""
    path = session.keeping.path or (session.clip.path if session.clip else None)
    return path.name if path else ""


def _hint(session: Session) -> str:
    """A sentence for panes that have nothing to show."""
    if session.clip is None:
        return f"Opening {session.opening} ..." if session.opening else "Drop a video here, or press Ctrl+O."
    if session.prediction is not None:
        return ""
    if session.frame is not None and session.results.state[session.frame.index] == NOBODY:
        return "Nobody found in this frame."
    if session.engine.phase is Phase.FAILED:
        return "The network is not available: see the message above."
    if not session.engine.ready:
        return "Starting the network ..."
    return "Not analysed yet." if session.playback.playing else "Looking ..."
