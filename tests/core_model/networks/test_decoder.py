"""Laws of the decoder: shapes, what it may do with the painting, and OpenVINO against torch."""

import numpy as np
import pytest
import torch

from core_model.networks.decoder import FLOW_PX, INPUT_PLANES, Decoder
from core_model.runtime import compile_openvino, run_torch
from core_model.skeleton import BACKGROUND, NUM_PARTS


def planes(batch: int = 1, size: int = 64) -> torch.Tensor:
    torch.manual_seed(0)
    x = torch.rand(batch, INPUT_PLANES, size, size)
    x[:, 10] = torch.randint(0, NUM_PARTS + 1, (batch, size, size)).float()
    return x


def test_answers_are_in_range_and_labels_follow_the_mask() -> None:
    colour, mask, label = Decoder().eval()(planes(2))
    assert colour.shape == (2, 3, 64, 64)
    assert 0 <= colour.min() <= colour.max() <= 1 + 1e-6
    assert ((label == BACKGROUND) == (mask < 0.5)).all()
    assert (label == label.round()).all()


def test_untrained_it_shows_the_painted_puppet() -> None:
    x = planes()
    x[:, 8] = (x[:, 8] > 0.5).float()
    x[:, 3, :, :32], x[:, 3, :, 32:] = 1, 0  # the nearest look knows the left half only
    with torch.no_grad():
        colour, mask, label = Decoder().eval()(x)
    for half, shown, other in ((np.s_[..., :32], x[:, :3], x[:, 4:7]), (np.s_[..., 32:], x[:, 4:7], x[:, :3])):
        assert (colour - shown)[half].abs().mean() < 0.5 * (colour - other)[half].abs().mean()
    torch.testing.assert_close(mask, x[:, 8:9], atol=0.05, rtol=0)
    shown = (x[:, 10:, ::2, ::2] < NUM_PARTS) & (x[:, 8:9, ::2, ::2] > 0.5)
    assert (label[..., ::2, ::2] == x[:, 10:, ::2, ::2])[shown].all()


def test_paintings_alike_are_shown_as_they_are() -> None:
    x = planes()
    x[:, 4:7], x[:, 3] = x[:, :3], 1
    with torch.no_grad():
        assert (Decoder().eval()(x)[0] - x[:, :3]).abs().max() < 0.01


def test_a_flow_takes_colours_from_where_it_points() -> None:
    decoder, x = Decoder().eval(), planes()
    x[:, 4:7], x[:, 3] = x[:, :3], 1
    with torch.no_grad():
        decoder.head.bias[-2] = np.arctanh(2 / FLOW_PX)  # two pixels to the right
        colour = decoder(x)[0]
    assert (colour[..., :-2] - x[:, :3, :, 2:]).abs().max() < 0.02


def restless() -> Decoder:
    """A decoder whose last layers are not zero, so that everything before them matters."""
    torch.manual_seed(1)
    decoder = Decoder().eval()
    for layer in (decoder.head, decoder.parts):
        torch.nn.init.normal_(layer.weight, std=0.2)
    return decoder


def test_the_name_of_the_part_in_sight_matters_but_only_where_there_is_one() -> None:
    decoder, x = restless(), planes()
    other = x.clone()
    other[:, 10] = (x[:, 10] + 1) % NUM_PARTS
    with torch.no_grad():
        assert not torch.allclose(decoder(x)[0], decoder(other)[0])
        x[:, 8] = other[:, 8] = 0
        torch.testing.assert_close(decoder(x)[0], decoder(other)[0])


@pytest.mark.parametrize(("precision", "tolerance"), [("f32", 1e-4), ("bf16", 0.02)])
def test_openvino_equals_torch(precision: str, tolerance: float) -> None:
    pytest.importorskip("openvino")
    decoder, x = restless(), planes(size=64)
    try:
        fast = compile_openvino(decoder, [x], precision=precision, threads=1)(x.numpy())
    except RuntimeError as error:
        pytest.skip(f"no {precision} here: {error}")
    for ours, theirs in zip(run_torch(decoder)(x.numpy())[:2], fast, strict=False):
        assert np.abs(ours - theirs).mean() < tolerance
