"""Many clips: gone on with, one broken clip stops nothing, and workers anywhere write the same files."""

import io
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core_model.__main__ import main
from core_model.assets import asset
from core_model.batch import pools, work
from core_model.batch.jobs import DONE, Job, Options, Outcome, jobs_of
from core_model.batch.throughput import Way, table
from core_model.commands import common
from core_model.commands.batch import Board
from core_model.data.video import open_video
from core_model.errors import MediaError
from core_model.export.video import write_video
from core_model.runtime import THREADS_VARIABLE


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two short pieces of the bundled clip, one of them deeper and with a name that is not plain."""
    folder = tmp_path_factory.mktemp("clips")
    (folder / "más").mkdir()
    with open_video(asset("clips/tfjs_pose_1.mp4")) as reader:
        for first, path in ((0, folder / "one.mp4"), (60, folder / "más" / "two é.mp4")):
            write_video(path, ((i / 30, reader.frame(first + i)) for i in range(3)), 30.0)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """All results, but the marks, which know when the clips were changed."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != DONE)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def light(job: Job, tell: pools.Tell) -> Outcome:
    """A clip's name, after a while."""
    time.sleep(0.05)
    if "die" in job.clip.name:
        os._exit(9)
    job.folder.mkdir(parents=True, exist_ok=True)
    (job.folder / "name.txt").write_text(job.clip.name)
    tell(1, 1)
    return Outcome(job, 1, 0.05)


def light_jobs(tmp_path: Path, *names: str) -> list[Job]:
    return [Job(tmp_path / name, tmp_path / "out" / name, Options()) for name in names]


