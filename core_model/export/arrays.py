"""NPZ: the take for numpy, joints, angles and bones. docs/exports.md lists the arrays."""

from pathlib import Path

import numpy as np

from core_model import __version__
from core_model.export.folder import written_aside
from core_model.retarget.angles import quaternions_xyzw
from core_model.retarget.rig import BONE_PARENTS, rig
from core_model.retarget.style import Style
from core_model.retarget.take import Take
from core_model.retarget.turns import bone_turns, local_turns
from core_model.skeleton import JOINTS, PARENTS


def take_arrays(take: Take, style: Style) -> dict[str, np.ndarray]:
    """The arrays of the file by name."""
    skeleton = rig(take.lengths_m, style.rest, style.names)
    angles_rad, rotation = take.body()
    turns = local_turns(bone_turns(take.joints_m, take.fps), skeleton)
    return {
        "fps": np.array(take.fps),
        "times_s": take.times_s,
        "gap_s": take.gap_s,
        "joints_m": take.joints_m,
        "confidence": take.confidence,
        "angles_rad": angles_rad,
        "root_rotation": rotation,
        "lengths_m": take.lengths_m,
        "names": np.array(JOINTS),
        "parents": PARENTS,
        "bones": np.array(skeleton.names),
        "bone_parents": BONE_PARENTS,
        "bone_offsets_m": skeleton.offsets_m,
        "bone_rotations_xyzw": quaternions_xyzw(turns),
        "world_from_camera": take.world_from_camera,
        "version": np.array(__version__),
    }


def write_npz(path: Path, take: Take, style: Style) -> None:
    """Write a take. Raises OutputError."""
    with written_aside(path) as aside:
        np.savez_compressed(aside, **take_arrays(take, style))  # type: ignore[arg-type]
