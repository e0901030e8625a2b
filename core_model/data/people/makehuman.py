"""Readers of the MakeHuman text formats: meshes (`.obj`) and what binds them to the base mesh (`.mhclo`, `.proxy`)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core_model.data.people.assets import Array


@dataclass(frozen=True)
class ObjMesh:
    """Vertices (V,3), texture coordinates (T,2), triangles (F,3) into the vertices and into the texture coordinates."""

    vertices: Array
    uv: Array
    faces: Array
    faces_uv: Array


def read_obj(path: Path, *, groups: tuple[str, ...] | None = None) -> ObjMesh:
    """Read an OBJ file; polygons become fans of triangles. `groups` keeps only the faces of these groups."""
    vertices, uv, faces, faces_uv = [], [], [], []
    group = ""
    for line in path.read_text().splitlines():
        key, _, rest = line.partition(" ")
        fields = rest.split()
        if key == "v":
            vertices.append([float(x) for x in fields[:3]])
        elif key == "vt":
            uv.append([float(x) for x in fields[:2]])
        elif key in ("g", "o"):
            group = rest.strip()
        elif key == "f" and (groups is None or group in groups):
            corners = [[int(x) - 1 for x in corner.split("/")[:2]] for corner in fields]
            for i in range(1, len(corners) - 1):
                fan = (corners[0], corners[i], corners[i + 1])
                faces.append([corner[0] for corner in fan])
                faces_uv.append([corner[1] for corner in fan])
    return ObjMesh(np.array(vertices, np.float32), np.array(uv, np.float32), np.array(faces), np.array(faces_uv))


@dataclass(frozen=True)
class Binding:
    """Each vertex = three base vertices, mixed, plus an offset scaled by the body's size along each axis.

    `refs` (V,3), `mix` (V,3), `offset` (V,3); `scale` for x, y, z: two vertices and
    their reference distance; `hides` base vertices that disappear under the piece.
    """

    refs: Array
    mix: Array
    offset: Array
    scale: tuple[tuple[int, int, float], ...]
    hides: Array

    def place(self, base: Array) -> Array:
        """Base vertices (N,B,3) -> vertices of the piece (N,V,3)."""
        points = np.einsum("vk,nvkc->nvc", self.mix, base[:, self.refs])
        for axis, (a, b, reference) in enumerate(self.scale):
            size = np.abs(base[:, a, axis] - base[:, b, axis]) / reference
            points[:, :, axis] += self.offset[:, axis] * size[:, None]
        return points

    def carry(self, values: Array) -> Array:
        """Values at the base vertices (B,C) -> values at the piece's vertices (V,C), e.g. skin weights."""
        mix = np.clip(self.mix, 0, None)
        mix = mix / mix.sum(axis=1, keepdims=True)
        return np.einsum("vk,vkc->vc", mix, values[self.refs])


def read_binding(path: Path) -> Binding:
    """Read a `.mhclo` or `.proxy` file; lengths there are decimetres of the base mesh."""
    scale: dict[str, tuple[int, int, float]] = {}
    rows: list[list[float]] = []
    hides: list[int] = []
    section = ""
    for line in path.read_text().splitlines():
        fields = line.split("#")[0].split()
        if not fields:
            continue
        key = fields[0]
        if key[0].isalpha():
            section = key if key.endswith("verts") else section  # "material" may stand between "verts" and its rows
            if key.endswith("_scale"):
                scale[key[0]] = (int(fields[1]), int(fields[2]), float(fields[3]))
        elif section == "verts":
            rows.append([float(x) for x in fields])
        elif section == "delete_verts":
            hides.extend(_ranges(fields))
    table = np.array([row if len(row) == 9 else [row[0]] * 3 + [1, 0, 0, 0, 0, 0] for row in rows])
    axes = tuple(scale[axis] for axis in "xyz")
    return Binding(table[:, :3].astype(int), table[:, 3:6], table[:, 6:9], axes, np.array(hides, dtype=int))


def _ranges(fields: list[str]) -> list[int]:
    """`["3", "5", "-", "7"]` -> `[3, 5, 6, 7]`."""
    numbers: list[int] = []
    for i, field in enumerate(fields):
        if field == "-":
            numbers.extend(range(int(fields[i - 1]) + 1, int(fields[i + 1])))
        else:
            numbers.append(int(field))
    return numbers
