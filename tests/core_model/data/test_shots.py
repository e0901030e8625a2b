"""Pictures of one person: rendered ones share what they should."""

import numpy as np
import pytest

from core_model.data.shots import ShotRenderer
from core_model.skeleton import BACKGROUND


def test_rendered_shots_are_of_one_person_in_one_place() -> None:
    pytest.importorskip("moderngl")
    try:
        renderer = ShotRenderer(seed=4, size_px=128)
    except Exception as error:  # no OpenGL here; what fails differs by driver
        pytest.skip(f"nothing to render with: {error}")
    for one, two in (renderer.draw_shots() for _ in range(3)):
        np.testing.assert_array_equal(one.background, two.background)
        assert np.abs(one.points_px - two.points_px).max() > 1
        for shot in (one, two):
            outside = shot.mask == 0
            assert (shot.image[outside] == shot.background[outside]).all()
            assert ((shot.parts != BACKGROUND) == (shot.mask > 127)).mean() > 0.97
            x, y = shot.points_px.round().astype(int).T
            inside = (x >= 0) & (x < 128) & (y >= 0) & (y < 128)
            assert (shot.parts[y[inside], x[inside]] != BACKGROUND).mean() > 0.7
