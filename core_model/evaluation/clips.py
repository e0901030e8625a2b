"""What is measured on real clips, all in one pass: frames made again, and people in each other's poses."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from core_model.evaluation.likeness import Judge
from core_model.evaluation.makers import Method, copied, made, warped
from core_model.evaluation.protocols import PosePredictor
from core_model.evaluation.reconstruction import MOST_FRAMES, mean_of_clips, reconstruct
from core_model.evaluation.scenes import scenes_of
from core_model.evaluation.transfer import Sitter, evaluate_transfer


def evaluate_clips(
    files: Sequence[Path],
    predictor: PosePredictor,
    *,
    judge: Judge | None = None,
    most_frames: int = MOST_FRAMES,
    fitted: Mapping[str, Method] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """ "reconstruction": protocol -> method -> mean figures, and the same of each clip under "clips"; "transfer".

    Nothing where nobody is seen often enough in any. `fitted` are methods that learn from each clip, besides those that
    do not. Raises MediaError where a file holds no clip.
    """
    judge = judge or Judge.bundled()
    methods = {"made": made(predictor.synthesise), "copied": copied, "warped": warped, **(fitted or {})}
    clips, sitters = {}, []
    for file in files:
        progress(f"frames made from other frames: {file.stem}")
        if scenes := scenes_of(file, predictor):
            clips[file.stem] = reconstruct(scenes, methods, judge, most_frames)
            sitters.append(Sitter.of(file.stem, scenes[0]))
    if not clips:
        return {}
    progress("poses in others' looks")
    return {
        "reconstruction": {**mean_of_clips(clips.values()), "clips": clips},
        "transfer": evaluate_transfer([s for s in sitters if s is not None], predictor, judge),
    }
