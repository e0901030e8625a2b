"""The assets `assets/people`: bodies, clothes, hair, shoes, textures and backgrounds, loaded once a process."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core_model.assets import asset
from core_model.errors import PuppetPoseError

Array = NDArray[Any]


@dataclass(frozen=True)
class Linear:
    """An array of points that depends linearly on the body's shape: mean (V,3) m, components (K,V,3) m."""

    mean: Array
    components: Array

    def at(self, shape: Array) -> Array:
        """Points (V,3) m of the body with coefficients `shape` (K,)."""
        return self.mean + (shape @ self.components.reshape(len(shape), -1)).reshape(self.mean.shape)


@dataclass(frozen=True)
class Mesh:
    """A body, suit, shoe, hair or hat: V points, U corners (a point with a texture coordinate), F triangles.

    `weights` (V,31) of the bones; `part` (V,) index in skeleton.PARTS; `along` (V,2) places along trunk (0..1 hip
    to neck) and limb (0..1 to wrist, ankle). `hides` of a piece of clothing: faces (F_body,) bool for each body.
    """

    name: str
    points: Linear
    normals: Array
    weights: Array
    part: Array
    along: Array
    corner: Array
    uv: Array
    faces: Array
    hides: dict[str, Array]


@dataclass(frozen=True)
class Rig:
    """Bones (31): names, parents (-1 root), heads; landmarks (5) that no bone head marks, each fixed to one bone."""

    names: tuple[str, ...]
    parents: Array
    heads: Linear
    landmarks: Linear
    landmark_bones: Array


@dataclass(frozen=True)
class People:
    """All assets. `persons` (P,K) shape coefficients; `female` (P,) bool; `atlas` (L,512,512,4) uint8 textures."""

    rig: Rig
    meshes: dict[str, Mesh]
    persons: Array
    female: Array
    textures: tuple[str, ...]
    atlas: Array

    def textures_like(self, *words: str) -> list[int]:
        """Layers of the atlas whose name contains every word; a word with a leading ``-`` must be absent."""
        return [i for i, name in enumerate(self.textures) if all(_matches(name, word) for word in words)]


def _matches(name: str, word: str) -> bool:
    return word[1:] not in name.split("_") if word.startswith("-") else word in name.split("_")


def _mesh(data: dict[str, Array], name: str) -> Mesh:
    get = {key.rpartition("/")[2]: value for key, value in data.items() if key.startswith(f"mesh/{name}/")}
    points = Linear(get["mean"], get["components"] * get["step"])
    weights = np.zeros((len(points.mean), 31), np.float32)
    np.put_along_axis(weights, get["bones"].astype(np.int64), get["weights"].astype(np.float32), axis=1)
    weights /= weights.sum(axis=1, keepdims=True)
    faces = get["faces"].astype(np.int32)
    corner = get["corner"].astype(np.int64)
    hides = {
        body: np.unpackbits(bits, count=int(get[f"count.{body}"])).astype(bool)
        for body, bits in ((key[6:], value) for key, value in get.items() if key.startswith("hides."))
    }
    normals = vertex_normals(points.mean, corner[faces])
    part, along = get["part"].astype(np.uint8), get["along"].astype(np.float32)
    return Mesh(name, points, normals, weights, part, along, corner, get["uv"].astype(np.float32), faces, hides)


def vertex_normals(points: Array, faces: Array) -> Array:
    """Unit normals (V,3) of points (V,3) with triangles (F,3), weighted by area."""
    a, b, c = (points[faces[:, i]] for i in range(3))
    face_normals = np.cross(b - a, c - a)
    normals = np.zeros_like(points)
    for i in range(3):
        np.add.at(normals, faces[:, i], face_normals)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def _read(path: Path) -> Array:
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise PuppetPoseError(f"{path} is not a readable picture.", "Install the project again.")
    return np.asarray(image)


def _texture(path: Path) -> Array:
    image = _read(path)
    if image.shape[2] == 3:
        image = np.dstack([image, np.full(image.shape[:2], 255, np.uint8)])
    return cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA), (512, 512), interpolation=cv2.INTER_LINEAR)


def _rig(data: dict[str, Array]) -> Rig:
    heads = Linear(data["rig/heads"], data["rig/heads_components"])
    landmarks = Linear(data["rig/landmarks"], data["rig/landmarks_components"])
    return Rig(tuple(data["rig/names"]), data["rig/parents"].astype(int), heads, landmarks, data["rig/landmark_bones"])


def load_bare_body(name: str) -> tuple[Rig, Mesh]:
    """One of the two bodies, `female` or `male`, without all else (some 10 ms). PuppetPoseError when it is missing."""
    with np.load(asset("people/people.npz")) as stored:
        data = {key: stored[key] for key in stored.files if key.startswith((f"mesh/{name}/", "rig/"))}
    return _rig(data), _mesh(data, name)


@lru_cache(maxsize=2)
def load_people() -> People:
    """Load bodies, clothes and textures (about a second). PuppetPoseError when the assets are missing."""
    folder = asset("people")
    with np.load(asset("people/people.npz")) as stored:
        data = {key: stored[key] for key in stored.files}
    names = dict.fromkeys(key.split("/")[1] for key in data if key.startswith("mesh/"))
    files = sorted((folder / "textures").glob("*.webp"))
    return People(
        rig=_rig(data),
        meshes={name: _mesh(data, name) for name in names},
        persons=data["persons"].astype(np.float32),
        female=data["female"].astype(bool),
        textures=tuple(file.stem for file in files),
        atlas=np.stack([_texture(file) for file in files]),
    )


@lru_cache(maxsize=2)
def load_backgrounds() -> tuple[Array, ...]:
    """The photographs behind the people, RGB uint8 (256,256,3) each."""
    files = sorted(asset("people/backgrounds").glob("*.webp"))
    return tuple(np.ascontiguousarray(_read(file)[:, :, ::-1]) for file in files)


def photographs(split: str) -> tuple[Array, ...]:
    """Those behind the people of one split, "train" or "held_out": every eighth is held out."""
    return tuple(p for i, p in enumerate(load_backgrounds()) if (i % 8 == 7) == (split == "held_out"))
