"""Reads a puppet drawing: outlines as polygons, anchors as points, bands as widths (numpy and the standard library).

The drawing is a small part of SVG: for each part a group with the part's name as its `id`, in it one `path` (M, L, H,
V, C, S, Q, T, Z, absolute or relative) whose stroke is the uncertain band, and two `circle`s of class `near` and `far`.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from core_model.errors import PuppetPoseError
from core_model.skeleton import PARTS

CURVE_STEPS = 8
_TOKEN = re.compile(r"([A-Za-z])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_NUM_COORDINATES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}


@dataclass(frozen=True, slots=True)
class PartDrawing:
    """One part as drawn: sheet units (by convention centimetres of an adult), sheet axes (x right, y down)."""

    outline: np.ndarray  # (N, 2) closed polygon, last point not repeated
    near: np.ndarray  # (2,)
    far: np.ndarray  # (2,)
    band: float  # full width of the band about the outline


class PuppetDrawingError(PuppetPoseError):
    """A puppet drawing that cannot be used."""


def read_drawing(path: Path) -> dict[str, PartDrawing]:
    """All the parts of `skeleton.PARTS` in an SVG file. Raises PuppetDrawingError that says what to mend."""
    try:
        root = ElementTree.parse(path).getroot()
    except OSError as error:
        raise PuppetDrawingError(
            f"The puppet {path} cannot be opened ({error}).", "Give the path of an SVG file."
        ) from error
    except (ElementTree.ParseError, UnicodeDecodeError) as error:
        raise PuppetDrawingError(
            f"The puppet {path} is not an SVG drawing ({error}).", "Save it again as SVG."
        ) from error
    groups = {element.get("id"): element for element in root.iter() if element.get("id") in PARTS}
    missing = [name for name in PARTS if name not in groups]
    if missing:
        todo = "Name a group after each, with the outline and the two anchors in it, as in assets/puppet.svg."
        raise PuppetDrawingError(f"The puppet {path} has no part {', '.join(missing)}.", todo)
    if any(element.get("transform") for element in root.iter()):
        todo = "Apply the transforms to the outlines (ungroup and group again), then save."
        raise PuppetDrawingError(f"The puppet {path} moves parts with transform attributes.", todo)
    return {name: _read_part(path, name, groups[name]) for name in PARTS}


def _read_part(path: Path, name: str, group: ElementTree.Element) -> PartDrawing:
    """One part of a drawing, checked."""

    def broken(what: str, todo: str) -> PuppetDrawingError:
        return PuppetDrawingError(f"In the puppet {path}, the part {name} {what}.", todo)

    paths = [element for element in group.iter() if _tag(element) == "path"]
    if len(paths) != 1:
        raise broken(f"has {len(paths)} paths", "Give it one: its outline.")
    anchors = {element.get("class"): element for element in group.iter() if _tag(element) == "circle"}
    if not {"near", "far"} <= anchors.keys():
        raise broken("lacks an anchor", 'Give it two circles, of class="near" and class="far".')
    try:
        near, far = (np.array([float(anchors[end].get(axis, "")) for axis in ("cx", "cy")]) for end in ("near", "far"))
        band = float(_style(paths[0], "stroke-width"))
        outline = flatten_path(paths[0].get("d", ""))
    except ValueError as error:
        raise broken(f"cannot be read ({error})", "Draw it as one closed path with a stroke width.") from error
    if len(outline) < 3 or np.ptp(outline, axis=0).min() <= 0:
        raise broken("has an outline without area", "Draw at least three points that are not on one line.")
    if np.linalg.norm(far - near) < 1e-3 or band <= 0:
        raise broken("has anchors in one place or no band", "Pull the anchors apart; give the outline a stroke width.")
    return PartDrawing(outline, near, far, band)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _style(element: ElementTree.Element, key: str) -> str:
    """A presentation attribute, which drawing programs may also put into `style`."""
    pairs = (entry.partition(":") for entry in element.get("style", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}.get(key, element.get(key, ""))


def flatten_path(data: str) -> np.ndarray:
    """The points (N, 2) of the first closed outline of SVG path data, curves cut into `CURVE_STEPS` pieces.

    >>> flatten_path("M 0 0 h 2 v 1 z").tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 1.0]]
    """
    if _TOKEN.sub("", data).strip(" ,\t\r\n"):
        raise ValueError("the path holds something that is neither a command nor a number")
    points: list[np.ndarray] = []
    handle = here = np.zeros(2)
    for command, values in _commands(data):
        kind, origin = command.upper(), here if command.islower() else np.zeros(2)
        if kind == "Z":
            continue
        if kind == "M" and points:
            raise ValueError("the path has several outlines")
        if kind in "HV":
            target = here.copy()
            axis = "HV".index(kind)
            target[axis] = values[0] + origin[axis]
            controls = [target]
        else:
            controls = list(np.reshape(values, (-1, 2)) + origin)
        if kind in "ST":
            controls.insert(0, 2 * here - handle)
        points.extend(_bezier(here, controls) if len(controls) > 1 else controls)
        handle = controls[-2] if len(controls) > 1 else controls[-1]
        here = controls[-1]
    ring = np.array(points).reshape(-1, 2)
    return ring[:-1] if len(ring) > 1 and np.allclose(ring[0], ring[-1]) else ring


def _commands(data: str) -> list[tuple[str, list[float]]]:
    """Path data as one (command, coordinates) each, repeated commands spelt out."""
    commands: list[tuple[str, list[float]]] = []
    letter, values = "", list[float]()
    for found in _TOKEN.finditer(data + " Z"):
        if found[1]:
            if values:
                raise ValueError(f"the command {letter} ends early")
            letter = found[1]
            if letter.upper() not in _NUM_COORDINATES:
                raise ValueError(f"the path command {letter} is not known here")
        elif not letter or letter in "Zz":
            raise ValueError("the path has numbers without a command")
        else:
            values.append(float(found[2]))
        if len(values) == _NUM_COORDINATES.get(letter.upper()):
            commands.append((letter, values))
            letter, values = {"M": "L", "m": "l"}.get(letter, letter), []
    if not commands or commands[0][0] not in "Mm":
        raise ValueError("the path does not begin with M")
    return commands


def _bezier(start: np.ndarray, controls: list[np.ndarray]) -> np.ndarray:
    """Points (CURVE_STEPS, 2) along a Bezier curve, without its start (De Casteljau)."""
    t = np.linspace(0, 1, CURVE_STEPS + 1)[1:, None]
    layers = [np.broadcast_to(point, (CURVE_STEPS, 2)) for point in (start, *controls)]
    while len(layers) > 1:
        layers = [(1 - t) * a + t * b for a, b in pairwise(layers)]
    return layers[0]
