"""Square crops of a frame, and the camera that looks straight at a crop (numpy and cv2).

A network sees only the crop, so what it says of directions is in the frame of a *crop camera*: the camera turned, by
the smallest rotation, until it looks at the crop's centre. `crop_rotation` carries that back to the camera frame.
"""

import cv2
import numpy as np


def square_box(points_px: np.ndarray, padding: float = 1.25) -> np.ndarray:
    """Points (N, 2) -> (4,) x0 y0 x1 y1 of the square around them, its side `padding` times their longer extent."""
    low, high = points_px.min(axis=0), points_px.max(axis=0)
    centre, half = (low + high) / 2, max(float((high - low).max()), 1.0) * padding / 2
    return np.concatenate([centre - half, centre + half])


def crop_image(frame: np.ndarray, box_px: np.ndarray, size_px: int) -> np.ndarray:
    """(H, W, 3) uint8 -> (size_px, size_px, 3) uint8: the square `box_px` resampled, its edge repeated outside."""
    scale = size_px / float(box_px[2] - box_px[0])
    if scale < 0.5:  # area-averaging first, else small details alias
        return _shrunk_crop(frame, box_px, size_px)
    matrix = crop_matrix(box_px, size_px)
    # warpAffine addresses pixel centres as integers; ours are at +0.5
    matrix[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    return cv2.warpAffine(frame, matrix, (size_px, size_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _shrunk_crop(frame: np.ndarray, box_px: np.ndarray, size_px: int) -> np.ndarray:
    height, width = frame.shape[:2]
    x0, y0, x1, y1 = (round(float(v)) for v in box_px)
    inside = frame[max(y0, 0) : max(min(y1, height), 1), max(x0, 0) : max(min(x1, width), 1)]
    if inside.size == 0:
        return np.zeros((size_px, size_px, 3), np.uint8)
    pads = (max(-y0, 0), max(y1 - height, 0), max(-x0, 0), max(x1 - width, 0))
    if any(pads):
        inside = cv2.copyMakeBorder(inside, *pads, cv2.BORDER_REPLICATE)
    return cv2.resize(inside, (size_px, size_px), interpolation=cv2.INTER_AREA)


def thinned(image: np.ndarray, step: int) -> np.ndarray:
    """Every `step`-th pixel of (H, W, 3) uint8 in both directions."""
    height, width = image.shape[:2]
    size = max(width // step, 1), max(height // step, 1)
    return image if step == 1 else cv2.resize(image, size, interpolation=cv2.INTER_NEAREST)


def filling(image: np.ndarray, frame_size_px: tuple[int, int]) -> np.ndarray:
    """An image (h, w, 3) uint8 as a frame of (width, height): its middle, as large as it has to be to fill it.

    >>> filling(np.zeros((10, 40, 3), np.uint8), (60, 30)).shape
    (30, 60, 3)
    """
    width, height = frame_size_px
    scale = max(width / image.shape[1], height / image.shape[0])
    size = max(round(image.shape[1] * scale), width), max(round(image.shape[0] * scale), height)
    large = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    return np.ascontiguousarray(large[y : y + height, x : x + width])


def crop_matrix(box_px: np.ndarray, size_px: int) -> np.ndarray:
    """(2, 3) affine from pixels of the frame to pixels of the crop."""
    scale = size_px / float(box_px[2] - box_px[0])
    return np.array([[scale, 0.0, -scale * box_px[0]], [0.0, scale, -scale * box_px[1]]])


def to_frame(points_px: np.ndarray, box_px: np.ndarray, size_px: int) -> np.ndarray:
    """Crop pixels (..., 2) -> frame pixels."""
    return points_px * ((box_px[2] - box_px[0]) / size_px) + box_px[:2]


def to_crop(points_px: np.ndarray, box_px: np.ndarray, size_px: int) -> np.ndarray:
    """Frame pixels (..., 2) -> crop pixels."""
    return (points_px - box_px[:2]) * (size_px / (box_px[2] - box_px[0]))


def crop_rotation(offset_px: np.ndarray, focal_px: float | np.ndarray) -> np.ndarray:
    """(..., 3, 3) rotation from the camera frame to the crop camera's.

    `offset_px` (..., 2) is the crop's centre minus the principal point. Rodrigues' formula for the smallest rotation
    that carries the ray through the crop's centre to +z.
    """
    offset = np.asarray(offset_px, dtype=np.float64)
    ray = np.concatenate([offset / np.asarray(focal_px, np.float64)[..., None], np.ones_like(offset[..., :1])], axis=-1)
    ray /= np.linalg.norm(ray, axis=-1, keepdims=True)
    x, y, z = ray[..., 0], ray[..., 1], ray[..., 2]
    zero = np.zeros_like(x)
    # axis = ray x (0, 0, 1) = (y, -x, 0); its cross-product matrix:
    k = np.stack([zero, zero, -x, zero, zero, -y, x, y, zero], axis=-1).reshape(*x.shape, 3, 3)
    return np.eye(3) + k + k @ k / (1 + z)[..., None, None]
