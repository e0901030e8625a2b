"""How long analysis and re-synthesis take, beside a fixed piece of numpy work: ratios hold where seconds drift."""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np

from core_model.errors import NobodyFoundError
from core_model.evaluation.metrics import Array
from core_model.evaluation.protocols import PosePredictor
from core_model.limits import LIMITS_RAD
from core_model.prediction import Factors, Prediction
from core_model.skeleton import JOINT
from core_model.wardrobe import Wardrobe, look_of

WARM_UP = 3
_DRAGGED_LIMB = JOINT["l_elbow"] - 1


def times_ms(work: Iterable[Callable[[], object]]) -> Array:
    """Milliseconds that each piece of work took; the first few are warming up and are not counted."""
    taken = []
    for piece in work:
        start = time.perf_counter()
        piece()
        taken.append(1000 * (time.perf_counter() - start))
    return np.array(taken[WARM_UP:])


def reference_ms(repeats: int = 15) -> float:
    """Median time of one fixed workload: three products of 512 x 512 matrices and a sort of 100,000 numbers."""
    rng = np.random.default_rng(0)
    matrix, numbers = rng.random((512, 512), dtype=np.float32), rng.random(100_000)

    def work() -> None:
        np.linalg.multi_dot([matrix, matrix, matrix, matrix])
        np.sort(numbers)

    return float(np.median(times_ms([work] * (repeats + WARM_UP))))


def dragged(factors: Factors, steps: int) -> Iterator[Factors]:
    """What a mouse does to a slider: the left upper arm from one limit to the other, in even steps."""
    low, high = LIMITS_RAD[_DRAGGED_LIMB, 0]
    for angle in np.linspace(low, high, steps):
        angles_rad = factors.angles_rad.copy()
        angles_rad[_DRAGGED_LIMB, 0] = angle
        yield factors.edited(angles_rad=angles_rad)


def _dressed_and_made(predictor: PosePredictor, wardrobe: Wardrobe, edited: Factors) -> None:
    """What the studio does of an edited person: dressed in what the clip shows, painted, decoded."""
    predictor.synthesise(wardrobe.dressed(edited))


def analyses(predictor: PosePredictor, frames: Iterable[Array]) -> tuple[Array, list[Prediction]]:
    """Of frames (H, W, 3): times in ms to locate, encode, take apart and put together; and what was found."""
    found: list[Prediction] = []

    def analysis(frame: Array) -> Callable[[], object]:
        def work() -> None:
            try:
                found.append(predictor.predict(frame, synthesise=True))
            except NobodyFoundError:
                return

        return work

    return times_ms(analysis(frame) for frame in frames), found


def evaluate_timing(predictor: PosePredictor, frames: Iterable[Array], edits: int = 60) -> dict[str, float]:
    """Times of full analyses of frames (H, W, 3), and of re-syntheses.

    Raises NobodyFoundError when there is nobody in any of the frames.
    """
    analyses_ms, found = analyses(predictor, frames)
    if not found:
        raise NobodyFoundError("Nobody was found in the clip that is timed.", "Take another checkpoint.")
    wardrobe = Wardrobe(tuple(look_of(seen) for seen in found))
    factors = found[len(found) // 2].factors
    syntheses_ms = times_ms(
        partial(_dressed_and_made, predictor, wardrobe, edited) for edited in dragged(factors, edits + WARM_UP)
    )
    unit_ms = reference_ms()
    return {
        "analysis_median_ms": float(np.median(analyses_ms)),
        "analysis_p95_ms": float(np.percentile(analyses_ms, 95)),
        "analysis_frames_per_s": 1000 / float(analyses_ms.mean()),
        "found": len(found) / (len(analyses_ms) + WARM_UP),
        "synthesis_median_ms": float(np.median(syntheses_ms)),
        "synthesis_p95_ms": float(np.percentile(syntheses_ms, 95)),
        "reference_ms": unit_ms,
        "analysis_to_reference": float(np.median(analyses_ms)) / unit_ms,
        "synthesis_to_reference": float(np.median(syntheses_ms)) / unit_ms,
    }
