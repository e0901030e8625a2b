"""What a lens and a codec do to many pictures at once is what OpenCV does to one."""

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from core_model.data.on_device import spoiling


@pytest.fixture
def photo() -> np.ndarray:
    """(64, 64, 3) uint8, smooth with an edge."""
    rng = np.random.default_rng(0)
    image = cv2.GaussianBlur(rng.integers(0, 256, (64, 64, 3), np.uint8), (0, 0), 4)
    image = cv2.normalize(image, None, 20, 230, cv2.NORM_MINMAX)
    image[:, 40:] = 255 - image[:, 40:]
    return image


def stack(*images: np.ndarray) -> Tensor:
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float()


def test_each_is_blurred_by_its_own_gaussian(photo: np.ndarray) -> None:
    blurred = spoiling.blurred(stack(photo, photo), np.array([0.6, 2.0]), 6).permute(0, 2, 3, 1).numpy()
    for image, sigma in zip(blurred, (0.6, 2.0), strict=True):
        expected = cv2.GaussianBlur(photo, (13, 13), sigma, borderType=cv2.BORDER_REPLICATE)
        assert np.abs(image - expected).max() < 2


def test_compression_loses_as_much_as_a_codec(photo: np.ndarray) -> None:
    qualities = (90, 60, 30)
    lost = (spoiling.compressed(stack(*[photo] * 3), np.array(qualities)) - stack(photo)).abs().mean(dim=(1, 2, 3))
    for quality, loss in zip(qualities, lost.tolist(), strict=True):
        code = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        codec = np.abs(cv2.imdecode(code, cv2.IMREAD_COLOR).astype(float) - photo).mean()
        assert loss == pytest.approx(codec, rel=0.5)
    assert lost[0] < lost[1] < lost[2]


def test_equal_seeds_spoil_equally_and_others_otherwise(photo: np.ndarray) -> None:
    images = stack(*[photo] * 16)

    def spoil(seed: int) -> Tensor:
        generator = torch.Generator()
        return spoiling.spoiled(images, np.random.default_rng(seed), generator.manual_seed(seed))

    assert torch.equal(spoil(1), spoil(1))
    assert not torch.equal(spoil(1), spoil(2))
    assert 0 <= float(spoil(1).min()) <= float(spoil(1).max()) <= 255


def test_a_share_is_a_share() -> None:
    rng = np.random.default_rng(0)
    counts = [len(spoiling.some(rng, 10, 0.25)) for _ in range(400)]
    assert set(counts) == {2, 3}
    assert np.mean(counts) == pytest.approx(2.5, abs=0.1)


def test_other_textures_are_as_bright_and_edges_stay(photo: np.ndarray) -> None:
    images = stack(*[photo] * 3) * 0.5 + 64  # nothing is cut off
    other = spoiling.refiltered(images, np.random.default_rng(3))
    assert other.min() >= 0
    assert other.max() <= 255
    torch.testing.assert_close(other.mean(dim=(2, 3)), images.mean(dim=(2, 3)), atol=2.0, rtol=0)
    assert not torch.allclose(other[0], other[1], atol=2.0), "each has filters of its own"
    steps = other.diff(dim=-1).abs().mean(dim=(0, 1, 2))
    assert abs(int(steps.argmax()) - 39) <= 4
