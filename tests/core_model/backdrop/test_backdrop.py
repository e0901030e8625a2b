"""A person walks before a wall that is known: what is said to be known of it is the wall, whatever the camera does."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core_model.backdrop import Backdrop, build_backdrop
from core_model.data.video import VideoReader
from core_model.errors import MediaError
from core_model.geometry.crop import crop_image
from core_model.motion import Motion, empty_motion
from core_model.prediction import ATLAS_PX, CROP_PX, Camera, Factors
from core_model.synthesis import joints_of

SIZE = (240, 320)
FRAMES_PER_S = 8.0
FACING = np.diag([1.0, -1.0, -1.0])
PERSON = (250, 30, 30)
FLAT = Camera(FACING, np.array([0.0, 0.0, 5.0]), 300.0, SIZE[::-1])


def wall(seed: int = 0) -> np.ndarray:
    """(320, 560, 3) uint8: blocks of colours, with a little noise."""
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.integers(40, 200, (16, 28, 3)), np.ones((20, 20, 1)))
    return (coarse + rng.normal(0, 3, coarse.shape)).clip(0, 255).astype(np.uint8)


def view(seed: int, x: int) -> np.ndarray:
    return wall(seed)[40 : 40 + SIZE[0], x : x + SIZE[1]].copy()


class Clip:
    """A reader of made-up frames: the wall with a person, and without."""

    path, image_names, problem, fps = Path("clip.mp4"), None, None, FRAMES_PER_S
    frame_size_px = SIZE[::-1]

    def __init__(self, walls: list[np.ndarray], at_m: np.ndarray) -> None:
        self.walls, self.damaged, self.read = walls, set[int](), 0
        self.pts_s = np.arange(len(walls)) / FRAMES_PER_S
        self.motion = empty_motion(self.pts_s)
        self.factors = [person_at(x) for x in at_m]
        for i, factors in enumerate(self.factors):
            self.motion.joints3d_m[i], self.motion.joints2d_px[i] = joints_of(factors)
            self.motion.box_px[i], self.motion.track[i] = factors.box_px, 0

    def __len__(self) -> int:
        return len(self.walls)

    def frame(self, i: int) -> np.ndarray:
        self.read += 1
        if i in self.damaged:
            raise MediaError("damaged", "go on")
        image = self.walls[i].copy()
        for x, y in self.motion.joints2d_px[i][np.isfinite(self.motion.joints2d_px[i]).all(axis=1)].round().astype(int):
            image[max(y - 3, 0) : y + 4, max(x - 3, 0) : x + 4] = PERSON
        return image


def person_at(x_m: float) -> Factors:
    """Somebody at rest, so far to the right, in a crop about them."""
    camera = Camera(FACING, np.array([x_m, 0.0, 5.0]), FLAT.focal_px, FLAT.frame_size_px)
    blank = Factors(
        np.zeros((20, 2)),
        np.zeros(12),
        camera,
        np.zeros(4),
        np.zeros((14, 4, *ATLAS_PX), np.float32),
        np.full((CROP_PX, CROP_PX, 3), 128, np.uint8),
    )
    middle = joints_of(blank)[1].mean(axis=0)
    return blank.edited(box_px=np.concatenate([middle - 70, middle + 70]))


def clip(kind: str, count: int = 40) -> Clip:
    """A static or moving camera, or a cut in the middle; the person walks 2 m to the right."""
    walls = {
        "static": lambda i: view(0, 100),
        "moving": lambda i: view(0, 60 + 3 * i),
        "cut": lambda i: view(0 if i < count // 2 else 5, 100),
    }[kind]
    walk = np.linspace(-1, 1, count) if kind != "moving" else np.full(count, 0.2)
    return Clip([walls(i) for i in range(count)], walk)


def build(made: Clip, motion: Motion | None = None) -> Backdrop:
    reader: VideoReader = made  # type: ignore[assignment]
    return build_backdrop(reader, motion or made.motion)


@pytest.mark.parametrize("kind", ["static", "moving", "cut"])
def test_what_is_known_is_the_wall(kind: str) -> None:
    made = clip(kind)
    backdrop = build(made)
    for i in (17, 20, 23):
        box = made.factors[i].box_px
        image, known = backdrop.crop(i, box)
        error = np.abs(image.astype(int) - crop_image(made.walls[i], box, CROP_PX)).max(axis=2)
        assert known.mean() > 0.8
        assert np.median(error[known]) <= 6
        assert (error[known] > 50).mean() < 0.02


def test_what_the_person_never_left_is_unknown_and_stays_unsaid() -> None:
    made = Clip([view(0, 100)] * 20, np.zeros(20))
    image, known = build(made).crop(10, made.factors[10].box_px)
    assert not known[CROP_PX // 2, CROP_PX // 2]
    assert known[:20, :20].all()
    assert (image[~known] == 0).all()


def test_outside_of_the_frame_nothing_is_known() -> None:
    made = clip("static")
    _, known = build(made).crop(0, np.array([-100.0, 0, 100, 200]), size_px=100)
    assert not known[:, :50].any()
    assert known[:, 50:].any()


@pytest.mark.parametrize("kind", ["static", "moving"])
def test_a_frame_without_the_person_is_the_wall(kind: str) -> None:
    made = clip(kind)
    image, known = build(made).full(20)
    assert known.mean() > 0.97
    error = np.abs(image.astype(int) - made.walls[20]).max(axis=2)
    assert (error[known] > 50).mean() < 0.01
    far = np.abs(made.motion.joints2d_px[20][:, 0].mean() - np.arange(SIZE[1])) > 100
    np.testing.assert_array_equal(image[:, far], made.walls[20][:, far])


def test_factors_are_given_the_wall_in_place_of_an_invented_background() -> None:
    made = clip("static")
    factors = made.factors[20]
    truth = crop_image(made.walls[20], factors.box_px, CROP_PX)
    invented = truth.copy()
    invented[60:200, 100:156] = 128
    clean = build(made).behind(factors.edited(background=invented), 20)
    error = np.abs(clean.background.astype(int) - truth).max(axis=2)
    assert (error > 40).mean() < 0.01
    assert clean.edited(background=invented).box_px is factors.box_px


def test_the_light_is_that_of_the_frame() -> None:
    made = clip("static")
    darker = crop_image(made.walls[20], made.factors[20].box_px, CROP_PX) - np.uint8(12)
    clean = build(made).behind(made.factors[20].edited(background=darker), 20)
    assert abs(np.median(clean.background.astype(int) - darker)) <= 1


def test_a_person_who_is_missed_in_some_frames_does_not_get_into_the_background() -> None:
    made = Clip([view(0, 100)] * 24, np.zeros(24))
    drawn = made.motion.joints2d_px.copy()
    missed = empty_motion(made.pts_s)
    for name in ("joints2d_px", "joints3d_m"):
        getattr(missed, name)[::2] = getattr(made.motion, name)[::2]
    made.motion.joints2d_px[:] = drawn
    _, known = build(made, missed).crop(10, made.factors[10].box_px)
    assert not known[CROP_PX // 2, CROP_PX // 2]


def test_damaged_frames_and_frames_without_anybody_do_no_harm() -> None:
    made = clip("moving")
    made.damaged = {3, 20}
    backdrop = build(made)
    _, known = backdrop.crop(20, made.factors[20].box_px)
    assert not known.any()
    nobody = build(made, empty_motion(made.pts_s))
    assert nobody.behind(made.factors[21], 21) is made.factors[21]
    image, known = nobody.full(21)
    assert known.all()
    np.testing.assert_array_equal(image, made.frame(21))


def test_photographs_are_places_of_their_own() -> None:
    made = clip("static")
    made.image_names = ("a.png",) * len(made)  # type: ignore[assignment]
    assert not build(made).crop(3, made.factors[3].box_px)[1].any()


def test_a_static_background_is_there_without_reading_on_and_a_moving_one_is_remembered() -> None:
    for kind, once in (("static", 0), ("moving", 1)):
        made = clip(kind)
        backdrop = build(made)
        made.read = 0
        answers = [backdrop.crop(20, made.factors[20].box_px) for _ in range(3)]
        assert made.read == once
        assert all(answer[0] is answers[0][0] for answer in answers)
        assert not answers[0][0].flags.writeable


def test_progress_is_told() -> None:
    heard: list[tuple[int, int]] = []
    tell: Callable[[int, int], None] = lambda done, total: heard.append((done, total))  # noqa: E731
    build_backdrop(clip("static", 10), empty_motion(np.arange(10) / FRAMES_PER_S), tell)  # type: ignore[arg-type]
    assert heard == [(i, 10) for i in range(1, 11)]
