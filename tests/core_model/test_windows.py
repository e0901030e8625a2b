"""A narrow window shows what the whole crop would."""

import numpy as np
import pytest
import torch

from core_model.networks.decoder import COVER, INPUT_PLANES, Decoder
from core_model.runtime import run_torch
from core_model.skeleton import BACKGROUND
from core_model.windows import GRID_PX, MARGIN_PX, WIDTHS_PX, window, windowed

SIZE = 256


def somebody(left: int, right: int) -> np.ndarray:
    """Planes of a puppet between two columns."""
    planes = np.zeros((1, INPUT_PLANES, SIZE, SIZE), np.float32)
    planes[:, -1] = BACKGROUND
    rng = np.random.default_rng(0)
    planes[:, :-1, 40:230, left:right] = rng.random((1, INPUT_PLANES - 1, 190, right - left))
    planes[:, -1, 40:230, left:right] = rng.integers(0, 14, (190, right - left))
    return planes


@pytest.mark.parametrize(("left", "right"), [(90, 180), (0, 60), (200, 256), (30, 190), (3, 250), (120, 121)])
def test_the_person_is_inside_the_narrowest_window(left: int, right: int) -> None:
    start, width = window(somebody(left, right)[0, COVER])
    assert start <= max(left - MARGIN_PX, 0)
    assert min(right + MARGIN_PX, SIZE) <= start + width <= SIZE
    assert start % GRID_PX == 0
    assert width == SIZE or width - (right - left) < 64 + 2 * MARGIN_PX + GRID_PX or width == min(WIDTHS_PX)


def test_an_empty_crop_has_a_window() -> None:
    assert window(np.zeros((SIZE, SIZE), np.float32)) == (0, min(WIDTHS_PX))


def test_windowed_is_what_the_whole_crop_shows() -> None:
    torch.manual_seed(0)
    decoder = Decoder(widths=(8, 8, 8, 8)).eval()
    for layer in (decoder.head, decoder.parts):
        torch.nn.init.normal_(layer.weight, std=0.1)
    network, planes = run_torch(decoder), somebody(70, 170)
    whole, narrow = network(planes), windowed(dict.fromkeys(WIDTHS_PX, network))(planes)
    person = np.broadcast_to(planes[:, COVER : COVER + 1] > 0.1, whole[1].shape)
    assert np.abs(whole[1] - narrow[1])[person].max() < 0.05
    assert np.abs((whole[0] - narrow[0]) * person).max() < 0.05
    assert (narrow[1][..., :16] == 0).all()
    assert (narrow[2][..., :16] == BACKGROUND).all()
