"""A static and a moving camera are told apart; what was seen of a background comes back, the rest is unknown."""

import cv2
import numpy as np
import pytest

from core_model.data.unlabelled.background import LEAST_NOISE, median_background
from core_model.data.unlabelled.camera import camera_of, corners_of, register
from core_model.data.unlabelled.frames import Figure, Frames, held_to_crop
from core_model.data.unlabelled.scene import Scene
from core_model.prediction import CROP_PX

SIZE = (180, 240)


def world(seed: int = 0, size: tuple[int, int] = (320, 480)) -> np.ndarray:
    """A textured wall (H, W, 3)."""
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.integers(40, 200, (size[0] // 20, size[1] // 20, 3)), np.ones((20, 20, 1)))
    return (coarse + rng.normal(0, 4, coarse.shape)).clip(0, 255).astype(np.uint8)


def view(wall: np.ndarray, x: int, y: int = 40) -> np.ndarray:
    return wall[y : y + SIZE[0], x : x + SIZE[1]].copy()


def greys(xs: list[int], seed: int = 0) -> list[np.ndarray]:
    return [view(world(seed), x)[..., 1].copy() for x in xs]


FREE = np.ones(SIZE, bool)


def test_cameras_are_told_apart() -> None:
    assert camera_of(greys([50] * 8), [FREE] * 8) == "static"
    assert camera_of(greys([50, 52, 54, 56, 58, 60]), [FREE] * 6) == "moving"
    assert camera_of(greys([50]), [FREE]) == "static"


def test_a_person_who_moves_does_not_make_the_camera_move() -> None:
    images, free = greys([50] * 6), []
    for i, image in enumerate(images):
        own = FREE.copy()
        own[20:170, 10 + 15 * i : 130 + 15 * i] = False
        image[~own] = world(9)[: SIZE[0], : SIZE[1], 0][~own]
        free.append(own)
    assert camera_of(images, free) == "static"


def test_a_blank_wall_stands_still_until_something_is_seen_to_move() -> None:
    blank = [np.full(SIZE, 128, np.uint8) for _ in range(6)]
    assert camera_of(blank, [FREE] * 6) == "static"
    for i, image in enumerate(blank):
        image[:, 30 * i : 30 * i + 20] = 60
    assert camera_of(blank, [FREE] * 6) == "moving"


def test_registration_finds_the_way_back() -> None:
    one, other = greys([50, 57])
    there, back = (register(a, b, corners_of(a, FREE), FREE) for a, b in ((one, other), (other, one)))
    assert there is not None
    assert back is not None
    np.testing.assert_allclose(there.homography @ [100, 80, 1], [93, 80, 1], atol=0.3)
    np.testing.assert_allclose(there.homography @ back.homography, np.eye(3), atol=0.3)
    assert register(one, greys([50], seed=5)[0], corners_of(one, FREE), FREE) is None


def walk(count: int, step_px: int, pan_px: int) -> tuple[np.ndarray, np.ndarray]:
    """Frames (T, H, W, 3) of a red block that walks before a wall, and where it is (T, H, W)."""
    frames = np.stack([view(world(), 40 + pan_px * i) for i in range(count)])
    hidden = np.zeros(frames.shape[:3], bool)
    for i in range(count):
        x = 95 + step_px * (i - count // 2)
        hidden[i, 40:160, x : x + 50] = True
    frames[hidden] = (250, 30, 30)
    return frames, hidden


def test_the_median_is_the_wall_where_it_was_seen() -> None:
    frames, hidden = walk(12, step_px=3, pan_px=0)
    found = median_background(frames, hidden)
    never = hidden.all(axis=0)
    assert never.any()
    assert not found.known[never].any()
    assert found.known[~hidden.any(axis=0)].all()
    np.testing.assert_array_equal(found.image[found.known], view(world(), 40)[found.known])
    assert (found.image[~found.known] == 0).all()
    assert (found.noise[found.known] == LEAST_NOISE).all()


def test_what_varies_is_noise() -> None:
    rng = np.random.default_rng(0)
    frames = np.full((40, 8, 8, 3), 100, np.uint8)
    frames[:, :, 4:] = rng.integers(50, 150, (40, 8, 4, 3))
    found = median_background(frames, np.zeros((40, 8, 8), bool))
    assert found.noise[:, 4:].min() > 5 * found.noise[:, :4].max()


def scene_of(frames: np.ndarray, hidden: np.ndarray) -> Scene:
    """A scene whose crops are 160 px squares about the block, its figure a little wider than the block."""
    held = Frames.of_size(SIZE[::-1])
    for frame, mask in zip(frames, hidden, strict=True):
        x = int(np.flatnonzero(mask.any(axis=0))[0])
        box = np.array([x - 55.0, 20, x + 105, 180])
        figure = np.zeros((CROP_PX, CROP_PX), bool)
        figure[25:231, 80:176] = True
        held.add(frame, Figure(figure, box))
    return Scene(held)


@pytest.mark.parametrize(("step_px", "pan_px", "camera"), [(6, 0, "static"), (0, 6, "moving"), (3, 5, "moving")])
def test_the_wall_is_seen_behind_the_person(step_px: int, pan_px: int, camera: str) -> None:
    frames, hidden = walk(24, step_px, pan_px)
    made = scene_of(frames, hidden)
    assert made.camera == camera
    behind = made.behind(12)
    assert behind is not None
    matrix = held_to_crop(np.array([40.0, 20, 200, 180]))[:2]
    wall = cv2.warpAffine(view(world(), 40 + pan_px * 12), matrix, (CROP_PX, CROP_PX))
    block = np.s_[40:220, 90:166]
    assert behind.known[block].mean() > 0.9
    error = np.abs(behind.image.astype(int) - wall)[behind.known]
    assert np.median(error) <= 4
    assert (error > 40).mean() < 0.02
