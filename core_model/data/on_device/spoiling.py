"""What happens between a lens and a file, and to colours, for many pictures (B, 3, H, W) in [0, 255] at once.

What is drawn by chance comes from a numpy generator on the host, so that nothing waits for the device; only noise is
drawn there.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

_MOTION_PX = 9
_LUMA = (0.299, 0.587, 0.114)
_TO_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))
_FROM_YCC = np.linalg.inv(_TO_YCC).tolist()
_QUANTISERS = (
    (16, 11, 10, 16, 24, 40, 51, 61), (12, 12, 14, 19, 26, 58, 60, 55), (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62), (18, 22, 37, 56, 68, 109, 103, 77), (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101), (72, 92, 95, 98, 112, 100, 103, 99),
)  # fmt: skip
"""For brightness, of the JPEG standard (ITU-T T.81, table K.1); colours are quantised twice as coarsely here."""


def on(device: torch.device, values: object, dtype: torch.dtype = torch.float32) -> Tensor:
    """Numbers of the host there, without waiting."""
    there = torch.as_tensor(np.asarray(values)).to(dtype)
    return there.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else there


def some(rng: np.random.Generator, count: int, share: float) -> np.ndarray:
    """Indices of `share` of `count`, in order. Nearly always equally many: GPUs choose how to filter by shapes."""
    return np.sort(rng.permutation(count)[: int(share * count + rng.random())])


def blurred(images: Tensor, sigma: np.ndarray, reach: int) -> Tensor:
    """(B, C, H, W) under Gaussians of `sigma` (B,) px, cut off at `reach` px."""
    at = np.arange(-reach, reach + 1)
    taps = np.exp(-(at**2) / (2 * np.maximum(sigma, 1e-3)[:, None] ** 2))
    taps = np.repeat(taps / taps.sum(axis=1, keepdims=True), images.shape[1], axis=0)
    kernel = on(images.device, taps)
    return _filtered(_filtered(images, kernel[:, None, None, :]), kernel[:, None, :, None])


def spoiled(images: Tensor, rng: np.random.Generator, generator: torch.Generator) -> Tensor:
    """Blur, motion, low resolution, colour, noise, compression."""
    count, images = len(images), images.clone()
    for share, change in ((0.15, _moved), (0.25, _softened), (0.12, coarse), (0.13, coarse)):
        if len(chosen := some(rng, count, share)):
            where = on(images.device, chosen, torch.int64)
            images[where] = change(images[where], rng)
    images = recoloured(images, rng, 0.12)
    images = greyed(images, some(rng, count, 0.04))
    if len(chosen := some(rng, count, 0.4)):
        images = noisy(images, chosen, rng.uniform(1, 10, len(chosen)), generator)
    if len(chosen := some(rng, count, 0.5)):
        where = on(images.device, chosen, torch.int64)
        images[where] = compressed(images[where], rng.uniform(25, 95, len(chosen)))
    return images


def recoloured(images: Tensor, rng: np.random.Generator, strength: float) -> Tensor:
    """Random gain per channel, contrast, gamma and brightness."""
    count, device = len(images), images.device
    gamma = on(device, np.exp(rng.normal(0, strength, (count, 1, 1, 1))))
    contrast = 1 + rng.normal(0, strength, (count, 1))
    gain = 1 + rng.normal(0, 0.4 * strength, (count, 3))
    shift = (0.45 - 0.45 * contrast + rng.normal(0, 0.3 * strength, (count, 1))) * gain * 255
    slope, offset = (on(device, x.reshape(count, 3, 1, 1)) for x in (contrast * gain * 255, shift))
    return ((images / 255).clamp_min(0) ** gamma * slope + offset).clamp(0, 255)


def greyed(images: Tensor, chosen: np.ndarray) -> Tensor:
    """The chosen ones without colours; in place."""
    if len(chosen):
        where = on(images.device, chosen, torch.int64)
        images[where] = grey(images[where]).expand(-1, 3, -1, -1)
    return images


def grey(images: Tensor) -> Tensor:
    """(B, 3, H, W) -> their brightness (B, 1, H, W)."""
    return (images * images.new_tensor(_LUMA)[:, None, None]).sum(dim=1, keepdim=True)


def noisy(images: Tensor, chosen: np.ndarray, sigma: np.ndarray, generator: torch.Generator) -> Tensor:
    """The chosen ones with Gaussian noise of `sigma` (N,); in place."""
    where, amount = on(images.device, chosen, torch.int64), on(images.device, sigma)[:, None, None, None]
    noise = torch.randn((len(chosen), *images.shape[1:]), generator=generator, device=images.device)
    images[where] = (images[where] + noise * amount).clamp(0, 255)
    return images


def refiltered(images: Tensor, rng: np.random.Generator) -> Tensor:
    """Under random filters across the colours, as bright and as rich in contrast as before, mixed with what was there:
    shapes stay, textures do not (Xu et al., arXiv 2007.13003)."""
    count, _, _, width = images.shape
    side = int(rng.choice((1, 3, 5, 7)))
    taps = on(images.device, rng.normal(0, 1, (count * 3, 3, side, side)))
    padded = functional.pad(images, (side // 2,) * 4, mode="replicate").reshape(1, count * 3, -1, width + side - 1)
    other = functional.conv2d(padded, taps, groups=count).view(images.shape)
    (mean, std), (new_mean, new_std) = _contrast(images), _contrast(other)
    other = (other - new_mean) / new_std * std + mean
    share = on(images.device, rng.uniform(0.2, 1, (count, 1, 1, 1)))
    return (share * other + (1 - share) * images).clamp(0, 255)


def _contrast(images: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each colour (B, 3, 1, 1)."""
    return images.mean(dim=(2, 3), keepdim=True), images.std(dim=(2, 3), keepdim=True).clamp_min(1e-3)


