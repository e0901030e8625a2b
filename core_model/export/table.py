"""CSV: one row a moment, for spreadsheets and R. docs/exports.md lists the columns."""

import csv
import re
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
    values = np.column_stack(
        [take.times_s, take.gap_s, take.joints_m.reshape(count, -1), take.confidence]
        + [np.rad2deg(angles_rad[:, FREE_ANGLES])]
    )
    with written_aside(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows([i, *(f"{v:.6f}" for v in row)] for i, row in enumerate(values))
