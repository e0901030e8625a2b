from types import SimpleNamespace

import numpy as np
import pytest

from core_model.errors import NobodyFoundError
from core_model.evaluation import foot_lock
from core_model.evaluation import steadiness as s
from core_model.evaluation.table import as_table
from core_model.skeleton import JOINT, NUM_JOINTS

RNG = np.random.default_rng(8)
BODY_M = RNG.normal(scale=0.3, size=(NUM_JOINTS, 3))
TOES = [JOINT["l_toe"], JOINT["r_toe"]]
BODY_M[TOES, 1] = 0.9
BODY_M[[j for j in range(NUM_JOINTS) if j not in TOES], 1] -= 1.0


def moved(path_m: np.ndarray) -> np.ndarray:
    """The whole body carried along (T, 3)."""
    return BODY_M + path_m[:, None]


ALONG = moved(np.arange(30)[:, None] * [0.02, 0.0, 0.01])


def test_steady_motion_has_no_jitter_and_noise_has() -> None:
    assert s.jitter_mm(ALONG) == pytest.approx(0, abs=1e-9)
    noise = RNG.normal(scale=0.01, size=ALONG.shape)
    assert s.jitter_mm(ALONG + 2 * noise) == pytest.approx(2 * s.jitter_mm(ALONG + noise))


def test_jitter_of_a_known_path() -> None:
    there_and_back = moved(np.array([[0, 0, 0], [0.01, 0, 0]] * 6))
    assert s.jitter_mm(there_and_back) == pytest.approx(20)


def test_acceleration_is_compared_with_the_truth() -> None:
    falling = moved(np.arange(20)[:, None] ** 2 * [0.0, 0.005, 0.0])
    assert s.acceleration_error_mm(falling, falling) == 0
    assert s.acceleration_error_mm(falling + [1, 2, 3], falling) == pytest.approx(0, abs=1e-9)
    assert s.acceleration_error_mm(ALONG[:20], falling) == pytest.approx(s.jitter_mm(falling)) == pytest.approx(10)


def test_a_foot_that_stands_does_not_skate_and_one_that_is_dragged_does() -> None:
    assert s.foot_skate_mm(moved(np.zeros((20, 3)))) == 0
    assert s.foot_skate_mm(ALONG) == pytest.approx(1000 * np.hypot(0.02, 0.01))


def test_a_foot_in_the_air_may_move() -> None:
    walk = np.repeat(BODY_M[None], 20, axis=0)
    walk[:, TOES[0]] += np.arange(20)[:, None] * [0.1, 0, 0]
    walk[:, TOES[0], 1] -= 0.3  # lifted
    assert s.foot_skate_mm(walk) == 0


def test_the_ground_is_where_one_says() -> None:
    turn = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
    assert s.foot_skate_mm(ALONG @ turn.T, tuple(turn @ s.DOWN)) == pytest.approx(s.foot_skate_mm(ALONG))


def test_lengths_drift_with_the_size_but_not_with_the_place() -> None:
    assert s.limb_drift_mm(ALONG) == pytest.approx(0, abs=1e-9)
    halves = np.concatenate([np.repeat(BODY_M[None], 3, 0), np.repeat(1.1 * BODY_M[None], 2, 0)])
    limbs_m = np.linalg.norm(BODY_M[s.LIMBS[:, 1]] - BODY_M[s.LIMBS[:, 0]], axis=1)
    assert s.limb_drift_mm(halves) == pytest.approx(1000 * limbs_m.mean() * 0.1 * 2 / 5)


def test_frames_without_anybody_do_not_count() -> None:
    gap = ALONG.copy()
    gap[10] = np.nan
    for value in s.steadiness(gap).values():
        assert np.isfinite(value)
    assert s.jitter_mm(gap) == pytest.approx(0, abs=1e-9)
    assert all(np.isnan(value) for value in s.steadiness(np.full_like(ALONG, np.nan)).values())


class Walking:
    """Sees a body at rest a little further in each frame, trembling; or nobody."""

    def __init__(self, nobody: bool = False) -> None:
        torch = pytest.importorskip("torch")
        from core_model.geometry.kinematics import clamp_angles, forward_kinematics

        self.nobody, self.seen = nobody, 0
        angles_rad = clamp_angles(torch.zeros(20, 2, dtype=torch.float64))
        self.body_m = forward_kinematics(angles_rad, torch.zeros(12)).numpy() * [1, -1, -1] + [0, 0, 4]

    def careful(self):
        return self

    def locate(self, frame):
        return np.array([0.0, 0, 200, 200]), 1.0

    def predict(self, frame, *, box_px=None, focal_px=None, synthesise=True):
        if self.nobody:
            raise NobodyFoundError("Nobody.", "Nothing.")
        self.seen += 1
        joints3d_m = self.body_m + [0.01 * self.seen, 0, 0] + RNG.normal(scale=0.01, size=(NUM_JOINTS, 3))
        return SimpleNamespace(
            joints3d_m=joints3d_m,
            joints2d_px=100 + 100 * joints3d_m[:, :2] / joints3d_m[:, 2:],
            angles_rad=np.zeros((20, 2)),
            confidence=np.ones(NUM_JOINTS),
            box_px=np.array([0.0, 0, 200, 200]),
            factors=SimpleNamespace(camera=SimpleNamespace(focal_px=100.0)),
        )


def test_the_motion_of_the_bundled_clip_raw_and_smoothed() -> None:
    from core_model.evaluation import benchmark

    results = benchmark.motion_of_clip(Walking())
    assert results["frames"] > 100
    assert results["raw"]["jitter_mm"] > 3 * results["smoothed"]["jitter_mm"]
    assert results["raw"]["limb_drift_mm"] > 1
    assert results["smoothed"]["limb_drift_mm"] == pytest.approx(0, abs=1e-3)
    assert "limb-length drift, smoothed" in as_table({"checkpoint": "", "device": "", "motion": results})
    nobody = benchmark.motion_of_clip(Walking(nobody=True))
    assert nobody == {"frames": 0}
    assert "(0 frames)" in as_table({"checkpoint": "", "device": "", "motion": nobody})


def test_the_foot_lock_is_measured_where_the_truth_is_known() -> None:
    """Where nothing is wrong it changes little; where feet slide, they slide less, and no joint gets worse."""
    stands = np.repeat(BODY_M[None] * [1, -1, 1], 120, axis=0)  # y up
    for line in foot_lock.table([stands], [0.0, 0.02]).splitlines()[2:]:
        _, slide, locked, error, error_locked = (float(cell) for cell in line.strip("| ").split(" | "))
        assert locked <= slide
        assert error_locked < 1.1 * error + 15
