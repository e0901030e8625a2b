"""A crop in several views: what is read in each lies over the crop again."""

import numpy as np
import pytest

from core_model import views
from core_model.networks.encoder import INPUT_PX, MAP_PX, PARTS_PX
from core_model.networks.readout import Maps, decode_mode, turned_back, unflip, unit
from core_model.skeleton import LIMB_MIRROR, MIRROR
from core_model.views import ALL, STRAIGHT, View, read

BOX_PX = np.array([20.0, 10.0, 20 + INPUT_PX, 10 + INPUT_PX])


@pytest.fixture
def frame() -> np.ndarray:
    """A bright spot in the dark, right of the middle and above it."""
    frame = np.zeros((INPUT_PX + 80, INPUT_PX + 80, 3), np.uint8)
    frame[70:90, 136:156] = 255  # about (146, 80), in the crop (126, 70)
    return frame


def spot(image: np.ndarray) -> Maps:
    """A look that finds all joints where it is bright, and a limb along the way there from the middle."""
    side = image.shape[-1] // 8
    cells = image.mean(axis=0).reshape(side, 8, side, 8).mean(axis=(1, 3)) + 1e-6
    one = (cells / cells.sum()).astype(np.float32)
    y, x = (np.indices(one.shape) + 0.5) / side - 0.5
    way = np.array([(x * one).sum(), (y * one).sum(), 0], np.float32)
    limbs = np.broadcast_to((way / np.linalg.norm(way))[:, None, None], (20, 3, side, side)).reshape(60, side, side)
    return (
        np.repeat(one[None], 21, 0),
        limbs,
        np.repeat(np.kron(one, np.ones((2, 2), np.float32))[None], 15, 0),
        np.zeros(12, np.float32),
    )


@pytest.mark.parametrize("view", [*ALL, View(1.0, 1), View(0.9, 3, mirrored=True)])
def test_every_view_tells_the_same_of_the_crop(frame: np.ndarray, view: View) -> None:
    want, got = views._seen(spot, frame, BOX_PX, STRAIGHT), views._seen(spot, frame, BOX_PX, view)
    (there, _), (found, _) = decode_mode(want.heat), decode_mode(got.heat)
    assert np.abs(found - there).max() < 0.35 * view.side, "cells, of the view"
    np.testing.assert_allclose(got.heat.sum(axis=(1, 2)), 1, atol=1e-5)
    np.testing.assert_allclose(got.limbs, want.limbs, atol=0.1)
    assert [m.shape for m in got[:3]] == [(21, MAP_PX, MAP_PX), (20, 3), (15, PARTS_PX, PARTS_PX)]


def test_careful_looks_are_as_many_as_there_are_views_and_agree_where_all_do(frame: np.ndarray) -> None:
    seen: list[np.ndarray] = []

    def look(image: np.ndarray) -> Maps:
        seen.append(image)
        return spot(image)

    quick, careful = read(look, frame, BOX_PX), read(look, frame, BOX_PX, careful=True)
    assert len(seen) in (1 + len(ALL), 2 + len(ALL))
    assert np.abs(decode_mode(quick.heat)[0] - decode_mode(careful.heat)[0]).max() < 0.35
    assert (np.einsum("lc,lc->l", unit(quick.limbs), unit(careful.limbs)) > 0.99).all()
    lengths = np.linalg.norm(careful.limbs, axis=1)
    assert ((lengths > 0.97) & (lengths < 1)).all(), "shorter, for the views agree but nearly"


def test_the_surer_view_counts_more(frame: np.ndarray) -> None:
    """One look sees the spot, the mirrored one is sure of nothing: the mean is what the first says."""
    calls = []

    def look(image: np.ndarray) -> Maps:
        calls.append(image)
        heat, *rest = spot(image)
        return (heat, *rest) if len(calls) == 1 else (np.full_like(heat, 1 / heat[0].size), *rest)  # type: ignore[return-value]

    once = spot(frame[10 : 10 + INPUT_PX, 20 : 20 + INPUT_PX].transpose(2, 0, 1).astype(np.float32) / 255)
    mean = read(look, frame, BOX_PX, careful=True)
    np.testing.assert_allclose(mean.heat, once[0], atol=1e-3)


def test_left_and_right_of_a_turned_and_mirrored_picture_are_those_of_the_person() -> None:
    rng = np.random.default_rng(0)
    maps = tuple(rng.normal(size=s).astype(np.float32) for s in ((21, 6, 6), (60, 6, 6), (15, 12, 12), (12,)))
    heat, limbs, _, _ = turned_back(unflip(maps), 2)  # mirrored left to right, then stood on its head
    np.testing.assert_array_equal(heat, maps[0][MIRROR][:, ::-1])
    want = maps[1].reshape(20, 3, 6, 6)[LIMB_MIRROR] * np.array([1, -1, 1], np.float32)[:, None, None]
    np.testing.assert_array_equal(limbs.reshape(20, 3, 6, 6), want[:, :, ::-1])
