"""Changes of a picture that move its labels in a known way, or not at all: flips, turns, scales, colours, cut-outs.

They widen the rendered people, and on unlabelled frames they are what the encoder's answers must agree over.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from core_model.geometry.crop import crop_rotation
from core_model.skeleton import BACKGROUND, MIRROR, NUM_PARTS, PART_MIRROR

ANYHOW = 0.12
"""Share of rendered people turned by any angle: a fifth of the people who do sports are upside down."""


def turns(rng: np.random.Generator, count: int, anyhow: float) -> np.ndarray:
    """Angles (N,) in radians: for 60 % of normal distribution (sigma 20 degrees), for `anyhow` of them any, else 0."""
    chance, slight = rng.random(count), rng.normal(0, np.radians(20), count)
    return np.where(chance < 0.6, slight, np.where(chance < 0.6 + anyhow, rng.uniform(-np.pi, np.pi, count), 0.0))


@dataclass(frozen=True, slots=True)
class Warp:
    """A flip and a similarity of a square picture of side `size_px`: `new = matrix @ (old, 1)` in pixels."""

    size_px: int
    out_px: int
    flip: bool
    angle_rad: float
    matrix: np.ndarray  # (2, 3)

    @classmethod
    def draw(
        cls, rng: np.random.Generator, size_px: int, out_px: int, strength: float = 1.0, anyhow: float = 0.0
    ) -> "Warp":
        """A random one: half of them flipped, most turned (`turns`), all scaled and shifted a little."""
        flip = bool(rng.random() < 0.5)
        angle = float(turns(rng, 1, anyhow)[0] * strength)
        scale = float(np.exp(rng.normal(0, 0.12) * strength)) * out_px / size_px
        shift = rng.normal(0, 0.03, 2) * out_px * strength
        return cls.of(size_px, out_px, flip, angle, scale, shift)

    @classmethod
    def of(cls, size_px: int, out_px: int, flip: bool, angle_rad: float, scale: float, shift: np.ndarray) -> "Warp":
        """Flip, then turn and scale about the centre, then shift."""
        c, s = np.cos(angle_rad) * scale, np.sin(angle_rad) * scale
        linear = np.array([[c, -s], [s, c]])
        mirror = np.diag([-1.0 if flip else 1.0, 1.0])
        linear = linear @ mirror
        offset = out_px / 2 + shift - linear @ np.full(2, size_px / 2)
        return cls(size_px, out_px, flip, angle_rad, np.concatenate([linear, offset[:, None]], axis=1))

    def image(self, image: np.ndarray) -> np.ndarray:
        """(S, S, 3) uint8 -> (out, out, 3) uint8."""
        return cv2.warpAffine(image, self._pixel_matrix(), (self.out_px,) * 2, borderMode=cv2.BORDER_REPLICATE)

    def labels(self, parts: np.ndarray) -> np.ndarray:
        """(S, S) part indices -> (out, out), left and right exchanged by a flip."""
        warped = cv2.warpAffine(
            parts, self._pixel_matrix(), (self.out_px,) * 2, flags=cv2.INTER_NEAREST, borderValue=BACKGROUND
        )
        return np.append(PART_MIRROR, NUM_PARTS).astype(np.uint8)[warped] if self.flip else warped

    def points(self, points_px: np.ndarray) -> np.ndarray:
        """(21, 2) joints -> joints of the new picture."""
        moved = points_px @ self.matrix[:, :2].T + self.matrix[:, 2]
        return moved[MIRROR] if self.flip else moved

    def order(self, per_joint: np.ndarray) -> np.ndarray:
        """(21, ...) what belongs to joints -> the same in the order after a flip."""
        return per_joint[MIRROR] if self.flip else per_joint

    def directions(self, vectors: np.ndarray) -> np.ndarray:
        """(21, 3) points in the crop camera's frame -> as they would look from the new picture's."""
        out = vectors[MIRROR] * np.array([-1.0, 1.0, 1.0]) if self.flip else vectors
        c, s = np.cos(self.angle_rad), np.sin(self.angle_rad)
        return out @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]).T

    def _pixel_matrix(self) -> np.ndarray:
        matrix = self.matrix.copy()
        matrix[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5  # cv2's pixel centres are integers
        return matrix


def recolour(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(S, S, 3) uint8 -> uint8: gains, contrast, brightness, sometimes grey, blurred or noisy. Labels stay."""
    out: np.ndarray = image.astype(np.float32)
    mean = float(out.mean())
    gains = np.exp(rng.normal(0, 0.08, 3)).astype(np.float32)
    contrast, brightness = np.exp(rng.normal(0, 0.2)), rng.normal(0, 18)
    out = (out * gains - mean) * np.float32(contrast) + np.float32(mean + brightness)
    if rng.random() < 0.08:
        out = np.repeat(out.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.random() < 0.15:
        out = cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.4, 1.5)))
    if rng.random() < 0.15:
        out += rng.standard_normal(out.shape, np.float32) * np.float32(rng.uniform(2, 12))
    return np.clip(out, 0, 255).astype(np.uint8)


def cut_out(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The image with up to two rectangles of noise or one colour laid over it."""
    size = image.shape[0]
    out = image.copy()
    for _ in range(int(rng.integers(0, 3))):
        w, h = (rng.uniform(0.08, 0.3, 2) * size).astype(int)
        x, y = int(rng.integers(0, size - w)), int(rng.integers(0, size - h))
        plain = rng.random() < 0.5
        out[y : y + h, x : x + w] = rng.integers(0, 256, (1, 1, 3) if plain else (h, w, 3), dtype=np.uint8)
    return out


def in_crop_camera(joints3d_m: np.ndarray, focal_px: float, principal_px: np.ndarray, size_px: int) -> np.ndarray:
    """(21, 3) joints in the camera frame -> (21, 3) relative to the pelvis, in the crop camera's frame."""
    rotation = crop_rotation(np.full(2, size_px / 2) - principal_px, focal_px)
    return (joints3d_m - joints3d_m[:1]) @ rotation.T
