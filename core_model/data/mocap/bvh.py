"""BVH (Biovision Hierarchy) motion files."""

import numpy as np

from core_model.data.mocap.motion import Motion, euler_rotation
from core_model.errors import MediaError


def read_bvh(text: str) -> Motion:
    """A BVH file's text -> its motion, in its own unit and axes. End sites are nodes called `<parent>_end`.

    Raises MediaError where it is not a BVH file or ends early.
    """
    head, found, tail = text.partition("MOTION")
    try:
        if not found:
            raise ValueError("it has no MOTION section")
        names, parents, offsets, channels = _hierarchy(head.split())
        fps, values = _frames(tail, sum(len(c) for c in channels))
    except (ValueError, IndexError) as error:
        raise MediaError(f"This is not a whole BVH motion file: {error}.", "Export or download it again.") from error
    return _motion(names, parents, np.array(offsets), channels, fps, values)


def _hierarchy(words: list[str]) -> tuple[list[str], list[int], list[list[float]], list[list[str]]]:
    """Names, parents, offsets and channels of all nodes, in the file's order."""
    names: list[str] = []
    parents: list[int] = []
    offsets: list[list[float]] = []
    channels: list[list[str]] = []
    open_nodes: list[int] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word in ("ROOT", "JOINT", "End"):
            parent = open_nodes[-1] if open_nodes else -1
            names.append(f"{names[parent]}_end" if word == "End" else words[at + 1])
            parents.append(parent)
            offsets.append([0.0, 0.0, 0.0])
            channels.append([])
            open_nodes.append(len(names) - 1)
            at += 2
        elif word == "OFFSET":
            offsets[-1] = [float(w) for w in words[at + 1 : at + 4]]
            at += 4
        elif word == "CHANNELS":
            count = int(words[at + 1])
            channels[-1] = words[at + 2 : at + 2 + count]
            at += 2 + count
        else:
            if word == "}":
                open_nodes.pop()
            at += 1
    return names, parents, offsets, channels


def _frames(tail: str, width: int) -> tuple[float, np.ndarray]:
    """Frames a second, and the table of channel values (T, width)."""
    lines = tail.strip().splitlines()
    count, seconds = int(lines[0].split(":")[1]), float(lines[1].split(":")[1])
    if not seconds > 0:
        raise ValueError(f"its frames last {seconds:g} s")
    values = np.array(" ".join(lines[2:]).split(), dtype=np.float64)
    if len(values) < count * width or count < 1:
        raise ValueError(f"it promises {count} frames of {width} numbers and has {len(values)} numbers")
    return 1.0 / seconds, values[: count * width].reshape(count, width)


def _motion(
    names: list[str], parents: list[int], offsets: np.ndarray, channels: list[list[str]], fps: float, values: np.ndarray
) -> Motion:
    rotations = np.empty((len(values), len(names), 3, 3))
    root = np.tile(offsets[0], (len(values), 1))
    column = 0
    for node, own in enumerate(channels):
        block = values[:, column : column + len(own)]
        column += len(own)
        turning = [i for i, name in enumerate(own) if name.endswith("rotation")]
        rotations[:, node] = euler_rotation(np.deg2rad(block[:, turning]), "".join(own[i][0] for i in turning))
        if node == 0:
            moving = [i for i, name in enumerate(own) if name.endswith("position")]
            for i in moving:
                root[:, "XYZ".index(own[i][0])] = block[:, i]
    return Motion(tuple(names), tuple(parents), offsets, rotations, root, fps)
