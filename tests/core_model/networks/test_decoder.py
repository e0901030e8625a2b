"""Laws of the decoder: shapes, what it may do with the painting, and OpenVINO against torch."""

import numpy as np
import pytest
import torch

from core_model.networks.decoder import INPUT_PLANES, Decoder
from core_model.runtime import compile_openvino, run_torch
from core_model.skeleton import BACKGROUND, NUM_PARTS


def planes(batch: int = 1, size: int = 64) -> torch.Tensor:
    torch.manual_seed(0)
    x = torch.rand(batch, INPUT_PLANES, size, size)
    x[:, 6] = torch.randint(0, NUM_PARTS + 1, (batch, size, size)).float()
    return x


def test_answers_are_in_range_and_labels_follow_the_mask() -> None:
    colour, mask, label = Decoder().eval()(planes(2))
    assert colour.shape == (2, 3, 64, 64)
    assert 0 <= colour.min() <= colour.max() <= 1
    assert ((label == BACKGROUND) == (mask < 0.5)).all()
    assert (label == label.round()).all()


def test_it_can_show_the_painting_untouched() -> None:
    decoder = Decoder().eval()
    with torch.no_grad():
        decoder.colours.weight.zero_()
        decoder.colours.bias.zero_()
        decoder.colours.bias[12:16] = 20.0  # all four pixels' share of the painting
        x = planes()
        torch.testing.assert_close(decoder(x)[0], x[:, :3], atol=1e-4, rtol=0)


def test_the_name_of_the_part_in_sight_matters_but_only_where_there_is_one() -> None:
    decoder, x = Decoder().eval(), planes()
    other = x.clone()
    other[:, 6] = (x[:, 6] + 1) % NUM_PARTS
    with torch.no_grad():
        assert not torch.allclose(decoder(x)[0], decoder(other)[0])
        x[:, 4] = other[:, 4] = 0
        torch.testing.assert_close(decoder(x)[0], decoder(other)[0])


@pytest.mark.parametrize(("precision", "tolerance"), [("f32", 1e-4), ("bf16", 0.02)])
def test_openvino_equals_torch(precision: str, tolerance: float) -> None:
    pytest.importorskip("openvino")
    decoder, x = Decoder().eval(), planes(size=64)
    try:
        fast = compile_openvino(decoder, [x], precision=precision, threads=1)(x.numpy())
    except RuntimeError as error:
        pytest.skip(f"no {precision} here: {error}")
    for ours, theirs in zip(run_torch(decoder)(x.numpy())[:2], fast, strict=False):
        assert np.abs(ours - theirs).mean() < tolerance
