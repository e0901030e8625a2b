"""Pose from one clip, appearance and body from another, camera and place from either: frames that nobody filmed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch

from core_model.appearance import with_part
from core_model.backdrop.blending import feathered, put_into
from core_model.backdrop.places import to_crop_matrix
from core_model.boxes import CROP_MARGIN
from core_model.detail import with_own_detail
from core_model.geometry.crop import square_box
from core_model.geometry.kinematics import inverse_kinematics, shape_from_lengths
from core_model.limits import LIMITS_RAD
from core_model.motion import Motion
from core_model.orbit import moved, orbit_of
from core_model.prediction import CROP_PX, Camera, Factors, Prediction, Synthesis
from core_model.skeleton import BACKGROUND, JOINT, NUM_LIMBS, NUM_PARTS, NUM_SHAPE, PARTS
from core_model.synthesis import MARGIN_PX, joints_of, stand
from core_model.tracking import FramePredictor, FrameSource, analyse
from core_model.wardrobe import Wardrobe

LOOKS = 48
"""Frames of a clip that tell how somebody looks."""
_REACH = 0.08
"""How far a person reaches beyond their joints, over the extent of these."""


@dataclass(frozen=True)
class Person:
    """How somebody looks, whatever they do."""

    wardrobe: Wardrobe
    shape: np.ndarray  # (12,)
    poses_rad: tuple[tuple[int, np.ndarray], ...] = ()  # frames of their clip, and the angles (20, 2) in them

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Person":
        """The inverse of `arrays`. Raises KeyError and ValueError where these are no person's."""
        if arrays["shape"].shape != (NUM_SHAPE,) or arrays["poses_rad"].shape[1:] != (NUM_LIMBS, 2):
            raise ValueError("a person of another size")
        poses = zip(arrays["pose_frames"].tolist(), arrays["poses_rad"], strict=True)
        return cls(Wardrobe.of_arrays(arrays), arrays["shape"], tuple(poses))

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it, to be kept: those of the wardrobe, shape (12,), pose_frames (P,), poses_rad (P, 20, 2)."""
        poses = [angles for _, angles in self.poses_rad]
        return {
            **self.wardrobe.arrays(),
            "shape": self.shape,
            "pose_frames": np.array([index for index, _ in self.poses_rad], np.int64),
            "poses_rad": np.stack(poses) if poses else np.zeros((0, NUM_LIMBS, 2)),
        }


def person_of(
    reader: FrameSource, predictor: FramePredictor, each: Callable[[int, int], None] = lambda done, total: None
) -> Person | None:
    """The person in a clip, from frames spread evenly over it; None where nobody is seen surely enough.

    `each` hears the numbers of frames done and in all.
    """
    person = None
    for done, total, found in meet(reader, predictor):
        each(done, total)
        person = found
    return person


def meet(reader: FrameSource, predictor: FramePredictor) -> Iterator[tuple[int, int, Person | None]]:
    """`person_of` step by step: frames done, frames in all, and at the end the person."""
    indices = np.unique(np.linspace(0, len(reader) - 1, min(LOOKS, len(reader))).round().astype(int)).tolist()
    wardrobe, shapes, poses_rad = Wardrobe(), list[np.ndarray](), list[tuple[int, np.ndarray]]()
    for done, result in enumerate(analyse(reader, predictor, indices=indices), 1):
        if result.prediction is not None:
            wardrobe.offer(result.prediction)
            shapes.append(result.prediction.factors.shape)
            poses_rad.append((result.index, result.prediction.angles_rad))
        known = done == len(indices) and wardrobe.looks
        yield done, len(indices), Person(wardrobe, np.median(shapes, axis=0), tuple(poses_rad)) if known else None


def pose_of(motion: Motion, i: int, frame_size_px: tuple[int, int]) -> Factors | None:
    """The smoothed pose and camera of a frame, without appearance; None where nobody was found."""
    joints_m = motion.joints3d_m[i]
    if not np.isfinite(joints_m).all():
        return None
    pelvis = joints_m[JOINT["pelvis"]]
    body = inverse_kinematics(torch.from_numpy(joints_m - pelvis)[None])
    camera = Camera(body.rotation[0].numpy(), pelvis, float(motion.focal_px[i]), frame_size_px)
    shape, nothing = shape_from_lengths(body.lengths_m)[0].numpy(), np.zeros((CROP_PX, CROP_PX, 3), np.uint8)
    return Factors(motion.angles_rad[i], shape, camera, motion.box_px[i], np.zeros(0), nothing)


def driven_by(start: Factors, angles_rad: np.ndarray, rotation: np.ndarray) -> Iterator[Factors]:
    """Somebody who moves by angles (T, 20, 2) and turns by (T, 3, 3), body frame -> world, where they stand in `start`.
    Limits hold; the crop follows."""
    to_camera = start.camera.rotation @ rotation[0].T
    for pose, turn in zip(np.clip(angles_rad, LIMITS_RAD[..., 0], LIMITS_RAD[..., 1]), rotation, strict=True):
        posed = start.edited(angles_rad=pose, camera=replace(start.camera, rotation=to_camera @ turn))
        yield posed.edited(box_px=square_box(joints_of(posed)[1], CROP_MARGIN))


def turned(factors: Factors, azimuth_rad: float, elevation_rad: float = 0.0) -> Factors:
    """Seen from further to the person's left and from higher up."""
    orbit = orbit_of(factors.camera)
    orbit = replace(
        orbit, azimuth_rad=orbit.azimuth_rad + azimuth_rad, elevation_rad=orbit.elevation_rad + elevation_rad
    )
    return factors.edited(camera=moved(factors.camera, orbit))


