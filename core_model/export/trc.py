"""TRC (Track Row Column): marker trajectories for OpenSim, in millimetres, +y up. Holes are empty cells."""

from pathlib import Path

import numpy as np

from core_model.export.folder import written_aside
from core_model.export.markers import LABELS, markers_mm
from core_model.retarget.style import Style
from core_model.retarget.take import Take


def write_trc(path: Path, take: Take, style: Style) -> None:
    """Write a take. Raises OutputError."""
    points = markers_mm(take).reshape(len(take.times_s), -1)
    count = len(points)
    settings = {
        "DataRate": f"{take.fps:.6f}", "CameraRate": f"{take.fps:.6f}", "NumFrames": count, "NumMarkers": len(LABELS),
        "Units": "mm", "OrigDataRate": f"{take.fps:.6f}", "OrigDataStartFrame": 1, "OrigNumFrames": count,
    }  # fmt: skip
    axes = "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, len(LABELS) + 1))
    with written_aside(path) as aside, aside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"PathFileType\t4\t(X/Y/Z)\t{path.name}\n")
        file.write("\t".join(settings) + "\n" + "\t".join(map(str, settings.values())) + "\n")
        file.write("Frame#\tTime\t" + "\t\t\t".join(LABELS) + "\t\t\n")
        file.write(f"\t\t{axes}\n\n")
        for i, row in enumerate(points):
            cells = ["" if np.isnan(v) else f"{v:.4f}" for v in row]
            file.write("\t".join([str(i + 1), f"{i / take.fps:.6f}", *cells]) + "\n")
