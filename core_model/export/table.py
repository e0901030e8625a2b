"""Columns of numbers as CSV (RFC 4180), with their names in the first line: for spreadsheets, pandas, R.

docs/exports.md lists the columns of a take.
"""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core_model.export.folder import written_aside
from core_model.limits import ANGLE_NAMES, FREE_ANGLES
from core_model.retarget.style import Style
from core_model.retarget.take import Take
from core_model.skeleton import JOINTS

ANGLES = tuple(
    re.sub(r"\W+", "_", name) + "_deg" for names, free in zip(ANGLE_NAMES, FREE_ANGLES, strict=True)
    for name, moves in zip(names, free, strict=True) if moves
)  # fmt: skip
COLUMNS = (
    "frame", "time_s", "gap_s", *(f"{joint}_{axis}_m" for joint in JOINTS for axis in "xyz"),
    *(f"{joint}_confidence" for joint in JOINTS), *ANGLES,
)  # fmt: skip


def write_csv(path: Path, take: Take, style: Style) -> None:
    """Write a take. Raises OutputError."""
    count = len(take.times_s)
    angles_rad, _ = take.body()
    values = [take.times_s, take.gap_s, *take.joints_m.reshape(count, -1).T, *take.confidence.T]
    columns = [np.arange(count), *values, *np.rad2deg(angles_rad[:, FREE_ANGLES]).T]
    write_table(path, dict(zip(COLUMNS, columns, strict=True)))


def write_table(path: Path, columns: Mapping[str, np.ndarray]) -> None:
    """Write columns (T,) by name; six digits after the point, NaN is left empty. Raises OutputError."""
    names, rows = list(columns), zip(*(values.tolist() for values in columns.values()), strict=True)
    with written_aside(path) as aside, aside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.6f}" if np.isfinite(value) else ""
