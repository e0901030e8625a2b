"""A pose that was seen is dressed as it was seen; what was seen elsewhere is a guess; what never was, too."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core_model.prediction import ATLAS_PX
from core_model.puppet.atlas import fill_atlas_fast
from core_model.recombination import Person
from core_model.skeleton import JOINTS
from core_model.wardrobe import MOST_LOOKS, Wardrobe, look_of

X = {"l_hip": (0.2, 0), "r_hip": (-0.2, 0), "spine": (0, -0.5), "thorax": (0, -1), "neck": (0, -1.2), "head": (0, -1.5)}
X |= {"l_shoulder": (0.3, -1), "r_shoulder": (-0.3, -1)}


def seen(colour: float, turn_rad: float, parts: slice = slice(0, 14), sure: float = 1.0) -> Any:
    """A frame that shows some parts in one colour, the body turned about the vertical."""
    texels = np.zeros((4, 14, *ATLAS_PX), np.uint8)
    texels[:3, parts], texels[3, parts] = int(255 * colour), 255
    c, s = np.cos(turn_rad), np.sin(turn_rad)
    body = np.random.default_rng(0).normal(size=(21, 3)) @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return SimpleNamespace(
        factors=SimpleNamespace(atlas=fill_atlas_fast(texels)), joints3d_m=body, confidence=np.full(21, sure)
    )


def test_a_pose_that_was_seen_is_dressed_as_it_was_seen() -> None:
    wardrobe, frames = Wardrobe(), [seen(0.2, 0.0), seen(0.8, 1.0)]
    for frame in frames:
        wardrobe.offer(frame)
    for frame in frames:
        for look in wardrobe.dress(frame.joints3d_m):
            assert np.abs(look - frame.factors.atlas).max() < 0.01
    near, between = wardrobe.dress(seen(0.0, 0.5).joints3d_m)
    assert min(np.abs(near - frame.factors.atlas).max() for frame in frames) < 0.01  # one of them, as it was
    assert 0.3 < between[:, :3].mean() < 0.7


def test_what_was_kept_dresses_and_goes_on_the_same() -> None:
    wardrobe, frames = Wardrobe(), [seen(0.005 * k, 0.06 * k) for k in range(MOST_LOOKS + 9)]
    for frame in frames[:-4]:
        wardrobe.offer(frame)
    person = Person(wardrobe, np.linspace(-1, 1, 12), ((3, np.ones((20, 2))),))
    again = Person.of_arrays(person.arrays())
    for frame in frames[-4:]:
        wardrobe.offer(frame)
        again.wardrobe.offer(frame)
    for one, other in zip(
        wardrobe.dress(frames[5].joints3d_m), again.wardrobe.dress(frames[5].joints3d_m), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    assert len(wardrobe.looks) == len(again.wardrobe.looks)
    assert again.poses_rad[0][0] == 3
    assert not Wardrobe.of_arrays(Wardrobe().arrays()).looks
    with pytest.raises(ValueError, match="another size"):
        Wardrobe.of_arrays({**wardrobe.arrays(), "texels": np.zeros((1, 2), np.uint8)})


def test_colours_of_other_poses_are_a_guess() -> None:
    wardrobe = Wardrobe()
    wardrobe.offer(seen(0.2, 0.0, slice(0, 7)))
    for turn in (2.0, 2.1, 2.2, 2.3, 2.4):
        wardrobe.offer(seen(0.8, turn, slice(7, 10)))
    _, atlas = wardrobe.dress(seen(0.0, 0.0).joints3d_m)
    assert (atlas[:7, 3] > 0.99).all()
    assert (atlas[7:, 3] < 0.01).all()
    assert atlas[7:9, :3].mean() == pytest.approx(0.8, abs=0.02)  # and the rest takes what is around
    assert (atlas[10:, :3] > 0.1).all()


def test_it_keeps_an_even_choice_of_any_number_of_frames() -> None:
    wardrobe = Wardrobe()
    frame = seen(0.5, 0.0)
    for _ in range(5 * MOST_LOOKS):
        wardrobe.offer(frame)
    assert MOST_LOOKS / 2 <= len(wardrobe.looks) <= MOST_LOOKS


def test_doubtful_frames_are_not_kept() -> None:
    wardrobe = Wardrobe()
    wardrobe.offer(seen(0.5, 0.0, sure=0.3))
    with pytest.raises(ValueError, match="no frame"):
        wardrobe.dress(seen(0.0, 0.0).joints3d_m)


def test_a_side_that_nobody_saw_is_not_known() -> None:
    upright = np.random.default_rng(0).normal(0, 0.05, (21, 3))
    upright += np.array([[*X.get(name, (0, 0)), 0] for name in JOINTS])

    def turned(azimuth_rad: float) -> np.ndarray:
        c, s = np.cos(azimuth_rad), np.sin(azimuth_rad)
        return upright @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]) + [0, 0, 4]

    wardrobe, frame = Wardrobe(), seen(0.5, 0.0, slice(0, 13))
    wardrobe.looks.append(look_of(SimpleNamespace(factors=frame.factors, joints3d_m=turned(0.0))))
    assert wardrobe.known(turned(0.6))[:13].min() > 0.99
    assert wardrobe.known(turned(0.6))[13] == 0  # the foot was not in sight
    assert wardrobe.known(turned(np.pi)).max() == 0
    behind = look_of(SimpleNamespace(factors=frame.factors, joints3d_m=turned(3.0)))
    assert wardrobe.known(turned(np.pi), behind)[:13].min() > 0.99
