"""Reading meshes and their bindings."""

from pathlib import Path

import numpy as np

from core_model.data.people.assets import vertex_normals
from core_model.data.people.makehuman import read_binding, read_obj

OBJ = """v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
vt 0 0
vt 1 0
vt 1 1
vt 0 1
g square
f 1/1 2/2 3/3 4/4
g other
f 1/1 2/2 3/3
"""
MHCLO = """# a comment
name thing
x_scale 0 1 2.0
z_scale 0 1 2.0
y_scale 0 3 2.0
verts 0
material thing.mhmat
0 1 2 0.5 0.25 0.25 1.0 0 0
3
delete_verts
1 - 3 7
"""


def test_polygons_become_triangles_and_groups_are_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.obj"
    path.write_text(OBJ)
    assert read_obj(path).faces.tolist() == [[0, 1, 2], [0, 2, 3], [0, 1, 2]]
    square = read_obj(path, groups=("square",))
    assert square.faces_uv.tolist() == [[0, 1, 2], [0, 2, 3]]
    np.testing.assert_allclose(vertex_normals(square.vertices, square.faces), np.tile([0, 0, 1], (4, 1)))


def test_bindings_follow_the_body_and_scale_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mhclo"
    path.write_text(MHCLO)
    binding = read_binding(path)
    assert binding.hides.tolist() == [1, 2, 3, 7]
    base = np.array([[[0.0, 0, 0], [4, 0, 0], [4, 4, 0], [0, 4, 0]]])
    mixed = 0.5 * base[0, 0] + 0.25 * base[0, 1] + 0.25 * base[0, 2]
    np.testing.assert_allclose(binding.place(base)[0], [mixed + (4 / 2.0 * 1.0, 0, 0), base[0, 3]])
    np.testing.assert_allclose(binding.carry(np.eye(4)), [[0.5, 0.25, 0.25, 0], [0, 0, 0, 1]])
