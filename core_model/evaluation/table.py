"""The benchmark's results as plain text."""

from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 46
_RENDERED = (
    ("MPJPE", "mpjpe_mm", "mm"),
    ("N-MPJPE", "n_mpjpe_mm", "mm"),
    ("P-MPJPE", "p_mpjpe_mm", "mm"),
    ("P-MPJPE, the 17 joints of Human3.6M", "p_mpjpe_h36m_mm", "mm"),
    ("PCK@150mm", "pck_150mm", "%"),
    ("AUC", "auc", "%"),
    ("2D PCK@0.2, visible joints", "pck_2d", "%"),
    ("2D PCK@0.2, all joints", "pck_2d_all_joints", "%"),
    ("part mIoU", "part_miou", "%"),
    ("foreground IoU", "foreground_iou", "%"),
)
_TIMING = (
    ("full analysis of a frame, median", "analysis_median_ms", "ms"),
    ("full analysis of a frame, 95 % within", "analysis_p95_ms", "ms"),
    ("frames analysed in a second", "analysis_frames_per_s", "/s"),
    ("slider to image, median", "synthesis_median_ms", "ms"),
    ("slider to image, 95 % within", "synthesis_p95_ms", "ms"),
    ("reference workload (numpy)", "reference_ms", "ms"),
    ("full analysis / reference", "analysis_to_reference", "x"),
    ("slider to image / reference", "synthesis_to_reference", "x"),
)


def as_table(results: Mapping[str, Any]) -> str:
    """Results of `core_model.evaluation.benchmark.run` as lines of text: what, figure, unit."""
    return "\n".join(_lines(results))


def _lines(results: Mapping[str, Any]) -> Iterator[str]:
    yield f"{results['checkpoint']} on {results['device']}"
    if "missing" in results:
        yield from ("", results["missing"])
    if "photographs" in results:
        yield from _photographs(results["photographs"])
    if "rendered" in results:
        yield from ("", f"Rendered people, held out ({results['rendered']['images']} images)")
        yield from (_line(name, results["rendered"][key], unit) for name, key, unit in _RENDERED)
    if "timing" in results:
        yield from ("", "Time")
        yield from (_line(name, results["timing"][key], unit) for name, key, unit in _TIMING)


def _photographs(results: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"Photographs ({results['images']} images), 2D PCK@0.2")
    for key, name in (("given_box", "given box"), ("own_locator", "own locator")):
        if key in results:
            yield _line(name, results[key]["pck"], "%")
            yield _line(f"{name}, left/right flip forgiven", results[key]["pck_flip_forgiven"], "%")
    if "own_locator" in results:
        yield _line("own locator, images with a person found", results["own_locator"]["found"], "")
    for name, value in results["given_box"]["pck_by_joint"].items():
        yield _line(f"  {name}", value, "%")


def _line(name: str, value: float, unit: str) -> str:
    figure = f"{value:8d}" if isinstance(value, int) else f"{value:8.1f}"
    return f"  {name:<{WIDTH}}{figure} {unit}".rstrip()
