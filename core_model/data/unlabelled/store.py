"""The file of one video: crops, what is known of each, and which belong together."""

import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core_model.data.unlabelled.background import Background
from core_model.data.unlabelled.foreground import Foreground
from core_model.errors import MediaError
from core_model.export.folder import written_aside
from core_model.geometry.crop import crop_image, to_crop
from core_model.prediction import CROP_PX
from core_model.skeleton import BACKGROUND

if TYPE_CHECKING:
    from core_model.data.shots import Shot


@dataclass(frozen=True, slots=True)
class ShotSummary:
    """One shot in figures."""

    start_s: float
    end_s: float
    camera: str  # static, moving; unknown where nobody was found
    kept: int


@dataclass(frozen=True, slots=True)
class Summary:
    """One video in figures."""

    path: str
    duration_s: float
    sampled: int  # frames looked at
    kept: int
    dropped: dict[str, int]  # by `keeping.Reason`
    shots: tuple[ShotSummary, ...]
    people: int  # people followed; one who was lost and found again counts twice
    far_pairs: int
    neighbour_pairs: int
    with_background: int  # kept frames
    background_known: float  # share of the pixels of these
    foreground_confidence: float  # mean about the person, over these
    problem: str | None  # of a file that is damaged but usable


@dataclass(frozen=True, slots=True)
class VideoData:
    """N crops of side S = CROP_PX, in order of time. Frames of reference: `core_model.geometry`."""

    image: np.ndarray  # (N, S, S, 3) uint8
    parts: np.ndarray  # (N, S, S) uint8 part index, as the network said
    points_px: np.ndarray  # (N, 21, 2) float32 joints of the body in space, in the crop
    seen_px: np.ndarray  # (N, 21, 2) float32 joints as they were seen, in the crop
    clear: np.ndarray  # (N,) bool: the body in space is where the person is seen
    depth_m: np.ndarray  # (N, 21) float32
    joints3d_m: np.ndarray  # (N, 21, 3) float32 camera frame
    confidence: np.ndarray  # (N, 21) float32
    box_px: np.ndarray  # (N, 4) the crop in the full frame
    pts_s: np.ndarray  # (N,) float64
    shot: np.ndarray  # (N,) int
    person: np.ndarray  # (N,) int: never the same in two shots
    has_background: np.ndarray  # (N,) bool
    background: np.ndarray  # (N, S, S, 3) uint8, black where unknown
    background_known: np.ndarray  # (N, S, S) bool
    foreground: np.ndarray  # (N, S, S) bool: told by the background alone
    foreground_confidence: np.ndarray  # (N, S, S) uint8, 255 is sure
    far_pairs: np.ndarray  # (P, 2) int: one person in poses far apart
    neighbour_pairs: np.ndarray  # (Q, 2) int: one person in two frames that follow each other

    def background_of(self, i: int) -> tuple[np.ndarray, np.ndarray] | None:
        """(S, S, 3) uint8 and where it is known (S, S) bool; None where there is none."""
        return (self.background[i], self.background_known[i]) if self.has_background[i] else None

    def foreground_of(self, i: int) -> Foreground | None:
        """The person's outline; None where there is no background to tell it by."""
        if not self.has_background[i]:
            return None
        return Foreground(self.foreground[i], self.foreground_confidence[i].astype(np.float32) / 255)

    def of_person(self, who: int) -> "VideoData":
        """Only the crops of one person, and the pairs among them."""
        kept = self.person == who
        number = np.cumsum(kept) - 1
        pairs = {name: getattr(self, name) for name in ("far_pairs", "neighbour_pairs")}
        return VideoData(
            **{name: getattr(self, name)[kept] for name in _NAMES if name not in pairs},
            **{name: number[both[kept[both].all(axis=1)]] for name, both in pairs.items()},
        )

    def in_crop_of(self, i: int, other: int) -> np.ndarray:
        """Frame i, (S, S, 3) uint8, as far as its own crop shows it, in the crop of frame `other`."""
        box = to_crop(self.box_px[other].reshape(2, 2), self.box_px[i], CROP_PX).ravel()
        return crop_image(self.image[i], box, CROP_PX)


