"""A body that was projected is found again; whatever is seen, what comes out is within the limits."""

import numpy as np
import pytest
import torch

from core_model import fitting, lifting
from core_model.geometry.crop import crop_rotation, square_box
from core_model.geometry.kinematics import forward_kinematics
from core_model.lifting import Observation, bodies_before_camera, lift, place
from core_model.limits import LIMITS_RAD
from core_model.orbit import Orbit
from core_model.prediction import Camera
from core_model.skeleton import LIMBS

SIZE = (640, 480)


def _observed(seed: int) -> tuple[Observation, np.ndarray]:
    rng = np.random.default_rng(seed)
    angles = rng.uniform(LIMITS_RAD[..., 0], LIMITS_RAD[..., 1]) * 0.6
    shape = rng.uniform(-0.5, 0.5, 12)
    body = forward_kinematics(torch.from_numpy(angles)[None], torch.from_numpy(shape)[None])[0].numpy()
    camera = Camera(Orbit(rng.uniform(-3, 3), 0.2, 0.1, 4).rotation(), np.array([0.6, 0.2, 4.0]), 700.0, SIZE)
    joints = body @ camera.rotation.T + camera.translation_m
    points = camera.project(joints)
    box = square_box(points)
    turn = crop_rotation((box[:2] + box[2:]) / 2 - np.array(SIZE) / 2, 700.0)
    limbs = (joints[LIMBS[:, 1]] - joints[LIMBS[:, 0]]) @ turn.T
    limbs /= np.linalg.norm(limbs, axis=-1, keepdims=True)
    return Observation(points, np.ones(21), limbs, shape, box), joints


def test_a_projected_body_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "PRIOR", 0.0)  # these bodies are held as nobody holds theirs
    monkeypatch.setattr(lifting, "_body_before_camera", lifting.bodies_before_camera)  # no trace remembers that
    for seed in range(5):
        seen, joints = _observed(seed)
        found = lift(seen, SIZE, 700.0)
        assert np.abs(found.joints3d_m - joints).max() < 0.03
        assert np.abs(found.camera.project(found.joints3d_m) - seen.points_px).max() < 3


def test_nonsense_stays_within_the_limits_and_in_front_of_the_camera() -> None:
    rng = np.random.default_rng(0)
    for _ in range(5):
        limbs = rng.normal(size=(20, 3))
        limbs /= np.linalg.norm(limbs, axis=-1, keepdims=True)
        points = rng.uniform(0, 400, (21, 2))
        seen = Observation(points, rng.random(21), limbs, rng.uniform(-1, 1, 12), square_box(points))
        found = lift(seen, SIZE, 700.0)
        assert (found.angles_rad >= LIMITS_RAD[..., 0] - 1e-9).all()
        assert (found.angles_rad <= LIMITS_RAD[..., 1] + 1e-9).all()
        assert (found.joints3d_m[:, 2] > 0.1).all()


def test_placing_is_exact() -> None:
    rng = np.random.default_rng(0)
    joints, where = torch.from_numpy(rng.normal(0, 0.5, (3, 21, 3))), torch.from_numpy(rng.uniform(3, 6, (3, 3)))
    moved = joints + where[:, None]
    torch.testing.assert_close(place(joints, moved[..., :2] / moved[..., 2:], torch.ones(3, 21).double()), where)


def test_a_batch_is_each_of_its_bodies() -> None:
    rng = np.random.default_rng(0)
    limbs = torch.nn.functional.normalize(torch.from_numpy(rng.normal(size=(4, 20, 3))), dim=-1)
    rays, sure, shape = (torch.from_numpy(rng.uniform(0, 0.5, (4, *n))) for n in ((21, 2), (21,), (12,)))
    together = bodies_before_camera(limbs, rays, 2 * sure, shape)
    for i in range(4):
        one = slice(i, i + 1)
        alone = bodies_before_camera(limbs[one], rays[one], 2 * sure[one], shape[one])
        for whole, part in zip(together, alone, strict=True):
            torch.testing.assert_close(whole[one], part)
