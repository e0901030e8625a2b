"""A run that is stopped and resumed is the run that was never stopped; what goes wrong is said, and spoils nothing."""

import dataclasses
import errno
import multiprocessing
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from core_model.data.pool import SamplePool
from core_model.errors import CheckpointError, ConfigError, PuppetPoseError
from core_model.export.folder import OutputError
from core_model.networks.encoder import INPUT_PX
from core_model.networks.prior import PoseCritic
from core_model.training import objective, stepping, storage, trainer
from core_model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.config import LossWeights, TrainConfig
from core_model.training.judge import Verdict
from core_model.training.run import read_state
from core_model.training.trainer import Finished, Judged, Preview, Saved, Shrunk, Step, train
from tests.core_model.clip_data import clip_of_noise, write_clip
from tests.core_model.training.conftest import person_of_noise


def same(a: Any, b: Any) -> bool:
    """Bit for bit."""
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def learnt(config: TrainConfig) -> dict[str, Any]:
    """What a run saved, but for its config."""
    state = read_state(Path(config.folder) / "state.pt")
    assert state is not None
    return {key: value for key, value in state.items() if key != "config"}


def test_resumed_equals_uninterrupted(setting: Any) -> None:
    both = {"steps": 3, "unlabelled": str(setting.crops)}
    whole = setting.config("whole", **both)
    events = list(train(whole))
    assert [e.step for e in events if isinstance(e, Step)] == [1, 2, 3]
    assert isinstance(events[-1], Finished)
    parts = setting.config("parts", save_every_s=0.0, workers=2, **both)  # prepared ahead, and thrown away
    for event in train(parts):
        if isinstance(event, Saved) and event.step == 1:
            break  # killed after its first save
    *_, last = train(parts)
    assert same(learnt(whole), learnt(parts))
    a, b = load_checkpoint(events[-1].path), load_checkpoint(last.path)
    assert same(a.states, b.states)
    assert (b.about["steps"], b.about["before"], b.about["data"]["people"]) == (3, {"format": 1}, 8)
    assert not multiprocessing.active_children()


def test_a_run_on_people_alone_and_clips_is_resumed_exactly(setting: Any) -> None:
    pool, rng = SamplePool.create(setting.tmp / "alone", 6, INPUT_PX, "people_alone", 2), np.random.default_rng(0)
    for i in range(6):
        person = person_of_noise(rng)
        person.drawn = np.dstack([person.image, person.parts])
        pool.write(person, i % 2)
    alone = {"pool": str(pool.folder), "steps": 3, "first_people": 4, "people_per_step": 1}
    alone |= {"unlabelled": str(setting.crops), "unlabelled_fraction": 0.5}
    list(train(whole := setting.config("whole", **alone)))
    for event in train(parts := setting.config("parts", save_every_s=0.0, **alone)):
        if isinstance(event, Saved) and event.step == 1:
            break
    list(train(parts))
    assert same(learnt(whole), learnt(parts))


def test_a_run_goes_on_only_with_what_it_was_begun_with(setting: Any) -> None:
    config = setting.config(steps=1)
    list(train(config))
    with pytest.raises(ConfigError, match=r"another config: batch \(was 4, is 2\); seed \(was 0, is 5\)"):
        next(train(setting.config(steps=1, batch=2, seed=5)))
    with pytest.raises(ConfigError, match=r"other unlabelled crops: clip\.npz"):
        next(train(setting.config(steps=1, unlabelled=str(setting.crops))))
    list(train(setting.config(steps=1, threads=2, save_every_s=1.0)))  # changes nothing that is learnt
    shutil.copytree(setting.pool, setting.tmp / "pool")
    moved = SamplePool(setting.tmp / "pool", "r+")
    list(train(setting.config(steps=1, pool=str(moved.folder))))  # the same people elsewhere
    moved.arrays["joints2d_px"][0] += 1
    with pytest.raises(ConfigError, match="other rendered people"):
        next(train(setting.config(steps=1, pool=str(moved.folder))))


def test_people_rendered_later_do_not_come_into_a_run(setting: Any) -> None:
    grown = setting.tmp / "pool"
    pool = SamplePool.create(grown, 9, INPUT_PX)
    for name, array in SamplePool(setting.pool).arrays.items():
        pool.arrays[name][:8] = array
    pool._written[0] = 8
    config = setting.config(pool=str(grown), save_every_s=0.0)
    run = train(config)
    assert isinstance([next(run), next(run)][-1], Saved)
    run.close()
    pool._written[0] = 9
    list(train(config))
    list(train(plain := setting.config("plain")))
    assert same(learnt(config), learnt(plain))


