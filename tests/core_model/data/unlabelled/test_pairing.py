"""Pairs are of one person; far ones differ in pose, not only in the names of left and right."""

import numpy as np

from core_model.data.unlabelled.pairing import (
    FAR_RAD,
    NEIGHBOUR_S,
    PARTNERS,
    far_pairs,
    limb_vectors,
    neighbour_pairs,
    pose_distance,
)
from core_model.skeleton import MIRROR


def poses(count: int, spread: float = 1.0) -> np.ndarray:
    """Joints (N, 21, 3) about one pose."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(1, 21, 3)) + spread * rng.normal(size=(count, 21, 3))


def test_distance_is_zero_on_itself_its_place_its_size_and_its_confusion() -> None:
    one, other = poses(2)
    for same in (one, one * 1.3 + [0.2, -0.1, 3], one[MIRROR], one[MIRROR] * [1, 1, -1]):
        assert pose_distance(limb_vectors(one), limb_vectors(same)) < 1e-3
    there, back = (pose_distance(limb_vectors(a), limb_vectors(b)) for a, b in ((one, other), (other, one)))
    assert there > FAR_RAD
    np.testing.assert_allclose(there, back)


def test_far_pairs_are_far_and_of_one_person() -> None:
    joints, person = poses(30), np.repeat([0, 1, 2], 10)
    pairs = far_pairs(joints, person)
    assert 30 <= len(pairs) <= 30 * PARTNERS
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    assert (person[pairs[:, 0]] == person[pairs[:, 1]]).all()
    first, second = (limb_vectors(joints[pairs[:, side]]) for side in (0, 1))
    assert (pose_distance(first, second) >= FAR_RAD).all()


def test_somebody_who_stands_still_makes_no_far_pairs() -> None:
    assert far_pairs(poses(10, spread=0.01), np.zeros(10, int)).shape == (0, 2)
    assert far_pairs(poses(0), np.zeros(0, int)).shape == (0, 2)


def test_neighbours_follow_each_other_closely() -> None:
    pts_s = np.array([0, 0.125, 0.25, 0.25 + 2 * NEIGHBOUR_S, 1.0, 1.1])
    person = np.array([0, 0, 0, 0, 1, 2])
    assert neighbour_pairs(pts_s, person).tolist() == [[0, 1], [1, 2]]
    assert neighbour_pairs(np.zeros(0), np.zeros(0, int)).shape == (0, 2)
