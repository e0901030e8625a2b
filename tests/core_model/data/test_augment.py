"""What moves a picture moves its labels."""

import cv2
import numpy as np
import pytest

from core_model.data.augment import Warp, turns
from core_model.geometry.crop import crop_image, crop_rotation, to_crop, to_frame
from core_model.skeleton import MIRROR


def _dot(image: np.ndarray) -> np.ndarray:
    grey = image[..., 0].astype(np.float64)
    ys, xs = np.mgrid[: grey.shape[0], : grey.shape[1]] + 0.5
    return np.array([(xs * grey).sum(), (ys * grey).sum()]) / grey.sum()


def test_points_follow_the_picture() -> None:
    points = np.tile([[40.0, 60.0]], (21, 1))
    image = np.zeros((128, 128, 3), np.uint8)
    cv2.circle(image, (40, 60), 5, (255, 255, 255), -1)
    image = image.copy()
    for flip in (False, True):
        warp = Warp.of(128, 96, flip, 0.4, 0.7, np.array([2.0, -3.0]))
        where = warp.points(points + 0.5)[0]  # cv2 draws at pixel centres
        assert np.abs(_dot(warp.image(image)) - where).max() < 0.5


def test_a_flip_exchanges_left_and_right() -> None:
    points = np.random.default_rng(0).uniform(0, 64, (21, 2))
    warp = Warp.of(64, 64, True, 0.0, 1.0, np.zeros(2))
    assert np.allclose(warp.points(points), (points * [-1, 1] + [64, 0])[MIRROR])
    assert np.allclose(warp.points(warp.points(points)), points)
    body = np.random.default_rng(1).normal(size=(21, 3))
    assert np.allclose(warp.directions(warp.directions(body)), body)


def test_directions_turn_as_points_do() -> None:
    body = np.random.default_rng(1).normal(size=(21, 3))
    flat = body[:, :2] * 10 + 32
    warp = Warp.of(64, 64, True, 0.7, 1.0, np.zeros(2))
    assert np.allclose(warp.points(flat), warp.directions(body)[:, :2] * 10 + 32)


def test_crops_and_their_points_go_there_and_back() -> None:
    box = np.array([30.0, 20.0, 94.0, 84.0])
    points = np.random.default_rng(0).uniform(0, 100, (5, 2))
    assert np.allclose(to_frame(to_crop(points, box, 256), box, 256), points)
    frame = np.random.default_rng(0).integers(0, 256, (100, 120, 3), dtype=np.uint8)
    assert np.array_equal(crop_image(frame, box, 64), frame[20:84, 30:94])
    far = crop_image(frame, np.array([-900.0, -900.0, -500.0, -500.0]), 64)
    assert far.shape == (64, 64, 3)


def test_the_crop_camera_looks_at_the_crop() -> None:
    turn = crop_rotation(np.array([250.0, -120.0]), 600.0)
    ray = np.array([250.0, -120.0, 600.0])
    assert np.allclose(turn @ ray / np.linalg.norm(ray), [0, 0, 1])
    assert np.allclose(turn @ turn.T, np.eye(3))


def test_some_people_are_turned_by_any_angle() -> None:
    angles = np.degrees(turns(np.random.default_rng(0), 20_000, 0.12))
    assert np.mean(angles == 0) == pytest.approx(0.28, abs=0.02)
    assert np.mean(np.abs(angles) > 90) == pytest.approx(0.06, abs=0.01)
    assert np.abs(turns(np.random.default_rng(0), 20_000, 0.0)).max() < np.radians(100)