SURE_FOREGROUND = 128
"""`foreground_confidence` from which on the outline against the place behind is believed."""
AROUND_PX = 12
"""How far from what the network takes for a person that outline is believed to be theirs."""
_NAMES = tuple(VideoData.__dataclass_fields__)


def background_arrays(behind: Background | None, found: Foreground | None) -> dict[str, np.ndarray]:
    """The columns of one crop that tell of background and foreground; empty ones where there is none."""
    if behind is None or found is None:
        nothing = np.zeros((CROP_PX, CROP_PX), np.uint8)
        return {
            "has_background": np.array(False),
            "background": np.zeros((CROP_PX, CROP_PX, 3), np.uint8),
            "background_known": nothing.astype(bool),
            "foreground": nothing.astype(bool),
            "foreground_confidence": nothing,
        }
    return {
        "has_background": np.array(True),
        "background": behind.image,
        "background_known": behind.known,
        "foreground": found.mask,
        "foreground_confidence": (found.confidence * 255).round().astype(np.uint8),
    }


def write_video_data(path: Path, data: VideoData, summary: Summary, key: str) -> None:
    """One compressed file; `key` says what it was made from. Raises OutputError."""
    columns = {name: getattr(data, name) for name in _NAMES}
    about = np.array(json.dumps(asdict(summary)))
    with written_aside(path) as aside:
        np.savez_compressed(aside, key=np.array(key), summary=about, **columns)  # type: ignore[arg-type]


def read_video_data(path: Path) -> VideoData:
    """What `write_video_data` wrote. Raises MediaError."""
    return VideoData(**read_columns(path, _NAMES))


def read_summary(path: Path, key: str) -> Summary | None:
    """The summary in a file that was made from what `key` says; None if there is no such file."""
    try:
        found = read_columns(path, ("key", "summary"))
    except MediaError:
        return None
    if str(found["key"]) != key:
        return None
    about = json.loads(str(found["summary"]))
    return Summary(**{**about, "shots": tuple(ShotSummary(**shot) for shot in about["shots"])})


def read_columns(path: Path, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Some columns of a file of `VideoData`; only these are unpacked. Raises MediaError."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in names}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise MediaError(
            f"{path.name} does not hold the data of a video.", "Make it with `puppetpose data`."
        ) from error


def read_people(path: Path) -> "list[list[Shot]]":
    """The clear crops of each person who has at least two in a file, as the decoder's training takes them.

    Their background is left out.
    """
    from core_model.data.shots import Shot  # brings the renderer with it, which making data does not need

    names = ("image", "parts", "points_px", "joints3d_m", "person", "clear", "foreground", "foreground_confidence")
    read = read_columns(path, names)
    outlines = map(person_mask, read["parts"], read["foreground"], read["foreground_confidence"])
    columns = (read["image"], outlines, read["parts"], read["points_px"], read["joints3d_m"])
    shots = [
        Shot(image, None, mask, parts, points, joints, sure)
        for image, (mask, sure), parts, points, joints in zip(*columns, strict=True)
    ]
    people = [
        [shots[i] for i in np.flatnonzero((read["person"] == who) & read["clear"])] for who in np.unique(read["person"])
    ]
    return [own for own in people if len(own) > 1]


def person_mask(parts: np.ndarray, foreground: np.ndarray, confidence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is a person (S, S) uint8, 255 inside, and where that is sure (S, S) bool, from a row of `VideoData`.

    Where what is behind tells surely what is in front, that says it, if it is near what the network takes for a person
    (a passer-by is in front as well, and so is a ball); elsewhere the network's part labels.
    """
    person = parts != BACKGROUND
    near = cv2.dilate(person.astype(np.uint8), np.ones((2 * AROUND_PX + 1,) * 2, np.uint8)) > 0
    sure = (confidence >= SURE_FOREGROUND) & (near | ~foreground)
    return np.where(np.where(sure, foreground, person), 255, 0).astype(np.uint8), sure
