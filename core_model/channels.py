"""What can be followed over time: joint angles, coordinates, speeds, confidences (numpy only)."""

import re
from dataclasses import dataclass
from enum import Enum

import numpy as np

from core_model.colours import JOINT_RGB, LIMB_RGB
from core_model.limits import ANGLE_NAMES, FREE_ANGLES
from core_model.skeleton import JOINT, JOINTS, title


class Quantity(Enum):
    """A kind of curve; curves of one kind share an axis."""

    ANGLE = "Joint angles"
    POSITION = "Joint coordinates"
    SPEED = "Speeds"
    CONFIDENCE = "Confidences"

    @property
    def unit(self) -> str:
        """As it is written on the axis; confidences have none."""
        return {"ANGLE": "°", "POSITION": "m", "SPEED": "m/s"}.get(self.name, "")

    @property
    def explained(self) -> str:
        """For a tooltip."""
        return {
            "ANGLE": "Degrees, 0 is the rest pose; the name says which way is positive",
            "POSITION": "Metres in the camera's frame: x to the right, y down, z away from the camera",
            "SPEED": "Metres per second in the camera's frame",
            "CONFIDENCE": "How sure the network is of a joint, from 0 to 1",
        }[self.name]


@dataclass(frozen=True, slots=True)
class Channel:
    """One curve: of a limb's angle, or of a joint."""

    quantity: Quantity
    item: int  # a limb of ANGLE, else a joint
    axis: int = 0  # which of a limb's angles, or x, y, z

    @property
    def name(self) -> str:
        """What a person calls it."""
        if self.quantity is Quantity.ANGLE:
            name = ANGLE_NAMES[self.item][self.axis]
            return name[0].upper() + name[1:]
        return title(JOINTS[self.item]) + (f" {'xyz'[self.axis]}" if self.quantity is Quantity.POSITION else "")

    @property
    def label(self) -> str:
        """Its name where it does not stand under that of its kind."""
        more = {Quantity.SPEED: " speed", Quantity.CONFIDENCE: " confidence"}
        return self.name + more.get(self.quantity, "")

    def column(self, kind: str = "") -> str:
        """Its name in a file, unit included.

        >>> Channel(Quantity.POSITION, JOINT["l_wrist"], 1).column(), Channel(Quantity.ANGLE, 5, 1).column("raw")
        ('left_wrist_y_m', 'left_knee_bend_raw_deg')
        """
        ending = {"ANGLE": "deg", "POSITION": "m", "SPEED": "m_s"}.get(self.quantity.name, "")
        return "_".join(filter(None, (re.sub("[^a-z]+", "_", self.label.lower()), kind, ending)))

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The skeleton's colour, lighter or darker for the second and third of a limb or joint."""
        angle = self.quantity is Quantity.ANGLE
        colour = (LIMB_RGB if angle else JOINT_RGB)[self.item].astype(float)
        target, share = ((0, 0.0), (255, 0.45), (0, 0.35))[self.axis]
        red, green, blue = np.round(colour + share * (target - colour)).astype(int).tolist()
        return red, green, blue


def _all() -> dict[Quantity, tuple[Channel, ...]]:
    joints = range(len(JOINTS))
    return {
        Quantity.ANGLE: tuple(Channel(Quantity.ANGLE, int(i), int(j)) for i, j in np.argwhere(FREE_ANGLES)),
        Quantity.POSITION: tuple(Channel(Quantity.POSITION, i, axis) for i in joints for axis in range(3)),
        Quantity.SPEED: tuple(Channel(Quantity.SPEED, i) for i in joints),
        Quantity.CONFIDENCE: tuple(Channel(Quantity.CONFIDENCE, i) for i in joints),
    }


CHANNELS = _all()
FIRST_CHOICE = tuple(Channel(Quantity.ANGLE, JOINT[f"{side}_wrist"] - 1, 1) for side in "lr")
"""Both elbows' bends."""


def values_of(
    channel: Channel,
    angles_rad: np.ndarray,
    joints3d_m: np.ndarray,
    confidence: np.ndarray,
    pts_s: np.ndarray,
    known: np.ndarray,
) -> np.ndarray:
    """(T,) in the channel's unit, of angles (T, 20, 2), joints (T, 21, 3) in the camera frame, confidences (T, 21) at
    times (T,); NaN where a frame is not `known` (T,)."""
    item, axis = channel.item, channel.axis
    if channel.quantity is Quantity.SPEED:
        return speed_m_s(np.where(known[:, None], joints3d_m[:, item], np.nan), pts_s)
    values = {
        Quantity.ANGLE: lambda: np.degrees(angles_rad[:, item, axis]),
        Quantity.POSITION: lambda: joints3d_m[:, item, axis],
        Quantity.CONFIDENCE: lambda: confidence[:, item],
    }[channel.quantity]()
    return np.where(known, values, np.nan)


def speed_m_s(points_m: np.ndarray, pts_s: np.ndarray) -> np.ndarray:
    """Points (T, 3) at times (T,) -> (T,) by central differences; NaN at and beside a frame that is not known."""
    if len(points_m) < 2 or not np.isfinite(pts_s).all():
        return np.full(len(points_m), np.nan)
    speed = np.linalg.norm(np.gradient(points_m.astype(np.float64), pts_s, axis=0), axis=1)
    return np.where(np.isfinite(points_m).all(axis=1), speed, np.nan)  # at an even pace the middle is not asked


def jitter(values: np.ndarray) -> float:
    """Mean absolute second difference of the known values; NaN where there are no three in a row.

    >>> jitter(np.array([0.0, 1.0, 2.0, np.nan, 0.0, 3.0, 0.0]))
    3.0
    """
    bends = np.abs(np.diff(values, n=2))
    known = bends[np.isfinite(bends)]
    return float(known.mean()) if known.size else float("nan")
