"""Contact sheets of rendered people, and how fast they come."""

import time

import cv2
import numpy as np

from core_model.data.people.assets import Array
from core_model.data.people.renderer import PeopleRenderer, Rendered
from core_model.skeleton import JOINTS, LIMBS

_COLOURS = cv2.applyColorMap(np.linspace(0, 255, 14).astype(np.uint8)[:, None], cv2.COLORMAP_HSV)[:, 0]


def overlay(sample: Rendered) -> Array:
    """The picture (S,S,3) with parts tinted and the skeleton drawn: left green, right red, middle yellow."""
    colours = np.concatenate([_COLOURS, np.zeros((1, 3), np.uint8)])[sample.parts]
    out = np.where(sample.parts[..., None] < 14, (sample.image * 0.6 + colours * 0.4).astype(np.uint8), sample.image)
    points = np.clip(sample.joints2d_px, -999, 2999).round().astype(int).tolist()
    for a, b in LIMBS:
        colour = {"l_": (0, 255, 0), "r_": (255, 0, 0)}.get(JOINTS[b][:2], (255, 255, 0))
        cv2.line(out, points[a], points[b], colour, 1, cv2.LINE_AA)
    for i, point in enumerate(points):
        cv2.circle(out, point, 2, (255, 255, 255) if sample.joints_visible[i] else (255, 0, 255), -1)
    return out


def contact_sheet(samples: list[Rendered], columns: int = 10, *, drawn: bool = False) -> Array:
    """Pictures side by side; with `drawn` every second row repeats the row above with its labels."""
    rows = []
    for start in range(0, len(samples) - columns + 1, columns):
        row = samples[start : start + columns]
        rows.append(np.concatenate([sample.image for sample in row], axis=1))
        if drawn:
            rows.append(np.concatenate([overlay(sample) for sample in row], axis=1))
    return np.concatenate(rows)


def rate(count: int, size_px: int, seed: int) -> tuple[float, float]:
    """Pictures a second of one renderer, and a second of its processor's time (which other programs do not change)."""
    renderer = PeopleRenderer(seed, size_px)
    for _ in range(20):
        renderer.sample()
    start, busy = time.perf_counter(), time.process_time()
    for _ in range(count):
        renderer.sample()
    return count / (time.perf_counter() - start), count / (time.process_time() - busy)
