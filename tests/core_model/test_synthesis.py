"""Taking a picture apart and putting it together: laws that hold whatever the decoder has learnt."""

import cv2
import numpy as np
import pytest
import torch

from core_model import synthesis
from core_model.geometry.crop import to_crop
from core_model.networks.decoder import COVER, Decoder
from core_model.prediction import ATLAS_PX, CROP_PX, Camera, Factors, Synthesis
from core_model.runtime import Network, run_torch
from core_model.skeleton import BACKGROUND, JOINT, PARTS

FACING = np.diag([1.0, -1.0, -1.0])


def painting_decoder() -> Network:
    """A decoder that shows the painted puppet as it is."""

    def decode(*planes: np.ndarray) -> tuple[np.ndarray, ...]:
        x = planes[0]
        shown = x[:, COVER : COVER + 1] >= 0.5
        return x[:, :3], shown.astype(np.float32), np.where(shown, x[:, -1:], BACKGROUND)

    return decode


@pytest.fixture
def factors() -> Factors:
    """A person at rest, 3 m away, in a crop off the frame's centre; red all over, on grey."""
    camera = Camera(FACING, np.array([0.4, 0.0, 3.0]), 700.0, (640, 480))
    atlas = np.zeros((14, 4, *ATLAS_PX), np.float32)
    atlas[:, [0, 3]] = 1.0
    background = np.full((CROP_PX, CROP_PX, 3), 128, np.uint8)
    box = np.array([173.0, 0.0, 653.0, 480.0])
    return Factors(np.zeros((20, 2)), np.zeros(12), camera, box, atlas, background)


def figure_of(made: Synthesis) -> synthesis.Figure:
    return synthesis.stand(made.joints2d_px, made.joints3d_m, made.box_px)


def test_the_person_stands_where_the_joints_are(factors: Factors) -> None:
    made = synthesis.compose(factors, painting_decoder())
    assert made.image.shape == (CROP_PX, CROP_PX, 3)
    assert made.image.dtype == made.parts.dtype == np.uint8
    joints3d_m, joints2d_px = synthesis.joints_of(factors)
    np.testing.assert_allclose(factors.camera.project(made.joints3d_m), made.joints2d_px)
    np.testing.assert_allclose(joints3d_m[0], factors.camera.translation_m, atol=1e-9)
    x, y = to_crop((joints2d_px[JOINT["l_knee"]] + joints2d_px[JOINT["l_hip"]]) / 2, factors.box_px, CROP_PX).astype(
        int
    )
    assert PARTS[made.parts[y, x]] == "l_thigh"
    assert (made.image[y, x] == [255, 0, 0]).all()
    assert (made.image[made.mask == 0] == 128).all()


def test_a_raised_arm_moves_and_the_legs_stay(factors: Factors) -> None:
    angles = factors.angles_rad.copy()
    angles[JOINT["l_elbow"] - 1, 0] = 1.2
    before, after = (synthesis.compose(f, painting_decoder()) for f in (factors, factors.edited(angles_rad=angles)))
    arm = [PARTS.index(name) for name in ("l_upper_arm", "l_forearm", "l_hand")]
    rows = [np.nonzero(np.isin(made.parts, arm))[0].mean() for made in (before, after)]
    assert rows[1] < rows[0] - 10  # higher up in the image
    legs = before.parts == PARTS.index("r_shin")
    assert (legs == (after.parts == PARTS.index("r_shin"))).mean() > 0.99


def test_appearance_comes_back_from_the_image_it_made(factors: Factors) -> None:
    colours = np.random.default_rng(0).uniform(0.2, 1, (14, 3)).astype(np.float32)
    atlas = factors.atlas.copy()
    atlas[:, :3] = colours[:, :, None, None]
    made = synthesis.compose(factors.edited(atlas=atlas), painting_decoder())
    again, _ = synthesis.take_apart(made.image, figure_of(made), made.parts)
    assert again.shape == (14, 4, *ATLAS_PX)
    seen = again[:, 3] > 0.5
    for part in range(14):
        if seen[part].any():
            found = again[part, :3][:, seen[part]].mean(1)
            np.testing.assert_allclose(found, colours[part], atol=0.12)
    assert seen[PARTS.index("torso")].mean() > 0.3


