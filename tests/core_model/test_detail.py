"""What a frame shows stays as sharp as it is; what was changed takes nothing from it."""

import cv2
import numpy as np
import pytest

from core_model.backdrop.blending import put_into
from core_model.backdrop.places import to_crop_matrix
from core_model.detail import with_own_detail
from core_model.geometry.crop import crop_image
from core_model.prediction import CROP_PX, Synthesis

BOX_PX = np.array([100.0, 20.0, 868.0, 788.0])  # three pixels of the frame for each of the crop


@pytest.fixture
def source() -> np.ndarray:
    """A frame with fine detail."""
    rng = np.random.default_rng(0)
    coarse = cv2.resize(rng.integers(40, 216, (20, 24, 3), dtype=np.uint8), (960, 800), interpolation=cv2.INTER_CUBIC)
    return np.clip(coarse + rng.normal(0, 12, coarse.shape), 0, 255).astype(np.uint8)


def made_of(image: np.ndarray, box_px: np.ndarray = BOX_PX) -> Synthesis:
    """A person who fills the middle of the crop."""
    mask = np.zeros((CROP_PX, CROP_PX), np.float32)
    mask[40:216, 60:196] = 1
    nothing = np.zeros(0)
    return Synthesis(image, mask, nothing, nothing, nothing, box_px, nothing)


def pasted(source: np.ndarray, made: Synthesis) -> np.ndarray:
    return put_into(source, made.image, np.linalg.inv(to_crop_matrix(made.box_px, CROP_PX)), made.mask)


def far_inside(image: np.ndarray) -> np.ndarray:
    return image[200:600, 340:620].astype(float)


def test_an_image_of_the_frame_itself_is_as_sharp_as_the_frame(source: np.ndarray) -> None:
    made = made_of(crop_image(source, BOX_PX, CROP_PX))
    blurred = pasted(source, made)
    sharp = with_own_detail(blurred, source, made)
    assert np.abs(far_inside(blurred) - far_inside(source)).mean() > 5
    assert np.abs(far_inside(sharp) - far_inside(source)).mean() < 1


def test_another_image_takes_nothing(source: np.ndarray) -> None:
    made = made_of(255 - crop_image(source, BOX_PX, CROP_PX))
    image = pasted(source, made)
    assert np.abs(with_own_detail(image, source, made).astype(int) - image).mean() < 0.3


def test_nobody_and_small_people_change_nothing(source: np.ndarray) -> None:
    small = made_of(crop_image(source, BOX_PX / 4, CROP_PX), BOX_PX / 4)
    assert with_own_detail(source, source, small) is source
    nobody = made_of(crop_image(source, BOX_PX, CROP_PX))
    nobody.mask[:] = 0
    assert with_own_detail(source, source, nobody) is source
