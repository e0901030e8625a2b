"""Between two appearances."""

import numpy as np
import pytest

from core_model.appearance import between, blended, one_look, with_part
from core_model.prediction import ATLAS_PX, Factors


def looks(seed: int, seen: float = 1.0) -> np.ndarray:
    """Noise, seen so well."""
    atlas = np.random.default_rng(seed).uniform(size=(14, 4, *ATLAS_PX)).astype(np.float32)
    atlas[:, 3] = seen
    return atlas


def test_the_ends_are_the_two() -> None:
    one, other = looks(0), looks(1, seen=0.3)
    np.testing.assert_allclose(blended(one, other, 0), one, atol=1e-6)
    np.testing.assert_allclose(blended(one, other, 1), other, atol=1e-6)


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_it_is_the_same_from_either_side(share: float) -> None:
    one, other = looks(0), looks(1, seen=0.3)
    np.testing.assert_allclose(blended(one, other, share), blended(other, one, 1 - share), atol=1e-6)


def test_a_guess_gives_way_to_what_was_seen() -> None:
    one, other = looks(0, seen=0.0), looks(1)
    assert np.abs(blended(one, other, 0.5) - other)[:, :3].max() < 0.03


def test_two_looks_as_one_show_the_nearest_where_it_was_seen() -> None:
    near, mean = looks(0), looks(1, seen=0.5)
    near[:, 3, :, 10:] = 0
    factors = Factors(*[None] * 4, mean, None, near)  # type: ignore[arg-type]
    look = one_look(factors)
    np.testing.assert_allclose(look[..., :10], near[..., :10], atol=1e-6)
    np.testing.assert_allclose(look[..., 10:], mean[..., 10:], atol=1e-6)
    assert one_look(factors.edited(near=None)) is mean


def test_a_part_and_what_is_known_of_it_come_from_the_other() -> None:
    one, other = (
        Factors(*[None] * 4, looks(i), None, looks(i + 2), np.full(14, float(i)))  # type: ignore[arg-type]
        for i in (0, 1)
    )
    mixed = with_part(one, 3, other)
    assert mixed.near is not None
    assert other.near is not None
    np.testing.assert_array_equal(mixed.near[3], other.near[3])
    np.testing.assert_array_equal(mixed.atlas[2], one.atlas[2])
    assert mixed.known is not None
    assert mixed.known.tolist() == [float(part == 3) for part in range(14)]
    halfway = between(one, other, 0.5).known
    assert halfway is not None
    assert set(halfway) == {0.5}
