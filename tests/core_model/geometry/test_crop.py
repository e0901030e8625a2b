"""Images cut and fitted."""

import numpy as np
import pytest

from core_model.geometry.crop import filling

SIZE_PX = (400, 300)


@pytest.mark.parametrize("size", [(30, 40), (300, 20), (300, 400), (900, 900)])
def test_an_image_fills_the_frame_unstretched(size: tuple[int, int]) -> None:
    image = np.zeros((*size, 3), np.uint8)
    image[:, : size[1] // 2] = 255
    filled = filling(image, SIZE_PX)
    assert filled.shape == (SIZE_PX[1], SIZE_PX[0], 3)
    assert (filled[:, SIZE_PX[0] * 3 // 4] == 0).all()
    assert (filled[:, SIZE_PX[0] // 4] == 255).all()