def worn_by(
    factors: Factors, person: Person, parts: Iterable[tuple[str, Person]] = (), sheet: np.ndarray | None = None
) -> Factors:
    """The pose and camera of factors on another person's body; in an atlas of their own where a `sheet` is given;
    single `parts` (names of `skeleton.PARTS`) as others have them."""
    dressed = person.wardrobe.dressed(factors.edited(shape=person.shape))
    if sheet is not None:
        dressed = dressed.edited(near=sheet.copy(), atlas=sheet.copy(), known=np.ones(NUM_PARTS))
    for name, other in parts:
        dressed = with_part(dressed, PARTS.index(name), other.wardrobe.dressed(dressed))
    return dressed


def without_person(frame: np.ndarray, prediction: Prediction) -> np.ndarray:
    """A copy of a frame (H, W, 3) uint8 in which the background of its factors stands where the person hides it."""
    factors = prediction.factors
    drawing = stand(factors.camera.project(prediction.joints3d_m), prediction.joints3d_m, factors.box_px).drawing
    person = (prediction.parts != BACKGROUND) | (drawing.cover >= 0.5)
    hidden = cv2.dilate(person.astype(np.uint8), np.ones((2 * MARGIN_PX + 1,) * 2, np.uint8)).astype(bool)
    from_crop = np.linalg.inv(to_crop_matrix(factors.box_px, CROP_PX))
    return put_into(frame, factors.background, from_crop, feathered(hidden))


def whole_box(made: Synthesis) -> np.ndarray:
    """The square (4,) that holds all of a made person: their crop, or a larger one where they reach beyond it."""
    low, high = made.joints2d_px.min(axis=0), made.joints2d_px.max(axis=0)
    margin = _REACH * (high - low).max()
    inside = (low - margin >= made.box_px[:2]).all() and (high + margin <= made.box_px[2:]).all()
    return made.box_px if inside else square_box(made.joints2d_px, 1 + 3 * _REACH)


def put_into_frame(frame: np.ndarray, made: Synthesis, source: np.ndarray | None = None) -> np.ndarray:
    """A copy of a frame (H, W, 3) uint8 with the made person in it, where their crop lies. Where a `source` frame is
    given and shows the same, its detail is kept."""
    from_crop = np.linalg.inv(to_crop_matrix(made.box_px, CROP_PX))
    placed = put_into(frame, made.image, from_crop, made.mask)
    return placed if source is None else with_own_detail(placed, source, made)
