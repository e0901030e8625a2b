"""What the camera does in a shot: the background's corners are followed, the person's are left out (cv2)."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

Camera = Literal["static", "moving"]

MOST_CORNERS = 160
LEAST_INLIERS = 20
LEAST_INLIER_SHARE = 0.6
INLIER_PX = 1.5
STILL_PX = 0.8
"""Corners of a static camera's picture stay this near to where they were, in pixels of the small grey image."""
STILL_SHARE = 0.75
"""Share of the looks at a shot in which the background must be where it was."""
FEW_CORNERS = 12
BLANK_LEVELS, BLANK_PERCENT = 12.0, 98
"""A background with fewer corners stands still if so much of it changes by less than this."""


@dataclass(frozen=True, slots=True)
class Registration:
    """How the background of one image lies in another."""

    homography: np.ndarray  # (3, 3) pixels (cv2's: centres at integers) of the one -> of the other
    inliers: int
    share: float  # of the corners that were followed


def corners_of(grey: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Grey (H, W) uint8 -> corners (N, 2) float32 where `free` (H, W) bool."""
    found = cv2.goodFeaturesToTrack(grey, MOST_CORNERS, 0.01, 6, mask=free.astype(np.uint8) * 255)
    return np.zeros((0, 2), np.float32) if found is None else found[:, 0]


def register(
    grey: np.ndarray, other: np.ndarray, corners: np.ndarray, other_free: np.ndarray, guess: np.ndarray | None = None
) -> Registration | None:
    """Carry the `corners` (N, 2) of one grey image to another; None where too few of them agree.

    `other_free` (H, W) bool is where the other image shows background, `guess` (3, 3) a homography near the right one.
    """
    here, there = followed(grey, other, corners, other_free, guess)
    if len(here) < LEAST_INLIERS:
        return None
    homography, agree = cv2.findHomography(here, there, cv2.RANSAC, INLIER_PX)
    if homography is None or agree.sum() < LEAST_INLIERS or agree.mean() < LEAST_INLIER_SHARE:
        return None
    return Registration(homography, int(agree.sum()), float(agree.mean()))


def followed(
    grey: np.ndarray, other: np.ndarray, corners: np.ndarray, other_free: np.ndarray, guess: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The corners (M, 2) that are found again in the other image's background, and where (M, 2)."""
    if not len(corners):
        return corners, corners
    start = corners if guess is None else cv2.perspectiveTransform(corners[None], guess)[0]
    there, found = _flow(grey, other, corners, start)
    back, found_back = _flow(other, grey, there, corners)
    good = found & found_back & (np.abs(back - corners).max(axis=1) < 1) & _inside(there, other_free)
    return corners[good], there[good]


def _flow(a: np.ndarray, b: np.ndarray, points: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 2) of image a in image b, looked for about `start`; and which were found (N,) bool."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        a, b, points, start.astype(np.float32).copy(), winSize=(15, 15), flags=cv2.OPTFLOW_USE_INITIAL_FLOW
    )
    return there, found[:, 0].astype(bool)


def _inside(points: np.ndarray, free: np.ndarray) -> np.ndarray:
    """(N,) bool: points within the image and on free ground."""
    x, y = points.round().astype(int).T
    within = (x >= 0) & (y >= 0) & (x < free.shape[1]) & (y < free.shape[0])
    within[within] = free[y[within], x[within]]
    return within


def camera_of(greys: list[np.ndarray], free: list[np.ndarray]) -> Camera:
    """Static or moving, from a few images (H, W) uint8 spread over a shot; `free` (H, W) bool shows no person.

    All are compared with the middle one, so that a slow turn is seen too.
    """
    middle = len(greys) // 2
    corners = corners_of(greys[middle], free[middle])
    looks = [
        _is_still(greys[middle], grey, corners, free[middle] & other, other)
        for i, (grey, other) in enumerate(zip(greys, free, strict=True))
        if i != middle
    ]
    return "static" if np.mean(looks or [True]) >= STILL_SHARE else "moving"


def _is_still(
    grey: np.ndarray, other: np.ndarray, corners: np.ndarray, both_free: np.ndarray, other_free: np.ndarray
) -> bool:
    here, there = followed(grey, other, corners, other_free)
    if len(here) >= FEW_CORNERS:
        return bool(np.median(np.linalg.norm(there - here, axis=1)) < STILL_PX)
    change = cv2.absdiff(grey, other)[both_free]
    return bool(len(change) and np.percentile(change, BLANK_PERCENT) < BLANK_LEVELS)
