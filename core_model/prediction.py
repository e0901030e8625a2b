"""What is known of one frame, and what can be changed in it: shapes and units in one place (numpy only).

`Factors` is a person taken apart: pose, shape, camera, appearance, background. `Prediction` is what the network
says of one frame: the factors, and how sure it is. `Synthesis` is an image put together from factors.

Conventions: `core_model.geometry`. `N = core_model.skeleton.NUM_JOINTS = 21`, crops are square and resampled to
`CROP_PX` pixels.
"""

from dataclasses import dataclass, replace

import numpy as np

CROP_PX = 256
"""Side of the square crop in which people are synthesized."""
ATLAS_PX = (48, 32)
"""Height (along the limb) and width of one part's texture in the atlas."""

GUESSED = 0.1
"""What was seen less than this is a guess."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A perspective camera in the full frame: `p_cam = rotation @ p_body + translation_m`."""

    rotation: np.ndarray  # (3, 3) body frame -> camera frame
    translation_m: np.ndarray  # (3,) pelvis in the camera frame
    focal_px: float  # of the full frame
    frame_size_px: tuple[int, int]  # width, height of the full frame; the principal point is its centre

    def project(self, points_m: np.ndarray) -> np.ndarray:
        """Points in the camera frame (..., 3) -> pixels of the full frame (..., 2)."""
        depth = np.maximum(points_m[..., 2:], 1e-3)
        centre = np.asarray(self.frame_size_px, dtype=points_m.dtype) / 2
        return points_m[..., :2] / depth * self.focal_px + centre

    def unproject(self, points_px: np.ndarray, depth_m: np.ndarray | float) -> np.ndarray:
        """Pixels of the full frame (..., 2) and depths (...) -> points in the camera frame (..., 3)."""
        rays = (points_px - np.asarray(self.frame_size_px) / 2) / self.focal_px
        return np.append(rays, np.ones_like(rays[..., :1]), axis=-1) * np.asarray(depth_m)[..., None]


@dataclass(frozen=True, slots=True)
class Factors:
    """One person, taken apart. Change any field with `edited` and hand it to `Predictor.synthesise`."""

    angles_rad: np.ndarray  # (20, 2) two angles a limb, within core_model.limits.LIMITS_RAD
    shape: np.ndarray  # (12,) in [-1, 1], one a group of skeleton.SHAPE_GROUPS; 0 is the canonical body
    camera: Camera
    box_px: np.ndarray  # (4,) x0 y0 x1 y1 of the square crop in the full frame
    atlas: np.ndarray  # (14, 4, *ATLAS_PX) float32 in [0, 1]: RGB and visibility of each part in its own frame
    background: np.ndarray  # (CROP_PX, CROP_PX, 3) uint8 the crop without the person
    near: np.ndarray | None = None  # as `atlas`: what the one look shows that is nearest in pose; None: the atlas alone
    known: np.ndarray | None = None  # (14,) in [0, 1] whether each part was seen from about this side; None: it was

    def edited(self, **changes: object) -> "Factors":
        """A copy with some fields replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Synthesis:
    """An image put together from factors, over the crop `box_px`."""

    image: np.ndarray  # (CROP_PX, CROP_PX, 3) uint8
    mask: np.ndarray  # (CROP_PX, CROP_PX) float32 in [0, 1], the person
    parts: np.ndarray  # (CROP_PX, CROP_PX) uint8 part index; skeleton.BACKGROUND where nobody is
    joints3d_m: np.ndarray  # (21, 3) camera frame
    joints2d_px: np.ndarray  # (21, 2) full frame
    box_px: np.ndarray  # (4,)
    seen: np.ndarray  # (CROP_PX, CROP_PX) float32 in [0, 1] how well was seen what is shown; 1 where nobody is

    @property
    def guessed(self) -> np.ndarray:
        """(CROP_PX, CROP_PX) bool: the person, where they are shown as nobody saw them."""
        return (self.mask >= 0.5) & (self.seen < GUESSED)


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What the network says of one frame."""

    factors: Factors
    joints3d_m: np.ndarray  # (21, 3) camera frame
    joints2d_px: np.ndarray  # (21, 2) full frame
    confidence: np.ndarray  # (21,) in [0, 1]
    score: float  # in [0, 1] how sure the locator is that this is a person
    parts: np.ndarray  # (CROP_PX, CROP_PX) uint8 depth-ordered part index over the crop
    reconstruction: Synthesis | None  # the factors put together again; None where it was not asked for
    part_sure: np.ndarray | None = None  # (CROP_PX, CROP_PX) uint8, 255 is 1: the network's probability of that part

    @property
    def box_px(self) -> np.ndarray:
        """(4,) x0 y0 x1 y1 of the square crop in the full frame."""
        return self.factors.box_px

    @property
    def angles_rad(self) -> np.ndarray:
        """(20, 2) two angles a limb."""
        return self.factors.angles_rad
