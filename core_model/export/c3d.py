"""C3D: marker trajectories for movement science, in millimetres, +y up, written by ezc3d (the reader of OpenSim)."""

import errno
import os
from pathlib import Path

import ezc3d
import numpy as np

from core_model.errors import PuppetPoseError
from core_model.export.folder import written_aside
from core_model.export.markers import LABELS, markers_mm
from core_model.retarget.style import Style
from core_model.retarget.take import Take

_POINT_BYTES = 16
MOST_FRAMES = 65535
"""The header counts frames in 16 bits."""


def write_c3d(path: Path, take: Take, style: Style) -> None:
    """Write a take; markers in long holes are marked as not seen. Raises OutputError, and PuppetPoseError where there
    are more frames than the format holds."""
    points = markers_mm(take)
    if len(points) > MOST_FRAMES:
        raise PuppetPoseError(
            f"C3D holds {MOST_FRAMES} frames, not {len(points)}.",
            "Give a lower --fps, or take TRC, which has no limit.",
        )
    file = ezc3d.c3d()
    point = file["parameters"]["POINT"]
    point["RATE"]["value"], point["UNITS"]["value"] = [take.fps], ["mm"]
    point["LABELS"]["value"] = list(LABELS)
    file.add_parameter("POINT", "X_SCREEN", ["+X"])
    file.add_parameter("POINT", "Y_SCREEN", ["+Y"])  # the vertical axis
    file["data"]["points"] = np.ones((4, len(LABELS), len(points)))
    file["data"]["points"][:3] = points.transpose(2, 1, 0)
    with written_aside(path) as aside:
        file.write(str(aside))
        if aside.stat().st_size < points.size // 3 * _POINT_BYTES:  # ezc3d is silent about a full disk
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
