"""Other poses that a camera would see the same."""

import numpy as np
import pytest

from core_model.data.mocap.poses import load_poses
from core_model.limits import LIMITS_RAD
from core_model.orbit import Orbit
from core_model.other_depths import APART_M, SAME_SHARE, other_depths
from core_model.prediction import Camera, Factors

SIDE_PX = 600.0
EMPTY = np.zeros(0)


def seen(angles_rad: np.ndarray, azimuth_rad: float) -> Factors:
    """Somebody of average shape, four metres away."""
    camera = Camera(Orbit(azimuth_rad, 0.1, 0.0, 4.0).rotation(), np.array([0.2, 0, 4]), 1000.0, (1000, 1000))
    box_px = np.array([200.0, 200, 200 + SIDE_PX, 200 + SIDE_PX])
    return Factors(angles_rad, np.zeros(12), camera, box_px, EMPTY, EMPTY)


PEOPLE = [seen(a, float(i)) for i, a in enumerate(load_poses("held_out").angles_rad[::150])]


@pytest.fixture(scope="module")
def found() -> list[tuple[Factors, list]]:
    """All alternatives of several people."""
    return [(person, other_depths(person, 12)) for person in PEOPLE]


def test_most_poses_have_one(found: list) -> None:
    assert np.mean([bool(others) for _, others in found]) > 0.5


def test_they_are_seen_where_the_pose_is_seen(found: list) -> None:
    for person, others in found:
        (same,) = joints_of([person])
        for other in others:
            moved_px = np.linalg.norm(person.camera.project(other.joints3d_m) - person.camera.project(same), axis=1)
            assert moved_px.max() < SAME_SHARE * SIDE_PX
            assert np.linalg.norm(other.joints3d_m - same, axis=1).max() > APART_M


def test_they_are_poses_within_the_limits_and_stand_where_they_say(found: list) -> None:
    for person, others in found:
        for other in others:
            assert (other.angles_rad >= LIMITS_RAD[..., 0] - 1e-9).all()
            assert (other.angles_rad <= LIMITS_RAD[..., 1] + 1e-9).all()
            (joints_m,) = joints_of([person.edited(angles_rad=other.angles_rad)])
            np.testing.assert_allclose(other.joints3d_m, joints_m, atol=1e-6)


def test_the_likeliest_comes_first_and_no_more_are_given_than_asked_for(found: list) -> None:
    for person, others in found:
        cost = [other.cost for other in others]
        assert cost == sorted(cost)
        assert [other.cost for other in other_depths(person, 1)] == cost[:1]


def test_the_alternative_of_an_alternative_is_the_pose_itself() -> None:
    person, others = next((p, o) for p in PEOPLE if (o := other_depths(p)))
    back = other_depths(person.edited(angles_rad=others[0].angles_rad), 12)
    (same,) = joints_of([person])
    assert min(np.linalg.norm(other.joints3d_m - same, axis=1).max() for other in back) < 0.05


def joints_of(people: list[Factors]) -> list[np.ndarray]:
    """(21, 3) each, camera frame."""
    import torch

    from core_model.geometry.kinematics import forward_kinematics

    made = []
    for person in people:
        angles, shape = (torch.from_numpy(np.asarray(x, np.float64)) for x in (person.angles_rad, person.shape))
        made.append(forward_kinematics(angles, shape).numpy() @ person.camera.rotation.T + person.camera.translation_m)
    return made
