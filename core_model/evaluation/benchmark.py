"""The benchmark command: every figure, for any checkpoint, in one table.

>>> from core_model.evaluation.benchmark import run       # doctest: +SKIP
>>> results = run()                                       # the bundled checkpoint
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core_model import assets
from core_model.evaluation.metrics import Array
from core_model.evaluation.photographs import evaluate_photographs
from core_model.evaluation.protocols import PosePredictor
from core_model.evaluation.rendered import SEED, evaluate_rendered
from core_model.evaluation.table import as_table
from core_model.evaluation.timing import WARM_UP, evaluate_timing

CLIP = "clips/tfjs_pose_1.mp4"
Results = dict[str, Any]


def run(
    checkpoint: Path | None = None,
    data_dir: Path | None = None,
    *,
    device: str = "auto",
    rendered_images: int = 500,
    photographs: bool = True,
    timing: bool = True,
    json_path: Path | None = None,
    say: Callable[[str], None] = print,
    progress: Callable[[str], None] = lambda _: None,
) -> Results:
    """Measure a checkpoint (None: the bundled one); say the table; write it as JSON where asked.

    `rendered_images=0` leaves the rendered people out. Raises CheckpointError, PuppetPoseError.
    """
    from core_model.predictor import Predictor

    predictor = Predictor.load(checkpoint, device)
    results: Results = {"checkpoint": predictor.checkpoint_name, "device": predictor.device_note}
    folder = (data_dir or assets.data_dir()) / "eval" / "lspet_dev"
    if photographs and folder.exists():
        results["photographs"] = evaluate_photographs(folder, predictor, progress=progress)
    elif photographs:
        results["missing"] = f"Photographs: none in {folder}. Set PUPPETPOSE_DATA to the folder that holds eval/."
    if rendered_images:
        results["rendered"] = _rendered(predictor, rendered_images, progress)
    if timing:
        progress("timing")
        results["timing"] = evaluate_timing(predictor, _clip_frames(60 + WARM_UP))
    say(as_table(results))
    if json_path is not None:
        json_path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return results


def _rendered(predictor: PosePredictor, count: int, progress: Callable[[str], None]) -> Results:
    from core_model.data.people import PeopleRenderer

    return evaluate_rendered(PeopleRenderer(SEED, split="held_out"), predictor, count, progress)


def _clip_frames(count: int) -> Iterator[Array]:
    """The first frames of the bundled clip, decoded before they are handed out, so that decoding is not timed."""
    from core_model.data.video import open_video

    with open_video(assets.asset(CLIP)) as reader:
        yield from [reader.frame(index) for index in range(min(count, len(reader)))]
