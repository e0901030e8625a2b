"""The benchmark command: every figure, for any checkpoint, in one table.

>>> from core_model.evaluation.benchmark import run       # doctest: +SKIP
>>> results = run()                                       # the bundled checkpoint
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core_model import assets
from core_model.data.video import open_video
from core_model.evaluation.clips import evaluate_clips
from core_model.evaluation.datasets import DATASETS
from core_model.evaluation.datasets.protocol import with_oracle
from core_model.evaluation.makers import Method
from core_model.evaluation.metrics import Array
from core_model.evaluation.photographs import evaluate_photographs
from core_model.evaluation.protocols import PosePredictor
from core_model.evaluation.published import evaluate_dataset
from core_model.evaluation.reconstruction import MOST_FRAMES
from core_model.evaluation.rendered import SEED, evaluate_rendered
from core_model.evaluation.steadiness import steadiness
from core_model.evaluation.table import as_table
from core_model.evaluation.timing import WARM_UP, analyses, evaluate_timing
from core_model.motion import raw_motion, smooth_motion
from core_model.tracking import FramePredictor, analyse

if TYPE_CHECKING:
    from core_model.predictor import Predictor

CLIP = "clips/tfjs_pose_1.mp4"
Results = dict[str, Any]


def run(
    checkpoint: Path | None = None,
    data_dir: Path | None = None,
    *,
    device: str = "auto",
    json_path: Path | None = None,
    say: Callable[[str], None] = print,
    progress: Callable[[str], None] = lambda _: None,
    **what: Any,
) -> Results:
    """Measure a checkpoint (None: the bundled one); say the table; write it as JSON where asked.

    `what` is to be measured: see `measure`. Raises CheckpointError, PuppetPoseError.
    """
    from core_model.predictor import Predictor

    predictor = Predictor.load(checkpoint, device)
    results = {"checkpoint": predictor.checkpoint_name, "device": predictor.device_note}
    results |= measure(predictor, data_dir, progress=progress, **what)
    say(as_table(results))
    if json_path is not None:
        json_path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return results


def measure(
    predictor: "Predictor",
    data_dir: Path | None = None,
    *,
    datasets: Sequence[tuple[str, Path]] = (),
    limit: int | None = None,
    rendered_images: int = 500,
    photographs: bool = True,
    locator: bool = True,
    motion: bool = True,
    timing: bool = True,
    clips: Sequence[Path] = (),
    clip_frames: int = MOST_FRAMES,
    fitted: Mapping[str, Method] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Results:
    """All figures that are asked for.

    `datasets` are names of `evaluation.datasets.DATASETS` and their folders; `limit` is the most images of them that
    a protocol counts. `rendered_images=0` leaves the rendered people out, `locator=False` the photographs in which the
    person is to be found, too. Single pictures are looked at carefully, the bundled clip both ways. `clips` are files
    that `puppetpose data` made. Raises PuppetPoseError.
    """
    results: Results = {}
    careful = predictor.careful()
    if datasets:
        results["datasets"] = [_published(name, path, careful, limit, progress) for name, path in datasets]
    if photographs:
        results |= _photographs(data_dir or assets.data_dir(), careful, locator, progress)
    if rendered_images:
        results["rendered"] = _rendered(careful, rendered_images, progress)
    if motion:
        progress("motion")
        results["motion"], results["motion_careful"] = motion_of_clip(predictor), motion_of_clip(careful)
    if clips:
        results |= evaluate_clips(clips, predictor, most_frames=clip_frames, fitted=fitted, progress=progress)
    if timing:
        progress("timing")
        results["timing"] = _timing(predictor)
    return results


def _published(
    name: str, path: Path, predictor: PosePredictor, limit: int | None, progress: Callable[[str], None]
) -> Results:
    dataset = DATASETS[name]
    return {
        "name": name,
        "title": dataset.title,
        "protocols": evaluate_dataset(
            dataset.read(path),
            predictor,
            with_oracle(dataset.protocols),
            limit,
            lambda text: progress(f"{dataset.title}: {text}"),
        ),
    }


def _photographs(data_dir: Path, predictor: PosePredictor, locator: bool, progress: Callable[[str], None]) -> Results:
    folder = data_dir / "eval" / "lspet_dev"
    if folder.exists():
        return {"photographs": evaluate_photographs(folder, predictor, locator=locator, progress=progress)}
    return {"missing": f"Photographs: none in {folder}. Set PUPPETPOSE_DATA to the folder that holds eval/."}


def motion_of_clip(predictor: FramePredictor, path: Path | None = None) -> Results:
    """How steady the person of a clip (None: the bundled one) is: as found frame by frame, and as it is exported."""
    with open_video(path or assets.asset(CLIP)) as reader:
        raw = raw_motion(analyse(reader, predictor), reader.pts_s)
    numbers, counts = np.unique(raw.track[raw.track >= 0], return_counts=True)
    if not len(numbers):
        return {"frames": 0}
    longest = (raw.track == numbers[counts.argmax()])[:, None, None]  # frames of two people are no motion of one
    return {
        "frames": int(counts.max()),
        **{
            name: steadiness(np.where(longest, motion.joints3d_m, np.nan))
            for name, motion in (("raw", raw), ("smoothed", smooth_motion(raw)))
        },
    }


def _rendered(predictor: PosePredictor, count: int, progress: Callable[[str], None]) -> Results:
    from core_model.data.people.renderer import PeopleRenderer

    return evaluate_rendered(PeopleRenderer(SEED, split="held_out"), predictor, count, progress)


def _timing(predictor: "Predictor") -> Results:
    careful_ms, _ = analyses(predictor.careful(), _clip_frames(20 + WARM_UP))
    times = evaluate_timing(predictor, _clip_frames(60 + WARM_UP))
    return {**times, "careful_median_ms": float(np.median(careful_ms))}


def _clip_frames(count: int) -> Iterator[Array]:
    """The first frames of the bundled clip, decoded before they are handed out, so that decoding is not timed."""
    with open_video(assets.asset(CLIP)) as reader:
        yield from [reader.frame(index) for index in range(min(count, len(reader)))]
