"""Maps are read at their mode; a mirror image is read as the image."""

import numpy as np
import platformdirs
import torch

from core_model.networks.encoder import MAP_PX, EncoderMaps, PoseEncoder
from core_model.networks.readout import decode_mode, pool_limbs, soft_max, turned_back, unflip, unflip_torch
from core_model.runtime import compile_openvino, run_torch
from core_model.training.pose_losses import gaussian_maps


def test_the_mode_is_found_to_a_fraction_of_a_cell() -> None:
    points = 3 + torch.rand(21, 2, dtype=torch.float64) * (MAP_PX - 6)
    found, mass = decode_mode(gaussian_maps(points, MAP_PX).numpy())
    assert np.abs(found - points.numpy()).max() < 0.25
    assert (mass > 0.9).all()


def test_of_two_hypotheses_the_stronger_is_taken_not_their_middle() -> None:
    a, b = torch.tensor([[5.5, 12.5]]), torch.tensor([[18.5, 12.5]])
    p = 0.6 * gaussian_maps(a, MAP_PX) + 0.4 * gaussian_maps(b, MAP_PX)
    found, mass = decode_mode(p.numpy())
    assert np.abs(found - a.numpy()).max() < 0.05
    assert 0.5 < mass[0] < 0.65


def test_unflip_is_its_own_inverse_in_both_forms() -> None:
    rng = np.random.default_rng(0)
    maps = tuple(rng.normal(size=s).astype(np.float32) for s in ((21, 6, 6), (60, 6, 6), (15, 12, 12), (12,)))
    for once, twice in zip(maps, unflip(unflip(maps)), strict=True):
        assert np.array_equal(once, twice)
    batched = unflip_torch(EncoderMaps(*(torch.from_numpy(m)[None] for m in maps)))
    for ours, theirs in zip(unflip(maps), batched, strict=True):
        assert np.allclose(ours, theirs[0].numpy())


def test_turned_back_four_times_by_a_quarter_is_as_before_and_limbs_turn_with_the_picture() -> None:
    rng = np.random.default_rng(0)
    maps = tuple(rng.normal(size=s).astype(np.float32) for s in ((21, 6, 6), (60, 6, 6), (15, 12, 12), (12,)))
    turned = maps
    for _ in range(4):
        turned = turned_back(turned, 1)
    for before, after, half, two in zip(
        maps, turned, turned_back(maps, 2), turned_back(turned_back(maps, 1), 1), strict=True
    ):
        assert np.array_equal(before, after)
        assert np.array_equal(half, two)
    up = np.zeros((60, 6, 6), np.float32)
    up[1::3] = -1  # y points down
    right = turned_back((maps[0], up, maps[2], maps[3]), 1)[1]  # a picture turned to the left, turned back
    assert (right.reshape(20, 3, 6, 6)[:, 0] == 1).all()
    heat = np.zeros((21, 6, 6), np.float32)
    heat[:, 0, 5] = 1
    assert turned_back((np.rot90(heat, 1, (1, 2)), *maps[1:]), 1)[0][0, 0, 5] == 1


def test_pooled_limbs_are_unit_vectors() -> None:
    rng = np.random.default_rng(0)
    vectors = pool_limbs(rng.normal(size=(60, 6, 6)), soft_max(rng.normal(size=(21, 6, 6))))
    assert np.allclose(np.linalg.norm(vectors, axis=-1), 1)


def test_openvino_and_torch_say_the_same() -> None:
    """In f32 within 1e-3 of the largest value; in the processor's own precision within 5 %."""
    torch.manual_seed(0)
    network = PoseEncoder().eval()
    for p in network.trunk.parameters():
        torch.nn.init.normal_(p, std=0.05)
    image = torch.rand(2, 3, 192, 192)
    want = run_torch(network)(image.numpy())
    for precision, tolerance in (("f32", 1e-3), (None, 0.05)):
        got = compile_openvino(network, [image], precision=precision, threads=1)(image.numpy())
        for w, g in zip(want, got, strict=True):
            assert np.abs(w - g).max() <= tolerance * max(np.abs(w).max(), 1e-3)


def test_a_converted_network_is_read_back_and_a_damaged_copy_is_made_again() -> None:
    torch.manual_seed(0)
    network, image = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU()), torch.rand(1, 3, 8, 8)
    want = run_torch(network)(image.numpy())[0]
    folder = platformdirs.user_cache_path("puppetpose") / "openvino"
    for damage in (False, False, True):
        if damage:
            for path in folder.glob("*.xml"):
                path.write_text("<net")
        got = compile_openvino(network, [image], precision="f32", threads=1)(image.numpy())[0]
        assert np.allclose(got, want, atol=1e-5)