@pytest.fixture
def drawn(write_clip, draw_person, stand_in, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder with a clip of somebody whom a predictor without a network finds, and a file that is no video."""
    monkeypatch.setattr(common, "load_predictor", lambda checkpoint, device: stand_in)
    work._loaded.cache_clear()
    folder = tmp_path / "drawn"
    folder.mkdir()
    write_clip("walk.mp4", pts=range(0, 32, 4), draw=lambda n: draw_person(60 + 5 * n)).rename(folder / "walk.mp4")
    (folder / "broken.mp4").write_bytes(b"no video")
    yield folder
    work._loaded.cache_clear()


def test_it_goes_on_where_it_was_stopped_and_a_broken_clip_stops_nothing(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["batch", str(drawn), "--out", str(out), "--formats", "bvh", "--json"]
    told = []
    for _ in range(2):
        assert main(command) == 1
        told.append(json.loads(capsys.readouterr().out.splitlines()[-1]))
    assert [(t["done"], t["done_before"], len(t["failed"])) for t in told] == [(1, 0, 1), (0, 1, 1)]
    assert "broken.mp4" in next(iter(told[0]["failed"]))
    assert (out / "walk.mp4" / "walk.bvh").exists()
    assert not (out / "broken.mp4" / DONE).exists()
    (drawn / "broken.mp4").unlink()
    assert main(command) == 0


def test_other_options_or_another_clip_are_not_done(clips: Path, tmp_path: Path) -> None:
    job = jobs_of([clips / "one.mp4"], tmp_path, Options())[0]
    assert not job.done()
    job.mark_done()
    assert job.done()
    assert not Job(job.clip, job.folder, Options(formats=("bvh",))).done()
    assert not Job(job.clip, job.folder, Options(careful=True)).done()
    other = tmp_path / "one.mp4.mp4"
    other.write_bytes(b"another")
    assert not Job(other, job.folder, Options()).done()
    (job.folder / DONE).write_text("{")
    assert not job.done()


def test_two_clips_never_write_to_one_folder(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "walk.mp4").write_bytes(b"")
    with pytest.raises(MediaError, match="Two clips"):
        jobs_of([tmp_path / "a", tmp_path / "b"], tmp_path, Options())
    assert len(jobs_of([tmp_path], tmp_path, Options())) == 2


def test_processes_do_all_and_one_that_dies_takes_its_clip_only(tmp_path: Path) -> None:
    jobs = light_jobs(tmp_path, "a", "b", "die", "c", "d")
    heard: list[tuple[str, int, int]] = []
    outcomes = list(pools.by_processes(jobs, light, 2, lambda job, *done: heard.append((job.clip.name, *done))))
    assert {name for name, *_ in heard} & {"a", "b"}  # the other may be lost with the process that dies, and done anew
    assert {tuple(done) for _, *done in heard} == {(1, 1)}
    assert {o.job.clip.name for o in outcomes if not o.trouble} == {"a", "b", "c", "d"}
    (lost,) = (o for o in outcomes if o.trouble)
    assert lost.job.clip.name == "die"
    assert THREADS_VARIABLE not in os.environ


@pytest.mark.timeout(400)  # Ray takes its time to start, and so do two networks on two cores
def test_two_workers_of_ray_write_the_same_files(clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray")
    options = Options(formats=("npz", "bvh"))
    monkeypatch.setenv(THREADS_VARIABLE, "1")
    work._loaded.cache_clear()
    alone = list(pools.one_by_one(jobs_of([clips], tmp_path / "alone", options), work.work))
    spread = list(pools.by_ray(jobs_of([clips], tmp_path / "spread", options), work.work, pools.LOCAL, workers=2))
    assert not [outcome.trouble for outcome in (*alone, *spread) if outcome.trouble]
    one, other = files(tmp_path / "alone"), files(tmp_path / "spread")
    assert len(one) == 6
    assert one.keys() == other.keys()
    assert all(one[name] == other[name] for name in one)
    work._loaded.cache_clear()


def test_no_ray_there(tmp_path: Path) -> None:
    from core_model.errors import PuppetPoseError

    pytest.importorskip("ray")
    with pytest.raises(PuppetPoseError, match="There is no Ray"):
        list(pools.by_ray(light_jobs(tmp_path, "a"), light, "127.0.0.1:1"))


def test_the_board_says_how_far_all_workers_are(tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    jobs, screen = light_jobs(tmp_path, "a", "b", "c", "d"), Terminal()
    board = Board(4, screen)
    board.hear(jobs[0], 50, 100)
    board.hear(jobs[1], 25, 100)
    board.hear(jobs[0], 100, 100)
    board.finished(jobs[0], "[1/4] a: 100 frames")
    assert board.text().startswith("1 of 4 clips, 1 at work, ")
    assert "left" in board.text()
    assert "[1/4] a: 100 frames\n" in screen.getvalue()
    dumb = io.StringIO()
    quiet = Board(4, dumb)
    quiet.hear(jobs[0], 50, 100)
    quiet.finished(jobs[0], "done")
    assert dumb.getvalue() == "done\n"


def test_a_batch_tells_programs_nothing_but_json(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["batch", str(drawn), "--out", str(tmp_path / "out"), "--formats", "openpose", "csv", "--json"]
    for _ in range(2):  # the second time a folder of OpenPose JSON is there already
        main(command)
        told = json.loads(capsys.readouterr().out)
        assert told["frames"] in (8, 0)
        (tmp_path / "out" / "walk.mp4" / DONE).unlink()
    assert main(command) == 1
    assert len(list((tmp_path / "out" / "walk.mp4" / "walk").iterdir())) == 8


def test_ways_are_told_beside_the_plain_loop(clips: Path) -> None:
    same, other = {"a": "1"}, {"a": "2"}
    ways = [
        Way("plain loop", 100, 10.0, same, 12.0),
        Way("2 processes", 100, 5.0, same, 30.0),
        Way("Ray, 2", 100, 20.0, other, 6.0),
    ]
    told = table(ways).splitlines()
    assert told[3] == "| 2 processes | 20.0 | 2.00 x | 30.0 | 2.50 x | yes |"
    assert told[4] == "| Ray, 2 | 5.0 | 0.50 x | 6.0 | 0.50 x | no |"