def test_what_was_never_seen_is_said_to_be_guessed(factors: Factors) -> None:
    atlas, torso = factors.atlas.copy(), PARTS.index("torso")
    assert not synthesis.compose(factors, painting_decoder()).guessed.any()
    atlas[torso, 3] = 0
    made = synthesis.compose(factors.edited(atlas=atlas), painting_decoder())
    shown = made.parts == torso
    assert made.guessed[shown].mean() > 0.9
    assert (made.guessed & ~shown).sum() < 0.1 * shown.sum()
    assert (made.seen[made.mask == 0] == 1).mean() > 0.95


def test_an_outline_is_no_side_of_a_person(factors: Factors) -> None:
    atlas = factors.atlas.copy()
    atlas[:, 3, :, [0, 1, -2, -1]] = 0
    assert not synthesis.compose(factors.edited(atlas=atlas), painting_decoder()).guessed.any()


def test_dressing_a_figure_that_stands_is_composing(factors: Factors) -> None:
    made = synthesis.compose(factors, painting_decoder())
    again = synthesis.dress(factors, figure_of(made), made.joints3d_m, made.joints2d_px, painting_decoder())
    np.testing.assert_array_equal(again.image, made.image)
    np.testing.assert_array_equal(again.parts, made.parts)


def test_limbs_that_the_labels_miss_leave_the_background_too(factors: Factors) -> None:
    made = synthesis.compose(factors, painting_decoder())
    labels = made.parts.copy()
    labels[labels == PARTS.index("l_forearm")] = BACKGROUND
    atlas, background = synthesis.take_apart(made.image, figure_of(made), labels)
    assert np.abs(background.astype(int) - 128).max() < 10
    assert atlas[PARTS.index("l_forearm"), 3].max() == 0
    np.testing.assert_allclose(atlas[PARTS.index("l_forearm"), 0], 1, atol=0.05)  # from the other arm


def test_the_untrained_network_fits_the_interface(factors: Factors) -> None:
    torch.manual_seed(0)
    made = synthesis.compose(factors, run_torch(Decoder()))
    assert made.mask.shape == (CROP_PX, CROP_PX)
    assert ((made.parts == BACKGROUND) == (made.mask < 0.5)).all()


def test_the_background_is_filled_from_around_and_kept_elsewhere() -> None:
    ramp = np.linspace(20, 220, 256)[None, :, None].repeat(256, 0).repeat(3, 2).astype(np.uint8)
    crop, mask = ramp.copy(), np.zeros((256, 256), bool)
    crop[80:180, 100:140] = [255, 0, 0]
    mask[80:180, 100:140] = True
    filled = synthesis.fill_background(crop, mask)
    assert np.abs(filled.astype(int) - ramp)[mask].max() < 40
    far = np.ones_like(mask)
    far[60:200, 80:160] = False
    assert (filled[far] == crop[far]).all()


@pytest.mark.parametrize("covered", [0.0, 1.0])
def test_backgrounds_all_or_nothing_hidden(covered: float) -> None:
    crop = np.random.default_rng(0).integers(0, 255, (256, 256, 3)).astype(np.uint8)
    filled = synthesis.fill_background(crop, np.full((256, 256), bool(covered)))
    assert filled.shape == crop.shape
    assert (filled == crop).all() if covered == 0 else filled.std() == 0 or filled.reshape(-1, 3).std(0).max() == 0


def test_nobody_is_shown_far_from_the_puppet(factors: Factors) -> None:
    def everywhere(*planes: np.ndarray) -> tuple[np.ndarray, ...]:
        colour, mask, label = painting_decoder()(*planes)
        return colour, np.ones_like(mask), label

    made = synthesis.compose(factors, everywhere)
    cover = figure_of(made).drawing.cover
    assert (made.mask[cover > 0.5] == 1).all()
    far = cv2.dilate((cover > 0).astype(np.uint8), np.ones((61, 61))) == 0
    assert far.any()
    assert (made.mask[far] == 0).all()
    assert (made.parts[far] == BACKGROUND).all()
