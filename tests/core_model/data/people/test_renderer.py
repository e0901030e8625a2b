"""What a rendered person promises: exact labels, equal seeds, one identity in a pair, splits that share nothing."""

import cv2
import numpy as np
import pytest

from core_model.data.people.looks import Wardrobe, place
from core_model.data.people.poses import load_source
from core_model.data.people.renderer import PeopleRenderer, Rendered
from core_model.skeleton import BACKGROUND, JOINT, LIMBS, PART_ANCHORS, PARTS


@pytest.fixture(scope="module")
def renderer() -> PeopleRenderer:
    return PeopleRenderer(seed=4, size_px=128)


@pytest.fixture(scope="module")
def samples(renderer: PeopleRenderer) -> list[Rendered]:
    return [renderer.sample() for _ in range(40)]


def test_shapes_and_types(samples: list[Rendered]) -> None:
    sample = samples[0]
    assert sample.image.shape == sample.background.shape == (128, 128, 3)
    assert sample.image.dtype == sample.background.dtype == sample.parts.dtype == np.uint8
    assert sample.joints2d_px.shape == (21, 2)
    assert sample.joints3d_m.shape == (21, 3)
    assert sample.joints_visible.dtype == bool
    assert sample.parts.max() <= BACKGROUND


def test_people_alone_are_drawn_many_at_once_as_one_by_one() -> None:
    painter = PeopleRenderer(seed=2, size_px=64, tiles=3)
    orders = [
        painter._order(*painter._stand(painter.wardrobe.draw(painter.rng), painter.poses.draw(painter.rng)))
        for _ in range(3)
    ]
    together = painter.painter.paint_all(orders)
    alone = np.stack([painter.painter.paint(*order) for order in orders])
    assert np.array_equal(together, alone)
    for person in painter.draw_alone(2):
        seen = person.focal_px * person.joints3d_m[:, :2] / person.joints3d_m[:, 2:] + person.principal_px
        np.testing.assert_allclose(seen, person.joints2d_px, atol=0.05)
        assert not person.drawn[person.drawn[..., 3] == BACKGROUND, :3].any()


def test_2d_joints_are_the_projected_3d_joints(samples: list[Rendered]) -> None:
    for sample in samples:
        seen = sample.focal_px * sample.joints3d_m[:, :2] / sample.joints3d_m[:, 2:] + sample.principal_px
        np.testing.assert_allclose(seen, sample.joints2d_px, atol=0.05)


def test_visible_joints_lie_on_the_person(samples: list[Rendered]) -> None:
    hits = []
    for sample in samples:
        person = cv2.dilate((sample.parts != BACKGROUND).astype(np.uint8), np.ones((5, 5)))
        x, y = sample.joints2d_px[sample.joints_visible].astype(int).T
        hits.extend(person[y, x])
    assert np.mean(hits) > 0.95


def test_parts_lie_about_their_anchors(samples: list[Rendered]) -> None:
    """The middle of each part's pixels is near the line between its two joints."""
    near = []
    for sample in samples:
        for part in range(len(PARTS)):
            rows, columns = np.nonzero(sample.parts == part)
            a, b = sample.joints2d_px[PART_ANCHORS[part]]
            if len(rows) > 60 and sample.joints_visible[PART_ANCHORS[part]].all():
                middle = np.array([columns.mean(), rows.mean()])
                near.append(np.linalg.norm(middle - (a + b) / 2) < 0.5 * np.linalg.norm(a - b) + 10)
    assert len(near) > 200
    assert np.mean(near) > 0.95


def test_equal_seeds_give_equal_pictures() -> None:
    one, two, other = (PeopleRenderer(seed, 64) for seed in (7, 7, 8))
    for _ in range(3):
        a, b, c = one.sample(), two.sample(), other.sample()
        np.testing.assert_array_equal(a.image, b.image)
        np.testing.assert_array_equal(a.joints3d_m, b.joints3d_m)
        assert not np.array_equal(a.image, c.image)


def test_a_pair_is_one_person_in_one_place(renderer: PeopleRenderer) -> None:
    first, second = renderer.sample_pair()
    np.testing.assert_array_equal(first.background, second.background)
    bones = [i for i, (a, _) in enumerate(LIMBS) if a not in (JOINT["pelvis"], JOINT["spine"], JOINT["thorax"])]
    lengths = [np.linalg.norm(np.diff(s.joints3d_m[LIMBS], axis=1)[:, 0], axis=1)[bones] for s in (first, second)]
    np.testing.assert_allclose(lengths[0], lengths[1], atol=0.012)
    assert not np.allclose(first.joints2d_px, second.joints2d_px, atol=1)


def test_front_and_back_look_different(renderer: PeopleRenderer) -> None:
    """A person seen from behind is not the mirror image of the same person seen from the front."""
    light = {"ambient": (0.8,) * 3, "sky": (0.0,) * 3, "sun": (0.0,) * 3, "up": (0.0, -1.0, 0.0)}
    rng = np.random.default_rng(0)
    differences = []
    for _ in range(10):
        look = renderer.wardrobe.draw(rng)
        posed = look.body.pose(look.body.rest)
        views = []
        for side in (1.0, -1.0):
            rotation = np.diag((side, -1.0, -side))
            pieces = place(renderer.people, look, posed, rotation, np.array((0.0, 0.0, 3.0)))
            views.append(renderer.painter.paint(pieces, (180.0, 64.0, 64.0), light).astype(float))
        both = (views[0][..., 3] != BACKGROUND) & (views[1][..., 3] != BACKGROUND)
        assert both.sum() > 500
        differences.append(np.abs(views[0][both][:, :3] - views[1][both][:, :3]).mean())
    assert np.median(differences) > 8


def test_splits_share_no_person_no_clothes_no_recording() -> None:
    people = PeopleRenderer(0, 32).people
    train, held = (Wardrobe(people, split) for split in ("train", "held_out"))
    assert not set(train.persons) & set(held.persons)
    assert not set(train.suits) & set(held.suits)
    assert held.suits
    for body in ("female", "male"):
        assert train.skins[body]
        assert held.skins[body]
        assert not set(train.skins[body]) & set(held.skins[body])
    subjects = [set(load_source(split).poses.subject) for split in ("train", "held_out")]
    assert not subjects[0] & subjects[1]
    assert PeopleRenderer(0, 32, "held_out").sample().image.shape == (32, 32, 3)


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="split"):
        PeopleRenderer(0, 32, "test")  # type: ignore[arg-type]
