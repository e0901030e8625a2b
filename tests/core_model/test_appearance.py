"""Between two appearances."""

import numpy as np
import pytest

from core_model.appearance import blended, one_look
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
