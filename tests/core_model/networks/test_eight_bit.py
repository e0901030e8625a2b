"""Laws of 8-bit convolutions: close to what they replace, the same in OpenVINO, and nothing else is touched."""

import numpy as np
import pytest
import torch
from torch import nn

from core_model.networks.eight_bit import EightBit, in_eight_bits, input_ranges
from core_model.networks.trunk import SameConv
from core_model.runtime import compile_openvino, run_torch


def network() -> nn.Sequential:
    torch.manual_seed(0)
    first, last = SameConv(3, 16, 3, 2), nn.Conv2d(16, 4, 3, padding=1)
    nn.init.normal_(first.weight, std=0.3)
    return nn.Sequential(first, nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), last).eval()


def images(count: int = 4) -> torch.Tensor:
    return torch.rand(count, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_ranges_are_of_the_chosen_convolutions_and_span_what_they_read() -> None:
    ranges = input_ranges(network(), [images()], lambda name: name != "4")
    assert set(ranges) == {"0", "2"}
    assert ranges["0"] == pytest.approx((-1, 1), abs=0.01)
    assert ranges["2"][0] == 0  # after a ReLU


def test_rounded_it_says_nearly_the_same_and_the_network_itself_is_left_alone() -> None:
    plain = network()
    before = {name: value.clone() for name, value in plain.state_dict().items()}
    rounded = in_eight_bits(plain, input_ranges(plain, [images()], lambda _: True))
    with torch.inference_mode():
        ours, theirs = rounded(images()), plain(images())
    assert 0 < (ours - theirs).abs().mean() < 0.03 * theirs.std()
    assert sum(isinstance(module, EightBit) for module in rounded.modules()) == 3
    assert not any(isinstance(module, EightBit) for module in plain.modules())
    for name, value in plain.state_dict().items():
        assert torch.equal(value, before[name])


def test_no_ranges_change_nothing() -> None:
    plain = network()
    with torch.inference_mode():
        assert torch.equal(in_eight_bits(plain, {})(images()), plain(images()))


def test_values_beyond_the_range_are_clipped_not_wrapped() -> None:
    convolution = nn.Conv2d(1, 1, 1, bias=False)
    nn.init.ones_(convolution.weight)
    rounded = in_eight_bits(nn.Sequential(convolution), {"0": (0.0, 1.0)})
    with torch.inference_mode():
        said = rounded(torch.tensor([-3.0, 0.5, 7.0]).view(1, 1, 1, 3)).flatten()
    torch.testing.assert_close(said, torch.tensor([0.0, 0.5, 1.0]), atol=0.01, rtol=0)


def test_openvino_computes_what_torch_simulates() -> None:
    pytest.importorskip("openvino")
    rounded = in_eight_bits(network(), input_ranges(network(), [images()], lambda _: True))
    fast = compile_openvino(rounded, [images(1)], precision="f32", threads=1)(images(1).numpy())[0]
    slow = run_torch(rounded)(images(1).numpy())[0]
    assert np.abs(fast - slow).mean() < 0.01 * slow.std()
