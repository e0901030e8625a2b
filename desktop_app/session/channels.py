"""What can be followed over time: joint angles, coordinates, speeds, confidences."""

import re
from dataclasses import dataclass
from enum import Enum

import numpy as np

from core_model.colours import JOINT_RGB, LIMB_RGB
from core_model.limits import ANGLE_NAMES, FREE_ANGLES
from core_model.skeleton import JOINT, JOINTS
from desktop_app.session.names import title


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
