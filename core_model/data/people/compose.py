"""From a drawn person to a picture: background, things in front, and what a camera and a codec do to it."""

import math
from typing import Any

import cv2
import numpy as np

from core_model.data.people.assets import Array
from core_model.skeleton import BACKGROUND


def sample_background(rng: np.random.Generator, photos: tuple[Array, ...], size_px: int) -> Array:
    """A random crop (S,S,3) uint8 of a photograph, flipped, recoloured, sometimes out of focus."""
    photo = photos[rng.integers(len(photos))]
    side = int(len(photo) * rng.uniform(0.4, 1.0))
    x, y = rng.integers(len(photo) - side + 1, size=2)
    crop = photo[y : y + side, x : x + side]
    if rng.random() < 0.5:
        crop = crop[:, ::-1]
    crop = cv2.resize(crop, (size_px, size_px), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.3:
        crop = cv2.GaussianBlur(crop, (0, 0), rng.uniform(0.5, 3))
    return recolour(rng, crop, 0.15)


def recolour(rng: np.random.Generator, image: Array, strength: float) -> Array:
    """Random gain per channel, contrast and gamma through one lookup table."""
    levels = np.arange(256, dtype=np.float32)[:, None] / 255
    gamma = math.exp(rng.normal(0, strength))
    contrast = 1 + rng.normal(0, strength)
    table = (levels**gamma - 0.45) * contrast + 0.45 + rng.normal(0, 0.3 * strength)
    table = table * (1 + rng.normal(0, 0.4 * strength, 3))
    return cv2.LUT(image, np.clip(table * 255, 0, 255).astype(np.uint8).reshape(256, 1, 3))


def put_over(image: Array, colour: Array, alpha: Array) -> Array:
    """`colour` (S,S,3), already multiplied by `alpha` (S,S) uint8, over `image` (S,S,3)."""
    behind = cv2.multiply(image, cv2.merge([255 - alpha] * 3), scale=1 / 255)
    return cv2.add(behind, colour)


def sample_occluders(rng: np.random.Generator, photos: tuple[Array, ...], size_px: int) -> tuple[Array, Array]:
    """Things in front of the person: colours (S,S,3) and mask (S,S), both uint8."""
    mask = np.zeros((size_px, size_px), np.uint8)
    for _ in range(rng.integers(1, 4)):
        centre = rng.uniform(0, size_px, 2)
        kind = rng.random()
        if kind < 0.4:
            angles = np.sort(rng.uniform(0, 2 * math.pi, rng.integers(3, 8)))
            radius = size_px * rng.uniform(0.05, 0.22) * rng.uniform(0.5, 1, len(angles))
            corners = centre + np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, None]
            cv2.fillPoly(mask, [corners.astype(np.int32)], 255)
        elif kind < 0.7:
            axes = (size_px * rng.uniform(0.03, 0.2, 2)).astype(int)
            cv2.ellipse(mask, centre.astype(int).tolist(), axes.tolist(), rng.uniform(0, 180), 0, 360, 255, -1)
        elif kind < 0.85:
            low = int(size_px * rng.uniform(0.7, 0.95))
            mask[low:, : int(size_px * rng.uniform(0.3, 1))] = 255
        else:
            ends = rng.uniform(0, size_px, (2, 2)).astype(int).tolist()
            cv2.line(mask, ends[0], ends[1], 255, int(size_px * rng.uniform(0.01, 0.07)) + 1)
    if rng.random() < 0.6:
        colours = sample_background(rng, photos, size_px)
    else:
        colours = np.empty((size_px, size_px, 3), np.uint8)
        colours[:] = rng.integers(0, 256, 3)
    return colours, mask


def beside(rng: np.random.Generator, drawn: Array) -> tuple[Array, Array]:
    """A drawn person (S,S,4) moved to one side, larger or smaller: colours (S,S,3) and mask (S,S), both uint8."""
    size = len(drawn)
    scale = math.exp(rng.normal(0, 0.25))
    mirror = 1 if rng.random() < 0.5 else -1
    side = size * rng.uniform(0.4, 0.7) * (1 if rng.random() < 0.5 else -1)
    middle = size / 2
    move = np.array(
        [[mirror * scale, 0, middle + side - mirror * scale * middle], [0, scale, middle * (1 - scale)]], np.float32
    )
    moved = cv2.warpAffine(drawn, move, (size, size), flags=cv2.INTER_NEAREST, borderValue=(0, 0, 0, BACKGROUND))
    mask = cv2.threshold(cv2.extractChannel(moved, 3), BACKGROUND - 1, 255, cv2.THRESH_BINARY_INV)[1]
    return np.asarray(cv2.cvtColor(moved, cv2.COLOR_RGBA2RGB)), np.asarray(mask)


def spoil(rng: np.random.Generator, image: Any) -> Array:
    """Blur, motion, low resolution, noise, compression, colour: what happens between a lens and a file."""
    size = len(image)
    if rng.random() < 0.15:
        image = cv2.filter2D(image, -1, _motion_kernel(rng, int(rng.integers(3, 10))))
    if rng.random() < 0.25:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.6))
    if rng.random() < 0.25:
        small = int(size * rng.uniform(0.3, 0.8))
        image = cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA)
        image = cv2.resize(image, (size, size), interpolation=cv2.INTER_LINEAR)
    image = recolour(rng, image, 0.12)
    if rng.random() < 0.04:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.4:
        image = _noisy(rng, image, rng.uniform(1, 10))
    if rng.random() < 0.5:
        _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 95))])
        image = cv2.imdecode(code, cv2.IMREAD_COLOR)
    return image


def _motion_kernel(rng: np.random.Generator, length: int) -> Array:
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, math.pi)
    middle = (length - 1) / 2
    reach = np.array((math.cos(angle), math.sin(angle))) * middle
    ends = np.round([middle - reach, middle + reach]).astype(int).tolist()
    cv2.line(kernel, ends[0], ends[1], 1.0)
    return kernel / kernel.sum()


def _noisy(rng: np.random.Generator, image: Array, sigma: float) -> Array:
    """Gaussian noise from a window of one table: drawing 200,000 normals would cost more than everything else here."""
    size = len(image)
    table = _noise_table(size)
    y, x = rng.integers(len(table) - size + 1, size=2)
    return cv2.add(image, table[y : y + size, x : x + size] * (sigma / 32), dtype=cv2.CV_8U)


_TABLES: dict[int, Array] = {}


def _noise_table(size: int) -> Array:
    if size not in _TABLES:
        _TABLES[size] = np.random.default_rng(0).normal(0, 32, (size + 128, size + 128, 3)).astype(np.float32)
    return _TABLES[size]
