"""How a person looks: body, skin, hair, clothes, colours, prints. The same look can be drawn in many poses."""

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core_model.data.people.assets import Array, People
from core_model.data.people.body import Body, PosedBody, skin
from core_model.data.people.gl import Piece
from core_model.data.people.shaders import BARE, NO_PRINT, PAINTED, SUIT

_FEMALE_HAIR = ("afro01", "bob01", "bob02", "braid01", "long01", "ponytail01", "short01", "short04")
_MALE_HAIR = ("afro01", "short01", "short02", "short03", "short04", "short02", "short03", "ponytail01")
_PLAIN: dict[str, object] = {
    "tint": (1.0, 1.0, 1.0), "upper": (0.0,) * 4, "lower": (0.0,) * 4, "second": (0.0,) * 4, "dressed": BARE,
    "cut": (0.0,) * 4, "socks": (0.0, 0.0, 0.0, 9.0), "neckline": 0.0, "pattern": 0, "wave": (1.0, 0.0, 1.0),
    "print_layer": (0, 0), "print_box": ((NO_PRINT, 9.0, 1.0, 1.0),) * 2, "print_uv": ((0.0, 0.0, 1.0, 1.0),) * 2,
    "gloss": (0.06, 0.02),
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One mesh of a look, by name, with its texture layer and shader settings."""

    mesh: str
    texture: int
    settings: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """A person's identity: shape (K,), layers (the body first), and the body's faces hidden under the clothes."""

    shape: Array
    layers: tuple[Layer, ...]
    hidden: Array
    body: Body
    thickness_m: Array


class Wardrobe:
    """Draws looks. `split` keeps a fifth of persons, skins, suits, hair and shoes apart for evaluation."""

    def __init__(self, people: People, split: str) -> None:
        self.people = people
        held = split == "held_out"
        chosen = np.arange(len(people.persons)) % 5 == 4
        self.persons = np.flatnonzero(chosen == held).tolist()
        suits = sorted(name for name in people.meshes if "suit" in name)
        self.suits = [name for name in suits if (name in ("male_casualsuit03", "female_sportsuit01")) == held]
        self.prints = [i for i, name in enumerate(people.textures) if "suit" in name or "shoes" in name]
        self.skins = {
            body: [
                i
                for i, name in enumerate(people.textures)
                if "skinned" in name and f"_{body}" in name and name.startswith("middleage") == held
            ]
            for body in ("female", "male")
        }

    def draw(self, rng: np.random.Generator) -> Look:
        """A random person."""
        person = _pick(rng, self.persons)
        shape = self.people.persons[person]
        body = "female" if self.people.female[person] else "male"
        clothes = _clothes(rng, self.prints)
        layers = []
        if rng.random() < 0.6:
            suit = _pick(rng, self.suits)
            layers.append(Layer(suit, self._texture(suit), clothes | {"dressed": SUIT} | _recolour(rng, clothes)))
            dressed = BARE
        else:
            dressed = PAINTED
        skin_gain = rng.uniform(0.75, 1.15) * (1 + rng.normal(0, 0.03, 3))
        bare = {**_PLAIN, **clothes, "tint": tuple(skin_gain), "dressed": dressed}
        layers.insert(0, Layer(body, _pick(rng, self.skins[body]), bare))
        if rng.random() < 0.85:
            shoe = _pick(rng, ("shoes01", "shoes02", "shoes03"))
            files = {"shoes01": ("shoes01", "shoes04"), "shoes02": ("shoes02", "shoes05", "shoes06")}.get(shoe, (shoe,))
            layers.append(Layer(shoe, self._texture(_pick(rng, files)), _PLAIN | {"tint": _tint(rng)}))
        layers.extend(self._head(rng, body))
        return self._finish(shape, body, layers, bool(dressed), rng)

    def _head(self, rng: np.random.Generator, body: str) -> list[Layer]:
        if rng.random() < 0.06:
            texture = _pick(rng, ("fedora_texture", "fedora_texture_black", "fedora_texture_grey"))
            return [Layer("fedora", self._texture(texture), _PLAIN | {"tint": _tint(rng)})]
        if rng.random() < (0.95 if body == "female" else 0.75):
            hair = _pick(rng, _FEMALE_HAIR if body == "female" else _MALE_HAIR)
            tint = tuple(rng.uniform(0.5, 2.0) * (1 + rng.normal(0, 0.06, 3)))
            return [Layer(hair, self._texture(hair), _PLAIN | {"tint": tint, "gloss": (0.15, 0.0)})]
        return []

    def _texture(self, name: str) -> int:
        return self.people.textures.index(name)

    def _finish(self, shape: Array, body: str, layers: list[Layer], painted: bool, rng: np.random.Generator) -> Look:
        mesh = self.people.meshes[body]
        hidden = np.zeros(len(mesh.faces), dtype=bool)
        for layer in layers[1:]:
            hides = self.people.meshes[layer.mesh].hides.get(body)
            if hides is not None:
                hidden |= hides
        thickness = np.zeros(len(mesh.part), np.float32)
        if painted:
            thickness = _thickness(mesh.part, mesh.along, layers[0].settings["cut"], rng)  # type: ignore[arg-type]
        return Look(shape, tuple(layers), hidden, Body(self.people.rig, shape), thickness)


def _pick(rng: np.random.Generator, options: Sequence[Any], chances: Sequence[float] | None = None) -> Any:
    """One of the options; what `rng.choice` does, at a tenth of its cost."""
    if chances is None:
        return options[int(rng.random() * len(options))]
    left = rng.random()
    for option, chance in zip(options, chances, strict=True):
        left -= chance
        if left < 0:
            return option
    return options[-1]


def _tint(rng: np.random.Generator) -> tuple[float, ...]:
    return tuple(rng.uniform(0.6, 1.5) * rng.uniform(0.7, 1.2, 3))


def _colour(rng: np.random.Generator) -> tuple[float, float, float]:
    """A cloth colour: often grey, black or white, sometimes vivid."""
    saturation = 0.0 if rng.random() < 0.3 else float(rng.beta(1.6, 1.6))
    return colorsys.hsv_to_rgb(float(rng.random()), saturation, float(rng.beta(1.2, 0.9)) * 0.95 + 0.03)


def _recolour(rng: np.random.Generator, clothes: dict[str, object]) -> dict[str, object]:
    """How strongly a suit's own colours are replaced, above and below the waist."""
    strength = [0.0 if rng.random() < 0.25 else rng.uniform(0.6, 1.0) for _ in range(2)]
    upper, lower = clothes["upper"], clothes["lower"]
    return {"upper": (*upper[:3], strength[0]), "lower": (*lower[:3], strength[1])}  # type: ignore[index]


def _clothes(rng: np.random.Generator, prints: Sequence[int]) -> dict[str, object]:
    """Cut, colours, pattern and prints of the painted clothes (the colours serve suits too)."""
    sleeve = _pick(rng, (-0.1, 0.06, 0.26, 0.5, 0.98), (0.2, 0.15, 0.35, 0.08, 0.22)) + float(rng.uniform(-0.03, 0.04))
    leg = _pick(rng, (0.12, 0.26, 0.48, 0.72, 1.05), (0.12, 0.22, 0.2, 0.1, 0.36)) + float(rng.uniform(-0.04, 0.04))
    waist = float(rng.uniform(0.05, 0.3))
    upper, lower, second = _colour(rng), _colour(rng), _colour(rng)
    if rng.random() < 0.12:
        lower = upper
    boxes, windows = [], []
    for chance in (0.35, 0.25):
        size = rng.uniform(0.06, 0.13), rng.uniform(0.06, 0.2)
        on = rng.random() < chance
        boxes.append((0.0 if on else NO_PRINT, float(rng.uniform(0.55, 0.75)), *size))
        windows.append((*rng.uniform(0, 0.7, 2), *rng.uniform(0.1, 0.3, 2)))
    return _PLAIN | {
        "upper": (*upper, 1.0), "lower": (*lower, 1.0), "second": (*second, 1.0), "cut": (
            waist, float(rng.uniform(0.86, 0.97)), sleeve, leg),
        "socks": (*_colour(rng), _pick(rng, (0.75, 0.9, 9.0))), "neckline": float(rng.uniform(0, 0.25)),
        "pattern": _pick(rng, range(6), (0.55, 0.13, 0.1, 0.08, 0.07, 0.07)),
        "wave": (float(rng.uniform(25, 160)), float(rng.uniform(0, 6)), float(rng.uniform(0.05, 0.6))),
        "print_layer": (_pick(rng, prints), _pick(rng, prints)),
        "print_box": tuple(boxes), "print_uv": tuple(windows),
    }  # fmt: skip


def _thickness(part: Array, along: Array, cut: tuple[float, ...], rng: np.random.Generator) -> Array:
    """How far painted clothes stand off the skin (V,) m: loose shirts and trousers."""
    waist, collar, sleeve, leg = cut
    loose_top, loose_bottom = rng.uniform(0.002, 0.02), rng.uniform(0.001, 0.02)
    trunk, limb = along.T
    arm, thigh, torso = (part >= 2) & (part < 6), (part >= 8) & (part < 12), part == 1
    out = np.zeros(len(part), np.float32)
    out[arm] = loose_top * np.clip((sleeve + 0.03 - limb[arm]) / 0.05, 0, 1)
    out[thigh] = loose_bottom * np.clip((leg + 0.03 - limb[thigh]) / 0.05, 0, 1)
    top = np.clip((collar - trunk) / 0.12, 0, 1)
    out[torso] = np.where(trunk > waist, loose_top * top, loose_bottom)[torso]
    return out


def place(people: People, look: Look, posed: PosedBody, rotation: Array, translation: Array) -> list[Piece]:
    """The look's pieces in the camera frame: p_cam = rotation @ p + translation."""
    pieces = []
    for i, layer in enumerate(look.layers):
        mesh = people.meshes[layer.mesh]
        points = mesh.points.at(look.shape)
        if i == 0:
            points = points + mesh.normals * look.thickness_m[:, None]
        points, normals = skin(mesh, points, posed)
        turned = rotation.T.astype(np.float32)
        points = points @ turned + translation.astype(np.float32)
        pieces.append(
            Piece(mesh, points, normals @ turned, layer.texture, layer.settings, look.hidden if i == 0 else None)
        )
    return pieces
