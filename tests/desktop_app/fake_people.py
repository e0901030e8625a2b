"""What the studio does with people who were seen, without a network: looks, places, poses, motion."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from fake_predictor import FRAME_PX, FakePredictor, FakeReader, body

from core_model.prediction import CROP_PX, Factors, Prediction, Synthesis
from core_model.seen import Seen
from core_model.skeleton import NUM_LIMBS, NUM_SHAPE
from desktop_app.controllers.core import (
    AdaptNews,
    Arrays,
    Each,
    Joints,
    Predictor,
    Reader,
    SmoothMotion,
)
from desktop_app.session.made import Others
from desktop_app.session.traces import Traces


class FakeWardrobe:
    """Tells by the atlas how many frames were offered."""

    def __init__(self, arrays: Arrays) -> None:
        self.offered = int(arrays["offered"]) if arrays else 0

    def arrays(self) -> dict[str, np.ndarray]:
        """To be kept."""
        return {"offered": np.array(self.offered)}

    def offer(self, prediction: Prediction) -> None:
        """One more."""
        self.offered += 1

    def dressed(self, factors: Factors, prediction: Prediction | None = None) -> Factors:
        """All texels are the number of frames."""
        return factors.edited(atlas=np.full_like(factors.atlas, self.offered))


@dataclass(frozen=True)
class FakePerson:
    """Somebody of whom two frames are known."""

    wardrobe: FakeWardrobe
    shape: np.ndarray
    poses_rad: tuple[tuple[int, np.ndarray], ...]

    def arrays(self) -> dict[str, np.ndarray]:
        """To be kept."""
        frames, angles = zip(*self.poses_rad, strict=True)
        return {**self.wardrobe.arrays(), "shape": self.shape, "frames": np.array(frames), "angles": np.stack(angles)}


def fake_person(arrays: Arrays) -> FakePerson:
    """The inverse."""
    poses = zip(arrays["frames"].tolist(), arrays["angles"], strict=True)
    return FakePerson(FakeWardrobe({"offered": arrays["offered"]}), arrays["shape"], tuple(poses))


def fake_meet(reader: FakeReader, predictor: FakePredictor) -> Iterator[tuple[int, int, FakePerson | None]]:
    """Ten steps; everybody has long limbs."""
    for done in range(10):
        time.sleep(predictor.predict_s)
        yield done, 10, None
    poses_rad = tuple((index, np.full((NUM_LIMBS, 2), 0.01 * index)) for index in (0, 5))
    wardrobe = FakeWardrobe({"offered": np.array(7)})
    found = reader.frame(0).any()
    yield 10, 10, FakePerson(wardrobe, np.full(NUM_SHAPE, 0.5), poses_rad) if found else None


class FakeBackdrop:
    """Green behind everybody."""

    def behind(self, factors: Factors, index: int) -> Factors:
        """The crop."""
        return factors.edited(background=np.full_like(factors.background, (0, 200, 0)))

    def full(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """The frame."""
        shape = (FRAME_PX[1], FRAME_PX[0])
        return np.full((*shape, 3), (0, 200, 0), dtype=np.uint8), np.ones(shape, bool)


def fake_backdrop(reader: FakeReader, joints: Joints, each: Each) -> FakeBackdrop:
    """At once."""
    each(1, 1)
    return FakeBackdrop()


def fake_adapt(predictor: Predictor, reader: Reader, seen: list[tuple[int, Seen]]) -> Iterator[AdaptNews]:
    """Better and better in five steps."""
    picture = np.zeros((CROP_PX, 4 * CROP_PX, 3), np.uint8)
    for step in range(6):
        time.sleep(0.02)
        yield AdaptNews(step / 5, 10 * step, -0.02 * step, picture, f"delta {step}" if step else None)


class Adapted(FakePredictor):
    """As with what was learnt: every picture is green."""

    checkpoint_name = "adapted"

    def synthesise(self, factors: Factors) -> Synthesis:
        """As the real one."""
        made = super().synthesise(factors)
        return replace(made, image=np.full_like(made.image, (0, 200, 0)))


def fake_smooth(found: Traces, pts_s: np.ndarray, sigma_s: float, sides: np.ndarray | None) -> SmoothMotion:
    """Everybody stands still at their mean."""
    angles_rad, joints3d_m = (
        np.where(
            found.known.reshape(-1, *[1] * (values.ndim - 1)),
            np.broadcast_to(values[found.known].mean(axis=0), values.shape),
            np.nan,
        )
        for values in (found.angles_rad, found.joints3d_m)
    )
    return SmoothMotion(angles_rad, joints3d_m, (12.0, 1e3 * sigma_s), np.zeros((len(pts_s), 8), dtype=bool))


def fake_reach(factors: Factors, joint: int, target: np.ndarray, rest_rad: np.ndarray) -> np.ndarray:
    """The limb that ends in the joint turns by a milliradian for each pixel across the frame, or each millimetre."""
    angles_rad = rest_rad.copy()
    angles_rad[joint - 1] += (target[0] - FRAME_PX[0] / 2 if len(target) == 2 else 1000 * target[0]) / 1000
    return angles_rad


class FakePoseSpace:
    """The axes are the first angle of the first limbs that turn."""

    def scores(self, angles_rad: np.ndarray) -> np.ndarray:
        """(8,)"""
        return angles_rad[10:18, 0]

    def moved(self, angles_rad: np.ndarray, axis: int, score: float) -> np.ndarray:
        """One angle."""
        moved = angles_rad.copy()
        moved[10 + axis, 0] = score
        return moved

    def plausible(self, angles_rad: np.ndarray) -> np.ndarray:
        """Nearer to rest."""
        return angles_rad / 2

    def imagined(self, rng: np.random.Generator) -> np.ndarray:
        """Always the same."""
        return np.full((NUM_LIMBS, 2), 0.07)


def fake_others(factors: Factors) -> Others:
    """Two: an arm forward or back."""
    poses = tuple(factors.angles_rad + turn * np.eye(NUM_LIMBS, 2, -11) for turn in (0.3, -0.3))
    camera = factors.camera
    return Others(factors, poses, np.stack([body(p) @ camera.rotation.T + camera.translation_m for p in poses]))
