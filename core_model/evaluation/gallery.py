"""A page of people of clips in poses that nobody filmed, as they come, and how much of each limb can be seen.

    python -m core_model.evaluation.gallery --clips cache/unlabelled --out docs/novel_poses.jpg

Every other pose was recorded from somebody else (the mocap's held-out people); the others are poses of the clip with
arms and legs turned at random within their limits. The camera is turned, too. The place behind is a chessboard, on
which a translucent limb shows. Nothing is chosen: the seed decides.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core_model.boxes import box_of_points, square_crop
from core_model.data.mocap.poses import load_poses
from core_model.evaluation.metrics import Array
from core_model.evaluation.protocols import PosePredictor
from core_model.evaluation.scenes import Scene, scenes_of
from core_model.limits import LIMITS_RAD
from core_model.prediction import CROP_PX, Factors, Synthesis
from core_model.recombination import Person, turned, worn_by
from core_model.skeleton import BACKGROUND, JOINT, NUM_PARTS, PARTS
from core_model.synthesis import joints_of, stand
from core_model.wardrobe import Wardrobe

PICTURES = 50
AZIMUTH_RAD, ELEVATION_RAD = np.deg2rad([50.0, 15.0])
"""The camera is turned by at most so much from where it stood."""
LIMBS = np.array([JOINT[f"{side}_{name}"] - 1 for side in "lr" for name in ("knee", "ankle", "elbow", "wrist")])
"""Thighs, shins, upper arms, forearms."""
TURNED = 0.5
"""Share of these that are turned in a pose."""
WHOLE = 0.8
"""A limb of which less is there is called missing."""
LEAST_PX = 40
"""Of a limb that is in sight; of less, nothing is said."""
NEAR_PX = 6
"""A person ends this far beyond their puppet."""
STRAY = 0.005
"""More than this share of a person elsewhere is a ghost."""
SOFT = 0.1
"""Neither here nor there: a mask between this and 1 less this."""
_COLUMNS, _TILE_PX, _TEXT_PX, _SQUARE_PX = 10, 160, 30, 16


@dataclass(frozen=True)
class Novel:
    """One picture, and what there is of it where the puppet stands."""

    person: str
    kind: str  # recorded, turned
    made: Synthesis
    shown: Array  # (14,) share of each part that is there; NaN where too little of it is in sight
    stray: float  # share of what is there that is nowhere near the puppet
    edge_px: float  # how broad the translucent rim is: pixels neither here nor there over the outline's length

    @property
    def worst(self) -> tuple[str, float]:
        """The part of which least is there, and how much."""
        part = int(np.nanargmin(np.append(self.shown, 1.0)))
        return (*PARTS, "none")[part], float(np.append(self.shown, 1.0)[part])


def inspected(person: str, kind: str, made: Synthesis, factors: Factors) -> Novel:
    """A picture of factors held against their puppet."""
    joints3d_m, joints2d_px = joints_of(factors)
    drawing = stand(joints2d_px, joints3d_m, factors.box_px).drawing
    there = made.mask > 0.5
    shown = np.full(NUM_PARTS, np.nan)
    for part in range(NUM_PARTS):
        where = drawing.label == part
        if where.sum() >= LEAST_PX:
            shown[part] = there[where].mean()
    near = cv2.dilate((drawing.owner != BACKGROUND).astype(np.uint8), np.ones((2 * NEAR_PX + 1,) * 2, np.uint8))
    seen = np.where(made.mask > SOFT, made.mask, 0)  # what is fainter nobody sees
    stray = float(seen[near == 0].sum() / max(float(seen.sum()), 1.0))
    outline = cv2.morphologyEx(there.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).sum() / 2
    soft = ((made.mask > SOFT) & (made.mask < 1 - SOFT)).sum()
    return Novel(person, kind, made, shown, stray, float(soft / max(outline, 1)))


def turned_limbs(angles_rad: Array, rng: np.random.Generator) -> Array:
    """A pose (20, 2) with some of its arms and legs turned, anywhere within their limits."""
    limbs = LIMBS[rng.random(len(LIMBS)) < TURNED]
    angles = angles_rad.copy()
    angles[limbs] = rng.uniform(LIMITS_RAD[limbs, :, 0], LIMITS_RAD[limbs, :, 1])
    return angles


def person_in(scene: Scene) -> Person | None:
    """How somebody looks in all frames of a clip; None where none is understood."""
    wardrobe = Wardrobe()
    for prediction in scene.seen:
        wardrobe.offer(prediction)
    shape = np.median([prediction.factors.shape for prediction in scene.seen], axis=0)
    return Person(wardrobe, shape) if wardrobe.looks else None


def novel_poses(
    people: Sequence[tuple[str, Scene, Person]], predictor: PosePredictor, count: int, seed: int
) -> Iterator[Novel]:
    """`count` pictures, everybody in turn."""
    rng, recorded = np.random.default_rng(seed), load_poses("held_out").angles_rad
    for i in range(count):
        name, scene, person = people[i % len(people)]
        start = scene.seen[rng.integers(len(scene))].factors
        kind = ("recorded", "turned")[i // len(people) % 2]
        angles = recorded[rng.integers(len(recorded))] if kind == "recorded" else turned_limbs(start.angles_rad, rng)
        azimuth, elevation = rng.uniform(-1, 1, 2) * [AZIMUTH_RAD, ELEVATION_RAD]
        posed = turned(start.edited(angles_rad=angles, shape=person.shape), azimuth, elevation)
        factors = worn_by(framed(posed), person)
        yield inspected(name, kind, predictor.synthesise(factors), factors)


def framed(factors: Factors) -> Factors:
    """The crop laid about the pose, and a chessboard behind it."""
    squares = np.indices((CROP_PX, CROP_PX)) // _SQUARE_PX
    board = np.where(squares.sum(axis=0) % 2, 150, 190).astype(np.uint8)
    box = square_crop(box_of_points(joints_of(factors)[1]))
    return factors.edited(box_px=box, background=np.repeat(board[..., None], 3, axis=2))


def page(novel: Sequence[Novel]) -> Array:
    """(H, W, 3) uint8: all pictures, below each who it is and the limb of which least is there."""
    tiles = [_tile(number, one) for number, one in enumerate(novel, 1)]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % _COLUMNS)
    return np.vstack([np.hstack(tiles[i : i + _COLUMNS]) for i in range(0, len(tiles), _COLUMNS)])


def _tile(number: int, novel: Novel) -> Array:
    small = cv2.resize(novel.made.image, (_TILE_PX, _TILE_PX), interpolation=cv2.INTER_AREA)
    foot = np.full((_TEXT_PX, _TILE_PX, 3), 255, np.uint8)
    part, share = novel.worst
    colour = (0, 0, 0) if share >= WHOLE else (200, 0, 0)
    lines = (f"{number} {novel.person[:24]}", (0, 0, 0)), (f"{novel.kind}; {part} {100 * share:.0f} %", colour)
    for y, (text, ink) in zip((11, 24), lines, strict=True):
        cv2.putText(foot, text, (3, y), cv2.FONT_HERSHEY_SIMPLEX, 0.35, ink, 1, cv2.LINE_AA)
    return np.vstack([small, foot])


def summary(novel: Sequence[Novel]) -> str:
    """Lines: how much of each part is there, the pictures that lack most, and how many lack nothing."""
    shown = np.array([one.shown for one in novel])
    lines = [f"{'part':<14}{'pictures':>9}{'mean %':>8}{'least %':>9}{'missing':>9}"]
    for part, shares in zip(PARTS, shown.T, strict=True):
        known = shares[~np.isnan(shares)]
        if len(known):
            mean, least, missing = 100 * known.mean(), 100 * known.min(), int((known < WHOLE).sum())
            lines.append(f"{part:<14}{len(known):>9}{mean:>8.1f}{least:>9.1f}{missing:>9}")
    worst = sorted(range(len(novel)), key=lambda i: novel[i].worst[1])[:10]
    lines += [f"picture {i + 1:>2}: {novel[i].worst[0]} {100 * novel[i].worst[1]:.0f} %" for i in worst]
    whole, ghosts = (np.mean(x) for x in ([one.worst[1] >= WHOLE for one in novel], [n.stray > STRAY for n in novel]))
    lines.append(f"{100 * ghosts:.0f} % of the pictures have more than {100 * STRAY:.1f} % of the person elsewhere")
    lines.append(f"translucent rim: {np.mean([one.edge_px for one in novel]):.1f} px of {CROP_PX}")
    lines.append(f"{100 * whole:.0f} % of {len(novel)} pictures show at least {100 * WHOLE:.0f} % of every limb")
    return "\n".join(lines)


def main() -> None:
    """Make the page, print the summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=Path, nargs="+", required=True, help="folders that `puppetpose data` made")
    parser.add_argument("--out", type=Path, default=Path("docs/novel_poses.jpg"))
    parser.add_argument("--checkpoint", type=Path, help="default: the bundled one")
    parser.add_argument("--pictures", type=int, default=PICTURES)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    from core_model.predictor import Predictor

    predictor = Predictor.load(arguments.checkpoint, "cpu")
    files = sorted(file for folder in arguments.clips for file in folder.glob("*.npz"))
    scenes = [(file.stem.rpartition("-")[0], scene) for file in files for scene in scenes_of(file, predictor, 1)]
    people = [(name, scene, person) for name, scene in scenes if (person := person_in(scene)) is not None]
    novel = list(novel_poses(people, predictor, arguments.pictures, arguments.seed))
    print(summary(novel))
    cv2.imwrite(str(arguments.out), page(novel)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    main()