def compressed(images: Tensor, quality: np.ndarray) -> Tensor:
    """As JPEG of `quality` (B,) leaves them: sides are multiples of 8. Colours are not sampled more coarsely."""
    count, _, height, width = images.shape
    scale = np.where(quality < 50, 50 / quality, 2 - quality / 50)
    step = (on(images.device, scale)[:, None, None] * images.new_tensor(_QUANTISERS)).round().clamp_min(1)
    steps = torch.stack([step, 2 * step, 2 * step], dim=1)[:, :, None, :, None, :]
    mix, cosines = images.new_tensor(_TO_YCC), _cosines(images)
    ycc = torch.einsum("ij,bjhw->bihw", mix, images - 128)
    blocks = ycc.view(count, 3, height // 8, 8, width // 8, 8)
    there = torch.einsum("ui,bcyixj,vj->bcyuxv", cosines, blocks, cosines)
    there = (there / steps).round() * steps
    back = torch.einsum("ui,bcyuxv,vj->bcyixj", cosines, there, cosines).reshape(images.shape)
    return (torch.einsum("ij,bjhw->bihw", images.new_tensor(_FROM_YCC), back) + 128).clamp(0, 255)


def _cosines(like: Tensor) -> Tensor:
    """The orthonormal cosine transform of eight samples (8, 8)."""
    i = np.arange(8)
    table = np.cos((2 * i[None] + 1) * i[:, None] * math.pi / 16) * np.where(i[:, None] == 0, 1 / math.sqrt(2), 1.0) / 2
    return on(like.device, table)


def _filtered(images: Tensor, kernels: Tensor) -> Tensor:
    """(B, C, H, W) under kernels (B C, 1, h, w), edges repeated."""
    count, channels, height, _ = images.shape
    y, x = kernels.shape[2] // 2, kernels.shape[3] // 2
    padded = functional.pad(images, (x, x, y, y), mode="replicate").reshape(1, count * channels, height + 2 * y, -1)
    return functional.conv2d(padded, kernels, groups=count * channels).view(images.shape)


def _softened(images: Tensor, rng: np.random.Generator) -> Tensor:
    return blurred(images, rng.uniform(0.4, 1.6, len(images)), 5)


def _moved(images: Tensor, rng: np.random.Generator) -> Tensor:
    """Along a straight line, up to nine pixels long."""
    count, middle = len(images), (_MOTION_PX - 1) / 2
    angle, reach = rng.uniform(0, math.pi, (count, 1)), rng.uniform(1, middle, (count, 1))
    along = np.linspace(-1, 1, 2 * _MOTION_PX) * reach
    cells = np.round([np.sin(angle) * along + middle, np.cos(angle) * along + middle]).astype(int)
    kernels = np.zeros((count, _MOTION_PX, _MOTION_PX))
    kernels[np.arange(count)[:, None], cells[0], cells[1]] = 1.0
    kernels /= kernels.sum(axis=(1, 2), keepdims=True)
    return _filtered(images, on(images.device, np.repeat(kernels, images.shape[1], axis=0)[:, None]))


def coarse(images: Tensor, rng: np.random.Generator, share_compressed: float = 0.5) -> Tensor:
    """All at one lower resolution, some of them compressed there, and back."""
    small = 8 * round(images.shape[-1] * rng.uniform(0.3, 0.8) / 8)
    less = functional.interpolate(images, size=(small, small), mode="area")
    if len(chosen := some(rng, len(images), share_compressed)):
        where = on(images.device, chosen, torch.int64)
        less[where] = compressed(less[where], rng.uniform(25, 80, len(chosen)))
    return functional.interpolate(less, size=images.shape[-2:], mode="bilinear", align_corners=False)
