"""A puppet drawing is read as drawn, and a broken one says what to mend."""

from pathlib import Path

import numpy as np
import pytest

from core_model.assets import asset
from core_model.errors import PuppetPoseError
from core_model.puppet import Puppet
from core_model.puppet.svg import flatten_path, read_drawing
from core_model.puppet.template import load_template
from core_model.skeleton import PART_MIRROR, PARTS


def test_absolute_and_relative_commands_draw_the_same_outline() -> None:
    absolute = flatten_path("M 1 1 H 4 V 3 C 4 5 2 5 1 4 S 0 2 0.5 2 Q 0 1 1 1 Z")
    relative = flatten_path("m1,1h3v2c0,2-2,2-3,1s-1-2-.5-2q-.5-1,.5-1z")
    np.testing.assert_allclose(absolute, relative, atol=1e-12)


def test_coordinates_repeated_after_a_move_are_lines() -> None:
    assert flatten_path("m 1 1 1 0 0 1").tolist() == [[1, 1], [2, 1], [2, 2]]


@pytest.mark.parametrize("data", ["", "M 1", "10 20", "M 0 0 A 1 1 0 0 0 2 2", "M 0 0 L 1 1 Z M 3 3 L 4 4", "M 0 0 #"])
def test_a_path_that_is_not_one_outline_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match=r"path|command"):
        flatten_path(data)


def test_the_bundled_puppet_is_whole_and_symmetric() -> None:
    drawing = read_drawing(asset("puppet.svg"))
    template = load_template()
    assert tuple(drawing) == PARTS
    for part, twin in enumerate(PART_MIRROR):
        shape = template.shape_relief[part, ..., 0]
        assert shape.max() == 1
        assert max(shape[0].max(), shape[-1].max(), shape[:, 0].max(), shape[:, -1].max()) == 0
        np.testing.assert_allclose(shape[:, ::-1], template.shape_relief[twin, ..., 0], atol=0.1)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('id="l_shin"', 'id="shin"', "l_shin"),
        ('class="near"', 'class="start"', "anchor"),
        ('stroke-width="5"', 'stroke-width="0"', "band"),
        ("<path", '<path transform="scale(2)"', "transform"),
        (" Z", " X", "command X"),
        ("</svg>", "", "not an SVG"),
    ],
)
def test_a_broken_puppet_says_what_is_wrong(tmp_path: Path, before: str, after: str, said: str) -> None:
    broken = tmp_path / "puppet.svg"
    broken.write_text(asset("puppet.svg").read_text().replace(before, after))
    with pytest.raises(PuppetPoseError, match=said) as caught:
        Puppet.load(broken)
    assert caught.value.todo


def test_a_missing_puppet_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(PuppetPoseError, match="cannot be opened"):
        Puppet.load(tmp_path / "none.svg")


def test_where_parts_lie_on_the_sheet_does_not_matter(tmp_path: Path) -> None:
    square = '<g id="{}"><path stroke-width="2" d="{}"/>{}</g>'
    circle = '<circle class="{}" cx="{}" cy="{}"/>'

    def sheet(turned: bool) -> str:
        if turned:
            d, near, far = "M 50 40 H 80 V 50 H 50 Z", ("near", 52, 45), ("far", 78, 45)
        else:
            d, near, far = "M 5 2 V 32 H -5 V 2 Z", ("near", 0, 4), ("far", 0, 30)
        parts = "".join(square.format(name, d, circle.format(*near) + circle.format(*far)) for name in PARTS)
        return f"<svg>{parts}</svg>"

    templates = []
    for turned in (False, True):
        path = tmp_path / f"{turned}.svg"
        path.write_text(sheet(turned))
        templates.append(load_template(path))
    np.testing.assert_allclose(templates[0].rect_cm, templates[1].rect_cm, atol=1e-5)
    np.testing.assert_allclose(templates[0].shape_relief, templates[1].shape_relief, atol=0.02)
