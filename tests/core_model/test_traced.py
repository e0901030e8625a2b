"""Traced functions give what the functions give, for every kind of input, from any thread."""

from concurrent.futures import ThreadPoolExecutor

import torch

from core_model.geometry.kinematics import forward_kinematics
from core_model.runtime import run_torch
from core_model.traced import traced


def test_traced_is_the_function_itself() -> None:
    fast = traced(forward_kinematics)
    generator = torch.Generator().manual_seed(0)
    for count in (1, 3, 1):
        angles = 0.3 * torch.randn(count, 20, 2, generator=generator)
        shape = torch.rand(count, 12, generator=generator)
        for kind in (torch.float32, torch.float64):
            inputs = angles.to(kind), shape.to(kind)
            torch.testing.assert_close(fast(*inputs), forward_kinematics(*inputs), atol=1e-6, rtol=0)
    with torch.inference_mode():
        assert not fast(angles, shape).requires_grad


def test_threads_may_share_it() -> None:
    fast = traced(lambda x: x.cumsum(0))
    inputs = [torch.full((5,), float(i)) for i in range(40)]
    with ThreadPoolExecutor(8) as pool:
        for x, y in zip(inputs, pool.map(fast, inputs), strict=True):
            torch.testing.assert_close(y, x.cumsum(0))


def test_torch_runs_mirrored_images() -> None:
    """Views with a negative stride, as the second look at a crop gives them."""
    image = torch.rand(1, 3, 4, 6).numpy()
    (out,) = run_torch(torch.nn.Identity())(image[..., ::-1])
    assert (out == image[..., ::-1]).all()
