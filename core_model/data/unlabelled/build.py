"""One video through all stages: sampled, cut into shots, the person followed, backgrounds, foregrounds, pairs."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core_model.data.unlabelled import store
from core_model.data.unlabelled.cuts import Look, look_of, shot_numbers
from core_model.data.unlabelled.foreground import estimate_foreground
from core_model.data.unlabelled.frames import figure_mask
from core_model.data.unlabelled.keeping import CLEAR_AGREEMENT, share_on_person, thinned
from core_model.data.unlabelled.pairing import far_pairs, neighbour_pairs
from core_model.data.unlabelled.sampling import sample_indices
from core_model.data.unlabelled.scene import Scene
from core_model.data.unlabelled.shot import Sighting, look_at_shot
from core_model.data.unlabelled.store import ShotSummary, Summary, VideoData
from core_model.data.video import VideoReader
from core_model.errors import MediaError
from core_model.prediction import CROP_PX
from core_model.tracking import FramePredictor

Row = dict[str, np.ndarray]


@dataclass(frozen=True)
class Settings:
    """How much is taken of a video."""

    frames_per_s: float = 8.0
    most_sampled: int = 2400  # frames looked at: five minutes
    most_kept: int = 300


def build(
    reader: VideoReader,
    predictor: FramePredictor,
    settings: Settings,
    each: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[VideoData, Summary]:
    """The data of one video. `each` hears the frames done, and of how many. Raises MediaError for images."""
    if reader.image_names is not None:
        raise MediaError(f"{reader.path.name} is not a video.", "Give videos, or folders of videos.")
    indices = sample_indices(reader.pts_s, settings.frames_per_s, settings.most_sampled)
    indices, looks = _looks(reader, indices)
    number = shot_numbers(looks, reader.pts_s[indices])
    progress = _Progress(each, len(indices))
    rows: list[Row] = []
    shots: list[ShotSummary] = []
    dropped: Counter[str] = Counter()
    for shot in range(number[-1] + 1 if len(number) else 0):
        own = indices[number == shot]
        left = settings.most_kept - len(rows)
        most = round(left * len(own) / (number >= shot).sum())
        people = int(rows[-1]["person"]) + 1 if rows else 0
        found, camera, lost = _shot_rows(reader, predictor, own, most, progress)
        rows += [row | {"shot": np.array(shot), "person": row["person"] + people} for row in found]
        start_s, end_s = reader.pts_s[own[[0, -1]]].tolist()
        shots.append(ShotSummary(start_s, end_s, camera, len(found)))
        dropped.update(lost)
    data = _gathered(rows)
    return data, _summary(reader, data, len(indices), dropped, shots)


class _Progress:
    """Counts frames."""

    def __init__(self, each: Callable[[int, int], None], total: int) -> None:
        self._each, self._total, self._done = each, total, 0

    def __call__(self) -> None:
        self._done += 1
        self._each(self._done, self._total)


def _looks(reader: VideoReader, indices: np.ndarray) -> tuple[np.ndarray, list[Look]]:
    """What frames look like from afar, and which of them can be read. Raises MediaError where none can."""
    looks: dict[int, Look] = {}
    for i in indices.tolist():
        try:
            looks[i] = look_of(reader.frame(i))
        except MediaError:
            continue
    if not looks:
        raise MediaError(f"No frame of {reader.path.name} can be read.", "Copy or export it again.")
    return np.array(list(looks), np.int64), list(looks.values())


def _shot_rows(
    reader: VideoReader, predictor: FramePredictor, indices: np.ndarray, most: int, each: Callable[[], None]
) -> tuple[list[Row], str, Counter[str]]:
    """What is kept of one shot, what its camera does, and why frames were dropped."""
    view = look_at_shot(reader, predictor, indices, each)
    dropped: Counter[str] = Counter(view.dropped)
    kept = [view.sightings[i] for i in thinned(len(view.sightings), most)]
    if surplus := len(view.sightings) - len(kept):
        dropped["surplus"] = surplus
    if not kept:
        return [], "unknown", dropped
    scene = Scene(view.frames)
    return [_row(sighting, scene) for sighting in kept], scene.camera, dropped


def _row(sighting: Sighting, scene: Scene) -> Row:
    seen = sighting.seen
    person = figure_mask(seen.parts, sighting.seen_px)
    behind = scene.behind(sighting.place)
    found = None if behind is None else estimate_foreground(sighting.crop, behind, person)
    return {
        "image": sighting.crop,
        "parts": seen.parts,
        "points_px": sighting.points_px.astype(np.float32),
        "seen_px": sighting.seen_px.astype(np.float32),
        "clear": np.array(share_on_person(seen.parts, sighting.points_px) >= CLEAR_AGREEMENT),
        "depth_m": seen.joints3d_m[:, 2].astype(np.float32),
        "joints3d_m": seen.joints3d_m.astype(np.float32),
        "confidence": seen.confidence.astype(np.float32),
        "box_px": seen.box_px.astype(np.float64),
        "pts_s": np.array(sighting.pts_s),
        "person": np.array(sighting.track),
        **store.background_arrays(behind, found),
    }


_EMPTY: Row = {
    "image": np.zeros((0, CROP_PX, CROP_PX, 3), np.uint8),
    "parts": np.zeros((0, CROP_PX, CROP_PX), np.uint8),
    "points_px": np.zeros((0, 21, 2), np.float32),
    "seen_px": np.zeros((0, 21, 2), np.float32),
    "clear": np.zeros(0, bool),
    "depth_m": np.zeros((0, 21), np.float32),
    "joints3d_m": np.zeros((0, 21, 3), np.float32),
    "confidence": np.zeros((0, 21), np.float32),
    "box_px": np.zeros((0, 4)),
    "pts_s": np.zeros(0),
    "person": np.zeros(0, np.int64),
    "shot": np.zeros(0, np.int64),
    **{name: column[None][:0] for name, column in store.background_arrays(None, None).items()},
}


def _gathered(rows: list[Row]) -> VideoData:
    columns = {name: np.stack([row[name] for row in rows]) if rows else empty for name, empty in _EMPTY.items()}
    far = far_pairs(columns["joints3d_m"], columns["person"])
    return VideoData(**columns, far_pairs=far, neighbour_pairs=neighbour_pairs(columns["pts_s"], columns["person"]))


def _summary(
    reader: VideoReader, data: VideoData, sampled: int, dropped: Counter[str], shots: list[ShotSummary]
) -> Summary:
    having = np.flatnonzero(data.has_background).tolist()
    return Summary(
        path=str(reader.path),
        duration_s=float(reader.pts_s[-1] - reader.pts_s[0] + 1 / reader.fps),
        sampled=sampled,
        kept=len(data.image),
        dropped=dict(dropped),
        shots=tuple(shots),
        people=len(np.unique(data.person)),
        far_pairs=len(data.far_pairs),
        neighbour_pairs=len(data.neighbour_pairs),
        with_background=len(having),
        background_known=float(data.background_known[having].mean()) if len(having) else 0.0,
        foreground_confidence=float(np.mean([_confidence(data, i) for i in having])) if len(having) else 0.0,
        problem=reader.problem,
    )


def _confidence(data: VideoData, i: int) -> float:
    """Mean confidence, in [0, 1], of the foreground about the person: far from them it is easily told."""
    about = figure_mask(data.parts[i], data.seen_px[i])
    return float(data.foreground_confidence[i][about].mean() / 255)
