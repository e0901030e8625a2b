"""Acclaim motion files: a skeleton (ASF) and its motion (AMC).

A bone's node sits where the bone begins; where the last bone of a chain ends there is a node `<bone>_end`.
"""

from dataclasses import dataclass

import numpy as np

from core_model.data.mocap.motion import Motion, euler_rotation
from core_model.errors import MediaError

AMC_FPS = 120.0
"""AMC files do not say; those of the CMU database were captured at this rate."""


@dataclass(frozen=True)
class _Bone:
    vector: np.ndarray  # (3,) from where it begins to where it ends, world axes at rest
    axis: np.ndarray  # (3, 3) the frame its degrees of freedom turn about
    freedoms: tuple[str, ...]  # "rx" ... in the order of the AMC's numbers


def read_asf_amc(asf: str, amc: str, fps: float = AMC_FPS) -> Motion:
    """Texts of a skeleton and of a motion -> the motion, in the file's unit; angles in degrees, y up.

    Raises MediaError where one of them is not such a file.
    """
    try:
        bones, parents = _skeleton(asf)
        frames = _values(amc)
        if not frames:
            raise ValueError("it has no frames")
        return _motion(bones, parents, frames, fps)
    except (ValueError, KeyError, IndexError) as error:
        raise MediaError(f"This is not a whole ASF/AMC motion: {error}.", "Download both files again.") from error


def _sections(asf: str) -> dict[str, list[list[str]]]:
    """The words of each line, by the section (":root" ...) it is in."""
    sections: dict[str, list[list[str]]] = {}
    current: list[list[str]] = []
    for line in asf.splitlines():
        words = line.split("#")[0].split()
        if words and words[0].startswith(":"):
            current = sections.setdefault(words[0].lower(), [])
        elif words:
            current.append(words)
    return sections


def _skeleton(asf: str) -> tuple[dict[str, _Bone], dict[str, str]]:
    """Bones by name (root first), and each bone's parent, parents before children."""
    sections = _sections(asf)
    root = {line[0].lower(): line[1:] for line in sections[":root"]}
    bones = {"root": _Bone(np.zeros(3), np.eye(3), tuple(word.lower() for word in root["order"]))}
    fields: dict[str, list[str]] = {}
    for line in sections[":bonedata"]:
        if line[0] == "end":
            bones[fields["name"][0]] = _bone(fields)
            fields = {}
        else:
            fields[line[0].lower()] = line[1:]
    parents = {child: line[0] for line in sections[":hierarchy"] for child in line[1:] if len(line) > 1}
    return bones, parents


def _bone(fields: dict[str, list[str]]) -> _Bone:
    vector = np.array([float(w) for w in fields["direction"]]) * float(fields["length"][0])
    # "axis a b c XYZ" turns about the fixed X first, so that X stands last in the product
    degrees, order = np.array([float(w) for w in fields["axis"][:3]]), fields["axis"][3].upper()
    axis = euler_rotation(np.deg2rad(degrees)[::-1], order[::-1])
    return _Bone(vector, axis, tuple(word.lower() for word in fields.get("dof", [])))


def _values(amc: str) -> list[dict[str, list[float]]]:
    """For each frame, the numbers of each bone."""
    frames: list[dict[str, list[float]]] = []
    for line in amc.splitlines():
        words = line.split()
        if len(words) == 1 and words[0].isdigit():
            frames.append({})
        elif frames and words:
            frames[-1][words[0]] = [float(word) for word in words[1:]]
    return frames


def _motion(
    bones: dict[str, _Bone], parents: dict[str, str], frames: list[dict[str, list[float]]], fps: float
) -> Motion:
    names = ["root", *parents]
    ends = [name for name in parents if name not in parents.values()]
    offsets = [np.zeros(3)] + [bones[parents[name]].vector for name in parents] + [bones[name].vector for name in ends]
    rotations = np.empty((len(frames), len(names) + len(ends), 3, 3))
    rotations[:] = np.eye(3)
    for node, name in enumerate(names):
        bone = bones[name]
        if not bone.freedoms:
            continue
        numbers = np.array([frame[name] for frame in frames])
        turning = [i for i, freedom in enumerate(bone.freedoms) if freedom.startswith("r")]
        order = "".join(bone.freedoms[i][1].upper() for i in turning)
        local = euler_rotation(np.deg2rad(numbers[:, turning[::-1]]), order[::-1])
        rotations[:, node] = bone.axis @ local @ bone.axis.T
    moving = ["tx", "ty", "tz"]
    root = np.array([[frame["root"][bones["root"].freedoms.index(t)] for t in moving] for frame in frames])
    parent_index = [-1] + [names.index(parents[name]) for name in parents] + [names.index(name) for name in ends]
    all_names = (*names, *(f"{name}_end" for name in ends))
    return Motion(all_names, tuple(parent_index), np.array(offsets), rotations, root, fps)
