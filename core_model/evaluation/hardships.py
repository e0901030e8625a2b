"""What of a picture makes people harder to read: rendered ones, each change alone and all together.

    python -m core_model.evaluation.hardships [--behind FOLDER]

Bodies, clothes, recordings and photographs are those that nothing was trained on; poses are shuffled as for training,
for those of sports are no rarer. Nothing hides anybody. With `--behind` any pictures stand behind the people as well,
such as photographs of sports with others in them. Measured as photographs are (`core_model.evaluation.photographs`).
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from core_model.assets import BUNDLED, asset
from core_model.data.mocap.poses import load_poses
from core_model.data.on_device import dressing, spoiling
from core_model.data.on_device.composing import Composer, before
from core_model.data.people.assets import Array, photographs
from core_model.data.people.poses import PoseSource
from core_model.data.people.renderer import PeopleRenderer
from core_model.evaluation.metrics import pck_2d
from core_model.evaluation.photographs import OURS, THRESHOLD, TORSO
from core_model.evaluation.protocols import PosePredictor
from core_model.networks.encoder import INPUT_PX
from core_model.predictor import Predictor
from core_model.skeleton import BACKGROUND

_BATCH = 50
_CROWD = 4


@dataclass(frozen=True)
class People:
    """N people alone: drawn (N, S, S, 4) uint8 and joints_px (N, 14, 2), in the order of `skeleton.LSP_14`."""

    drawn: Array
    joints_px: Array


def draw(count: int, seed: int = 0) -> People:
    """Some that nothing was trained on."""
    renderer = PeopleRenderer(seed, INPUT_PX, "held_out")
    renderer.poses = PoseSource(load_poses("held_out"))
    people = [renderer.draw_alone(1)[0] for _ in range(count)]
    return People(np.stack([p.drawn for p in people]), np.stack([p.joints2d_px[OURS] for p in people]))


Change = Callable[["Scene"], None]


class Scene:
    """Some people before a place each; changes alter either, or the picture of both."""

    def __init__(self, drawn: Array, composer: Composer, rng: np.random.Generator) -> None:
        self.everybody = torch.from_numpy(drawn).permute(0, 3, 1, 2)
        self.composer, self.rng, self.parts = composer, rng, self.everybody[:, 3]
        self.person, self.place = self.everybody[:, :3].float(), self.photographs()
        self.all = np.arange(len(drawn))
        self.coarse = False

    def photographs(self) -> Tensor:
        return self.composer.backgrounds(len(self.parts), self.parts.shape[-1], self.rng)

    def picture(self) -> Array:
        """(N, S, S, 3) uint8."""
        there = (self.parts != BACKGROUND).float()[:, None]
        image = before(self.place, self.person * there, there, self.rng)
        if self.coarse:
            image = spoiling.coarse(image, self.rng, 1.0)
        return image.clamp(0, 255).byte().permute(0, 2, 3, 1).contiguous().numpy()


def _crowd(scene: Scene) -> None:
    for _ in range(_CROWD):
        scene.composer.lay(scene.place, scene.all, *scene.composer.far_off(scene.everybody, scene.all, scene.rng))


def _clutter(scene: Scene) -> None:
    scene.composer.lay(scene.place, scene.all, *scene.composer.things(scene.everybody, scene.all, scene.rng))


def _folds(scene: Scene) -> None:
    scene.person = dressing.creased(scene.person, scene.photographs(), scene.rng)


def _fabrics(scene: Scene) -> None:
    scene.person = dressing.reclothed(scene.person, scene.parts, scene.photographs(), scene.rng)


def _shadows(scene: Scene) -> None:
    scene.person = dressing.shaded(scene.person, scene.rng)


def _light(scene: Scene) -> None:
    scene.person = dressing.lit_alike(scene.person, scene.parts, scene.place, scene.rng)


def _coarse(scene: Scene) -> None:
    scene.coarse = True


CHANGES: dict[str, tuple[Change, ...]] = {
    "nothing": (), "things behind": (_clutter,), "a crowd behind": (_crowd,), "folds": (_folds,),
    "fabrics": (_fabrics,), "shadows": (_shadows,), "the place's light": (_light,), "coarse, compressed": (_coarse,),
    "all of it": (_clutter, _crowd, _fabrics, _folds, _shadows, _light, _coarse),
}  # fmt: skip


def share_right(people: People, photos: list[Array], changes: tuple[Change, ...], predictor: PosePredictor) -> float:
    """PCK@0.2 of the joints inside the picture, in percent."""
    composer = Composer(torch.from_numpy(np.stack(photos)).permute(0, 3, 1, 2).contiguous())
    rng, seen = np.random.default_rng(0), []
    whole = np.array([0.0, 0.0, INPUT_PX, INPUT_PX])
    for start in range(0, len(people.drawn), _BATCH):
        scene = Scene(people.drawn[start : start + _BATCH], composer, rng)
        for change in changes:
            change(scene)
        seen += [predictor.predict(i, box_px=whole, synthesise=False).joints2d_px[OURS] for i in scene.picture()]
    ends = people.joints_px[:, TORSO]
    torso_px = np.linalg.norm(ends[:, :, 0] - ends[:, :, 1], axis=-1).max(1)
    inside = ((people.joints_px >= 0) & (people.joints_px < INPUT_PX)).all(axis=-1)
    return 100 * float(pck_2d(np.stack(seen), people.joints_px, torso_px, THRESHOLD)[inside].mean())


def read_pictures(folder: Path) -> list[Array]:
    """All pictures of a folder, (S, S, 3) RGB each."""
    found = [cv2.imread(str(path)) for path in sorted(folder.rglob("*")) if path.suffix in (".jpg", ".png")]
    return [cv2.resize(i[..., ::-1], (256, 256), interpolation=cv2.INTER_AREA) for i in found if i is not None]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, default=asset(BUNDLED))
    parser.add_argument("--count", type=int, default=300, help="people")
    parser.add_argument("--behind", type=Path, help="a folder of pictures to stand behind the people, too")
    a = parser.parse_args()
    predictor, people, photos = Predictor.load(a.checkpoint, "cpu"), draw(a.count), list(photographs("held_out"))
    print("| changed | PCK@0.2 |\n|---|---|")
    rows = [(name, photos, changes) for name, changes in CHANGES.items()]
    if a.behind:
        behind = read_pictures(a.behind)
        rows += [("those pictures behind", behind, ()), ("and all of it", behind, CHANGES["all of it"])]
    for name, places, changes in rows:
        print(f"| {name} | {share_right(people, places, changes, predictor):.1f} % |", flush=True)


if __name__ == "__main__":
    main()
