"""Camera angles and rotation matrices are two names of one thing."""

import numpy as np
import pytest

from core_model.orbit import Orbit, moved, orbit_of
from core_model.prediction import Camera

CAMERA = Camera(np.diag([1.0, -1.0, -1.0]), np.array([0.4, -0.2, 4.0]), 900.0, (1280, 720))


@pytest.mark.parametrize("seed", range(20))
def test_round_trip(seed: int) -> None:
    azimuth, elevation, roll, distance = np.random.default_rng(seed).uniform([-3, -1.5, -3, 1], [3, 1.5, 3, 9])
    back = orbit_of(moved(CAMERA, Orbit(azimuth, elevation, roll, distance)))
    assert (back.azimuth_rad, back.elevation_rad, back.roll_rad, back.distance_m) == pytest.approx(
        (azimuth, elevation, roll, distance)
    )


@pytest.mark.parametrize("elevation", [np.pi / 2, -np.pi / 2])
def test_straight_above_keeps_the_rotation(elevation: float) -> None:
    camera = moved(CAMERA, Orbit(0.7, elevation, 0.3, 3.0))
    np.testing.assert_allclose(moved(camera, orbit_of(camera)).rotation, camera.rotation, atol=1e-6)


def test_rotations_are_proper() -> None:
    rotation = Orbit(0.3, -0.8, 2.0, 1.0).rotation()
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1.0)


def test_azimuth_goes_to_the_persons_left_and_elevation_up() -> None:
    def position(azimuth: float, elevation: float) -> np.ndarray:
        return -Orbit(azimuth, elevation, 0.0, 1.0).rotation()[2]

    assert position(0.5, 0)[0] > 0.4
    assert position(0, 0.5)[1] > 0.4


def test_the_pelvis_stays_on_its_pixel() -> None:
    camera = moved(CAMERA, Orbit(1.0, 0.2, -0.4, 7.0))
    np.testing.assert_allclose(camera.project(camera.translation_m), CAMERA.project(CAMERA.translation_m))
