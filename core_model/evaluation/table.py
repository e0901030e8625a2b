"""The benchmark's results as plain text."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from core_model.evaluation.clip_table import reconstruction_lines, transfer_lines

WIDTH = 46
_WRAP = 80
_PUBLISHED = (
    ("mean error", "error_mm", "mm"),
    ("mean error, all actions or sequences alike", "error_mean_of_groups_mm", "mm"),
    ("PCK@150mm", "pck_150mm", "%"),
    ("AUC", "auc", "%"),
    ("2D PCK@0.2", "pck_2d", "%"),
)
_MOTION = (
    ("jitter (second difference)", "jitter_mm"),
    ("foot skate a frame", "foot_skate_mm"),
    ("limb-length drift", "limb_drift_mm"),
)
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
    ("careful analysis of a frame, median", "careful_median_ms", "ms"),
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
    for dataset in results.get("datasets", ()):
        yield from _published(dataset)
    if "missing" in results:
        yield from ("", results["missing"])
    if "photographs" in results:
        yield from _photographs(results["photographs"])
    if "rendered" in results:
        yield from ("", f"Rendered people, held out ({results['rendered']['images']} images)")
        yield from (_line(name, results["rendered"][key], unit) for name, key, unit in _RENDERED)
        yield from _reliability(results["rendered"]["reliability"])
    if "motion" in results:
        yield from _motion(results["motion"], "")
    if "motion_careful" in results:  # older files have none
        yield from _motion(results["motion_careful"], ", looked at carefully")
    if "clips" in results.get("reconstruction", {}):  # older files have other figures there
        yield from reconstruction_lines(results["reconstruction"])
    if results.get("transfer"):
        yield from transfer_lines(results["transfer"])
    if "timing" in results:
        yield from ("", "Time")
        yield from (
            _line(name, results["timing"][key], unit) for name, key, unit in _TIMING if key in results["timing"]
        )


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
    yield from _reliability(results["given_box"]["reliability"])


def _published(dataset: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"{dataset['title']}; given the crop, and the focal length if known")
    for figures in dataset["protocols"]:
        title = f"{figures['protocol']}; {figures['images']} images"
        yield from textwrap.wrap(title, _WRAP, initial_indent="  ", subsequent_indent="    ")
        yield from (_line(f"  {name}", figures[key], unit) for name, key, unit in _PUBLISHED if key in figures)


def _motion(results: Mapping[str, Any], how: str) -> Iterator[str]:
    yield from ("", f"Motion on the bundled clip{how} ({results['frames']} frames)")
    for key, name in (("raw", "frame by frame"), ("smoothed", "smoothed")):
        if key in results:
            yield from (_line(f"{what}, {name}", results[key][figure], "mm") for what, figure in _MOTION)


def _reliability(results: Mapping[str, Any]) -> Iterator[str]:
    yield _line("calibration error of the confidence", results["calibration_error"], "%")
    for row in results["bins"]:
        called = f"  right of {row['count']} called {100 * row['low']:.0f}-{100 * row['high']:.0f} % sure"
        yield _line(called, row["right"], "%")


def _line(name: str, value: float, unit: str) -> str:
    figure = f"{value:8d}" if isinstance(value, int) else f"{value:8.1f}"
    return f"  {name:<{WIDTH}}{figure} {unit}".rstrip()
