"""BVH (Biovision Hierarchy): the skeleton and its motion, for Blender, MotionBuilder, Maya, Unreal, iClone ...

+y up, facing +z at rest. The root has six channels, every other joint three, angles in degrees in the order Z X Y
(R = Rz Rx Ry), without jumps. The root's offset is zero, for programs differ in whether its position adds to it.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core_model.export.folder import written_aside
from core_model.retarget.angles import ORDER, euler_zxy
from core_model.retarget.rig import BONE_PARENTS, Rig, rig
from core_model.retarget.style import UNITS_PER_METRE, Style
from core_model.retarget.take import Take
from core_model.retarget.turns import bone_turns, local_turns

_TURNS = " ".join(f"{axis}rotation" for axis in ORDER)


def write_bvh(path: Path, take: Take, style: Style) -> None:
    """Write a take. Raises OutputError."""
    skeleton, scale = rig(take.lengths_m, style.rest, style.names), UNITS_PER_METRE[style.units]
    turns = local_turns(bone_turns(take.joints_m, take.fps), skeleton)
    degrees = np.rad2deg(euler_zxy(turns)).reshape(len(turns), -1)
    with written_aside(path) as aside, aside.open("w", encoding="ascii", newline="\n") as file:
        file.write("HIERARCHY\n")
        file.writelines(f"{line}\n" for line in _joint(skeleton, 0, scale, ""))
        file.write(f"MOTION\nFrames: {len(turns)}\nFrame Time: {1 / take.fps!r}\n")
        np.savetxt(file, np.column_stack([take.joints_m[:, 0] * scale, degrees]), fmt="%.6f")


def _joint(skeleton: Rig, bone: int, scale: float, indent: str) -> Iterator[str]:
    """The lines of a bone and of all below it."""
    yield f"{indent}{'JOINT' if bone else 'ROOT'} {skeleton.names[bone]}"
    yield f"{indent}{{"
    inner = indent + "\t"
    yield f"{inner}OFFSET {_numbers(skeleton.offsets_m[bone] * scale)}"
    yield f"{inner}CHANNELS {'3' if bone else '6 Xposition Yposition Zposition'} {_TURNS}"
    for child in np.flatnonzero(bone == BONE_PARENTS):
        yield from _joint(skeleton, int(child), scale, inner)
    if bone in skeleton.end_names:
        yield f"{inner}End Site"
        yield f"{inner}{{"
        yield f"{inner}\tOFFSET {_numbers(skeleton.tails_m[bone] * scale)}"
        yield f"{inner}}}"
    yield f"{indent}}}"


def _numbers(vector: np.ndarray) -> str:
    return " ".join(f"{v:.6f}" for v in vector + 0.0)  # without minus zeros
