"""Who leaves the person out is not right, people are not mixed, and no held-out frame is ever used."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core_model.evaluation import scenes
from core_model.evaluation.clip_table import reconstruction_lines
from core_model.evaluation.clips import evaluate_clips
from core_model.evaluation.likeness import Judge, box_about
from core_model.evaluation.makers import Method, copied, made, warped
from core_model.evaluation.reconstruction import mean_of_clips, reconstruct
from core_model.evaluation.scenes import PROTOCOLS, Scene, scenes_of, splits_of
from core_model.prediction import Factors, Synthesis
from tests.core_model.clip_data import write_clip
from tests.core_model.evaluation.clip_people import Guesser, clip, judge_at_random, painted_over


class Idle(Guesser):
    """Makes nothing but the background."""

    def synthesise(self, factors: Factors) -> Synthesis:
        return replace(super().synthesise(factors), image=factors.background)


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "BLOCK", 4)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return judge_at_random()


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene.of(clip(), Guesser())


def test_the_picture_itself_is_perfect_and_another_is_not(scene: Scene, judge: Judge) -> None:
    judged = judge.judge(scene.clip.image[0], scene.person(0))
    right, wrong = (judged.score(scene.clip.image[i]) for i in (0, 1))
    for region in ("", "box_"):
        assert right[region + "psnr_db"] == np.inf
        assert right[region + "ssim"] == pytest.approx(1)
        assert right[region + "features"] == 0
        assert wrong[region + "psnr_db"] < 20
        assert wrong[region + "ssim"] < 0.9
        assert wrong[region + "features"] > 0.01


def test_what_is_far_from_the_person_does_not_count(scene: Scene, judge: Judge) -> None:
    image, person = scene.clip.image[0], scene.person(0)
    elsewhere = np.where(box_about(person)[..., None], image, 0)
    score = judge.judge(image, person).score(elsewhere)
    assert score["psnr_db"] == score["box_psnr_db"] == np.inf


def test_the_box_holds_the_person_and_ends_beside_them() -> None:
    person = np.zeros((256, 256), bool)
    person[100:120, 50], person[110, 50:90] = True, True
    box = box_about(person)
    assert box.sum() == (20 + 18) * (40 + 18)
    assert box[person].all()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_held_out_frames_are_never_given(scene: Scene, protocol: str) -> None:
    asked = splits_of(scene, protocol, most_frames=99)
    assert sum(len(split.targets) for split in asked) == {"blocks": 4, "pose_clusters": 16}[protocol]
    assert all(len(split.given) and not np.isin(split.targets, split.given).any() for split in asked)
    assert sum(len(split.targets) for split in splits_of(scene, protocol, most_frames=3)) == 3


@pytest.mark.parametrize("method", [copied, warped, made(Guesser().synthesise)])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_how_a_held_out_person_looks_changes_nothing(scene: Scene, protocol: str, method: Method) -> None:
    for split in splits_of(scene, protocol, most_frames=4):
        held = np.setdiff1d(np.arange(len(scene)), split.given)
        before, after = method(scene, split.given), method(painted_over(scene, held), split.given)
        for i in split.targets.tolist():
            np.testing.assert_array_equal(before(i), after(i))


def test_how_a_given_person_looks_does(scene: Scene) -> None:
    split = splits_of(scene, "blocks", most_frames=4)[0]
    painted = painted_over(scene, split.given)
    for method in (copied, warped, made(Guesser().synthesise)):
        before, after = (method(s, split.given)(int(split.targets[0])) for s in (scene, painted))
        assert (before != after).any()


def test_leaving_the_person_out_is_worse_than_showing_them(scene: Scene, judge: Judge) -> None:
    found = reconstruct([scene], {"made": made(Idle().synthesise), "told": _told}, judge, most_frames=4)
    assert set(found) == {"blocks", "pose_clusters"}
    assert found["blocks"]["made"]["frames"] == 4
    assert found["pose_clusters"]["made"]["frames"] == 4
    for by_method in found.values():
        assert by_method["made"]["psnr_db"] < 20
        assert by_method["told"]["psnr_db"] == np.inf


def _told(scene: Scene, given: np.ndarray) -> "_Told":
    return _Told(scene)


class _Told:
    """Looks up the answer."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def __call__(self, target: int) -> np.ndarray:
        return np.asarray(self.scene.clip.image[target])


def test_people_of_a_file_are_told_apart(tmp_path: Path) -> None:
    both = clip(60)
    person = np.where(np.arange(60) % 3 == 0, 7, 2)
    person[-1] = 9  # seen once
    write_clip(tmp_path / "clip.npz", replace(both, person=person))
    found = scenes_of(tmp_path / "clip.npz", Guesser())
    assert [len(scene) for scene in found] == [39, 20]
    assert [set(scene.clip.person.tolist()) for scene in found] == [{2}, {7}]
    np.testing.assert_array_equal(found[1].clip.image, both.image[person == 7])
    for scene in found:
        assert scene.clip.neighbour_pairs.max(initial=0) < len(scene)


def test_a_crowd_takes_no_longer_than_a_few(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.npz", replace(clip(40), person=np.arange(40) % 2))
    assert [len(scenes_of(tmp_path / "clip.npz", Guesser(), most)) for most in (1, 2)] == [1, 2]


def test_pairs_of_one_person_stay_the_same_frames() -> None:
    both = replace(clip(6), person=np.array([0, 1, 0, 1, 1, 0]), far_pairs=np.array([[0, 5], [1, 2], [3, 4]]))
    for who, expected in ((0, [[0, 5]]), (1, [[3, 4]])):
        one = both.of_person(who)
        np.testing.assert_array_equal(one.pts_s[one.far_pairs], both.pts_s[np.array(expected)])


def test_clips_count_alike_and_those_that_hold_out_nothing_do_not() -> None:
    def figures(frames: int, value: float) -> dict[str, dict[str, dict[str, float]]]:
        keys = [region + key for region in ("", "box_") for key in ("psnr_db", "ssim", "features")]
        return {protocol: {"made": {"frames": frames, **dict.fromkeys(keys, value)}} for protocol in PROTOCOLS}

    found = mean_of_clips([figures(1, 10.0), figures(9, 20.0), figures(0, float("nan"))])
    assert found["blocks"]["made"]["frames"] == 10
    assert found["blocks"]["made"]["psnr_db"] == 15


def test_the_table_names_every_method_and_clip(tmp_path: Path, judge: Judge) -> None:
    write_clip(tmp_path / "somebody.npz", clip())
    fitted = {"part_maps": copied}
    results = evaluate_clips([tmp_path / "somebody.npz"], Guesser(), judge=judge, most_frames=2, fitted=fitted)
    assert results["transfer"] is None  # nobody to change clothes with
    lines = list(_lines(results["reconstruction"]))
    for name in ("ours", "nearest frame copied", "nearest frame's parts", "part maps alone"):
        assert sum(line.strip().startswith(name + " ") for line in lines) == 4  # protocols; mean and the one clip
    assert sum("somebody" in line for line in lines) == 2


def _lines(results: dict[str, object]) -> Iterator[str]:
    return reconstruction_lines(results)
