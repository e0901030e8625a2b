import numpy as np
import pytest

from core_model.evaluation import metrics as m

RNG = np.random.default_rng(3)
TRUE_M = RNG.normal(size=(8, 21, 3))
OTHER_M = TRUE_M + RNG.normal(scale=0.05, size=TRUE_M.shape)
MEASURES = (m.mpjpe_mm, m.n_mpjpe_mm, m.p_mpjpe_mm)


def random_rotations(count: int) -> np.ndarray:
    q, _ = np.linalg.qr(RNG.normal(size=(count, 3, 3)))
    return q * np.sign(np.linalg.det(q))[:, None, None]


def transformed(points: np.ndarray, *, rotate: bool, scale: bool) -> np.ndarray:
    rotation = random_rotations(len(points)) if rotate else np.eye(3)[None]
    size = RNG.uniform(0.3, 3, size=(len(points), 1, 1)) if scale else 1.0
    return size * points @ rotation + RNG.normal(size=(len(points), 1, 3))


@pytest.mark.parametrize("measure", MEASURES)
def test_the_truth_has_no_error_and_anything_else_has(measure) -> None:
    assert measure(TRUE_M, TRUE_M) == pytest.approx(0, abs=1e-6)
    assert (measure(OTHER_M, TRUE_M).mean(1) > 10).all()


def test_each_measure_forgives_what_it_says() -> None:
    moved = transformed(OTHER_M, rotate=False, scale=False)
    scaled = transformed(OTHER_M, rotate=False, scale=True)
    similar = transformed(OTHER_M, rotate=True, scale=True)
    for measure, forgiven in zip(MEASURES, (moved, scaled, similar), strict=True):
        np.testing.assert_allclose(measure(forgiven, TRUE_M), measure(OTHER_M, TRUE_M), atol=1e-6)
    for measure, not_forgiven in zip(MEASURES[:2], (scaled, similar), strict=True):
        assert np.abs(measure(not_forgiven, TRUE_M) - measure(OTHER_M, TRUE_M)).max() > 10


def test_a_mirror_image_is_not_forgiven() -> None:
    mirrored = TRUE_M * [-1, 1, 1]
    assert (m.p_mpjpe_mm(mirrored, TRUE_M).mean(1) > 100).all()
    assert (m.n_mpjpe_mm(-TRUE_M, TRUE_M).mean(1) > 100).all()


def test_no_small_change_of_the_alignment_is_better() -> None:
    aligned = m.similarity_aligned(OTHER_M, TRUE_M)
    best = ((aligned - TRUE_M) ** 2).sum((1, 2))
    for _ in range(20):
        turn = np.linalg.qr(np.eye(3) + RNG.normal(scale=0.02, size=(3, 3)))[0]
        turn *= np.sign(np.diag(turn))
        near = RNG.uniform(0.98, 1.02) * aligned @ turn + RNG.normal(scale=0.01, size=3)
        assert (((near - TRUE_M) ** 2).sum((1, 2)) >= best).all()


def test_a_batch_is_its_members() -> None:
    for measure in MEASURES:
        single = np.concatenate([measure(OTHER_M[i : i + 1], TRUE_M[i : i + 1]) for i in range(len(TRUE_M))])
        np.testing.assert_allclose(measure(OTHER_M, TRUE_M), single, atol=1e-9)


def test_one_joint_200_mm_off() -> None:
    off = TRUE_M.copy()
    off[0, 5, 0] += 0.2
    errors = m.mpjpe_mm(off, TRUE_M)
    assert errors[0, 5] == pytest.approx(200)
    assert m.pck_3d(errors) == pytest.approx(1 - 1 / errors.size)
    errors[0, 5] = np.nan
    assert m.pck_3d(errors) == 1


def test_pck_and_auc_grow_with_accuracy() -> None:
    errors = np.abs(RNG.normal(scale=100, size=(50, 21)))
    pck = [m.pck_3d(errors, threshold) for threshold in (10, 50, 100, 150, 1000)]
    assert pck == sorted(pck)
    assert pck[-1] == 1
    assert m.auc_3d(errors / 2) > m.auc_3d(errors)
    assert m.auc_3d(np.zeros((2, 21))) == 1
    assert m.auc_3d(np.full((2, 21), 151.0)) == 0
    assert m.auc_3d(np.full((1, 1), 75.0)) == pytest.approx(16 / 31)


def test_pck_2d_is_relative_to_the_person() -> None:
    true = RNG.uniform(0, 200, size=(4, 14, 2))
    predicted = true + np.array([0, 9.0])
    assert m.pck_2d(predicted, true, np.full(4, 50.0)).all()
    assert not m.pck_2d(predicted, true, np.full(4, 44.0)).any()
    assert m.pck_2d(7 * predicted, 7 * true, np.full(4, 7 * 50.0)).all()


def test_iou_of_equal_half_and_disjoint_maps() -> None:
    true = np.full((4, 4), 2)
    true[:2] = 0
    assert m.class_iou(m.confusion(true, true, 3))[[0, 2]] == pytest.approx(1)
    assert np.isnan(m.class_iou(m.confusion(true, true, 3))[1])
    predicted = true.copy()
    predicted[0] = 2
    counts = m.confusion(predicted, true, 3)
    assert counts.sum() == 16
    assert m.class_iou(counts)[0] == pytest.approx(1 / 2)
    assert m.foreground_iou(counts, background=2) == pytest.approx(1 / 2)
    assert m.class_iou(m.confusion(2 - true, true, 3))[0] == 0


def test_a_person_called_by_another_part_is_still_foreground() -> None:
    true, predicted = np.array([0, 0, 1, 2]), np.array([1, 1, 0, 2])
    counts = m.confusion(predicted, true, 3)
    assert m.foreground_iou(counts, background=2) == 1
    assert m.class_iou(counts)[0] == 0