def test_nothing_to_learn_from_is_refused(setting: Any) -> None:
    with pytest.raises(ConfigError, match="nothing to start from"):
        next(train(setting.config(start_from="")))
    SamplePool.create(setting.tmp / "empty", 3, INPUT_PX)
    with pytest.raises(ConfigError, match="is empty"):
        next(train(setting.config(pool=str(setting.tmp / "empty"))))
    (setting.tmp / "empty" / "image.bin").write_bytes(b"cut short")
    with pytest.raises(ConfigError, match="is damaged"):
        next(train(setting.config(pool=str(setting.tmp / "empty"))))
    with pytest.raises(ConfigError, match="no unlabelled crops"):
        next(train(setting.config(unlabelled=str(setting.tmp))))
    np.savez(setting.tmp / "nobody.npz", image=np.zeros((0, 256, 256, 3), np.uint8))
    with pytest.raises(ConfigError, match="Nobody was found"):
        next(train(setting.config(unlabelled=str(setting.tmp / "nobody.npz"))))
    (setting.tmp / "broken.npz").write_bytes(b"no archive")
    with pytest.raises(ConfigError, match="holds no crops"):
        next(train(setting.config(unlabelled=str(setting.tmp / "broken.npz"))))


def test_other_networks_are_refused(setting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    config = setting.config(steps=1)
    list(train(config))
    monkeypatch.undo()  # the full network
    with pytest.raises(CheckpointError, match="does not fit"):
        next(train(setting.config("other")))
    with pytest.raises(CheckpointError, match="not those of this version"):
        next(train(config))
    for content, words in ((b"not a state", "cannot be read"), (None, "another version")):
        path = Path(config.folder) / "state.pt"
        if content is None:
            torch.save({"step": 1}, path)
        else:
            path.write_bytes(content)
        with pytest.raises(CheckpointError, match=words):
            next(train(config))


def test_unlabelled_crops_add_terms_and_no_weight_takes_them_away(setting: Any) -> None:
    step = next(train(setting.config(unlabelled=str(setting.crops), steps=1)))
    assert isinstance(step, Step)
    wanted = {name for group in objective.GROUPS if group.needs in ("rendered", "unlabelled") for name in group.names}
    assert step.losses.keys() == wanted | {"total"}
    assert all(np.isfinite(value) for value in step.losses.values())
    assert step.losses["total"] == pytest.approx(sum(v for k, v in step.losses.items() if k != "total"))
    weights = LossWeights(agreement=0.0, agreement_limbs=0.0, shape=0.0)
    step = next(train(setting.config("less", unlabelled=str(setting.crops), steps=1, losses=weights)))
    assert isinstance(step, Step)
    assert step.losses.keys() == {"heat", "expectation", "limbs", "parts", "total"}


def test_pairs_of_frames_teach_and_resume(setting: Any) -> None:
    """Interrupted or not, the same novel pictures are made and the same is learnt from them, by the critic too."""
    clip = dataclasses.replace(clip_of_noise(12, seed=0), far_pairs=np.array([[0, 4], [1, 5], [0, 11]]))
    write_clip(setting.tmp / "clips" / "clip.npz", clip)
    before = PoseCritic().state_dict()
    save_checkpoint(prior := setting.tmp / "prior.safetensors", Checkpoint({"pose_critic": before}))
    weights = {"time": 1.0, "equivariance": 1.0, "cycle_pose": 1.0, "heat": 1.0, "prior": 0.05, "critic": 1.0}
    plain = LossWeights(**{name: weights.get(name, 0.0) for name in vars(LossWeights())})
    both = {"unlabelled": str(setting.tmp / "clips"), "pairs": 1, "losses": plain, "prior": str(prior)}
    both |= {"held_out_share": 0.1}
    events = list(train(setting.config("whole", **both)))
    assert isinstance(events[0], Step)
    assert events[0].losses.keys() == weights.keys() | {"total"}
    run = train(setting.config("parts", save_every_s=0.0, **both))
    assert isinstance([next(run), next(run)][-1], Saved)
    run.close()
    list(train(setting.config("parts", **both)))
    state = learnt(setting.config("whole"))
    assert same(state, learnt(setting.config("parts")))
    assert any((state["critic"][name] - value.half()).abs().max() > 1e-6 for name, value in before.items())


def test_a_loss_that_is_not_finite_leaves_the_last_good_state(setting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    config = setting.config(save_every_s=0.0, steps=3)
    run = train(config)
    assert isinstance([next(run), next(run)][-1], Saved)
    before = (setting.tmp / "run" / "state.pt").read_bytes()
    monkeypatch.setattr(objective.losses, "shape_loss", lambda free, target: free.sum() * float("nan"))
    with pytest.raises(ConfigError, match=r"infinite at step 1 \(shape, gradient\)"):
        list(run)
    assert (setting.tmp / "run" / "state.pt").read_bytes() == before


def short_of_memory(times: int, real: Callable[..., Any]) -> Callable[..., Any]:
    """`weighted_terms` that runs out of memory the first few times, with the batch norms already changed."""
    left = iter(range(times))

    def terms(*args: Any) -> Any:
        values = real(*args)
        if next(left, None) is not None:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return values

    return terms


def test_memory_that_is_too_small_halves_the_pieces_and_changes_nothing_else(
    setting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = setting.config()
    monkeypatch.setattr(stepping, "weighted_terms", short_of_memory(1, objective.weighted_terms))
    events = list(train(config))
    assert events[0] == Shrunk(0, 2)
    assert [e.step for e in events if isinstance(e, Step)] == [1, 2]
    monkeypatch.setattr(stepping, "weighted_terms", objective.weighted_terms)
    list(train(pieces := setting.config("pieces", piece=2)))
    assert same(learnt(config), learnt(pieces))
    monkeypatch.setattr(stepping, "weighted_terms", short_of_memory(3, objective.weighted_terms))
    with pytest.raises(PuppetPoseError, match="cannot be halved again"):
        list(train(setting.config("never")))


@pytest.mark.parametrize("file", ["encoder.safetensors", "state.pt"])
def test_a_full_disk_leaves_what_was_saved(file: str, setting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    config = setting.config(save_every_s=0.0)
    run = train(config)
    assert isinstance([next(run), next(run)][-1], Saved)
    kept = {path.name: path.read_bytes() for path in (setting.tmp / "run").glob("*.*")}

    def full(path: Path, mode: str) -> Any:
        if Path(path).name != f"{file}.part":
            return open(path, mode)
        Path(path).write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage, "open", full, raising=False)
    with pytest.raises(OutputError, match=rf"{file} cannot be written \(No space left on device\).*Make room"):
        list(run)
    monkeypatch.undo()
    now = {path.name: path.read_bytes() for path in (setting.tmp / "run").glob("*.*")}
    assert now.keys() == kept.keys()
    assert now["state.pt"] == kept["state.pt"]
    assert load_checkpoint(setting.tmp / "run" / "encoder.safetensors").states


def test_killed_while_writing_the_old_file_is_still_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.write_whole(tmp_path / "a", b"old")

    def killed(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storage.os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        storage.write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"


def test_it_ends_when_held_out_people_are_seen_no_better(setting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = iter([1.0, 3.0, 2.0, 3.0, 9.0])
    monkeypatch.setattr(trainer, "judge", lambda *_: Verdict({"score": next(scores)}, {}))
    config = setting.with_held_out(steps=9, judge_every=1, patience=2)
    events = list(train(config))
    judged = [(e.step, e.figures["score"], e.best) for e in events if isinstance(e, Judged)]
    assert judged == [(1, 1.0, True), (2, 3.0, True), (3, 2.0, False), (4, 3.0, False)]
    assert events[-1] == Finished(4, setting.tmp / "run" / "encoder.safetensors", early=True)
    best = load_checkpoint(setting.tmp / "run" / "encoder_best.safetensors")
    assert (best.about["steps"], best.about["held_out"]) == (2, {"score": 3.0})
    assert [type(e) for e in train(config)] == [Finished]  # it stays ended


def test_it_is_judged_and_shown_on_held_out_people_and_logged(setting: Any) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    config = setting.with_held_out(judge_every=2, preview_every=2)
    events = list(train(config))
    (judged,) = (e for e in events if isinstance(e, Judged))
    assert 0 <= judged.figures["pck_2d"] <= 100
    assert judged.figures["limbs_mm"] > 0
    (shown,) = (e for e in events if isinstance(e, Preview))
    assert shown.rows == ("image", "reconstruction", "skeleton", "parts", "novel image")
    assert shown.image.shape == (5 * INPUT_PX, 2 * INPUT_PX, 3)
    kept, told = (
        cv2.resize(i, (24, 60), interpolation=cv2.INTER_AREA) for i in (cv2.imread(str(shown.path)), shown.image)
    )
    assert np.abs(kept[..., ::-1].astype(float) - told).mean() < 5  # as JPEG has it
    log = EventAccumulator(str(setting.tmp / "run" / "logs"))
    log.Reload()
    assert {f"loss/{n}" for n in ("heat", "limbs", "total")} <= set(log.Tags()["scalars"])
    assert {"run/learning_rate", "run/images_per_s", "run/data_wait", "held_out/pck_2d"} <= set(log.Tags()["scalars"])
    steps = [e for e in events if isinstance(e, Step)]
    assert [(e.step, pytest.approx(e.value)) for e in log.Scalars("loss/total")] == [
        (s.step, s.losses["total"]) for s in steps
    ]
    assert all(0 <= s.data_wait <= 1 and s.images_per_s > 0 for s in steps)
    assert log.Tags()["images"] == ["preview"]
