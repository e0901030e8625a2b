"""How things are shown: switches that change no result."""

from dataclasses import dataclass
from enum import Enum

from core_model.smoothing import SIGMA_S


class Compare(Enum):
    """What the synthesis pane shows."""

    SIDE_BY_SIDE = "Side by side"
    WIPE = "Wipe"
    DIFFERENCE = "Difference"


class Trail(Enum):
    """Whose paths the 3D view shows."""

    HANDS = "Hands"
    FEET = "Feet"
    PELVIS = "Pelvis"
    HEAD = "Head"
    CHOSEN = "Chosen part"


@dataclass(frozen=True, slots=True)
class Display:
    """The switches of the panes."""

    skeleton: bool = True
    parts: bool = False
    outlines: bool = True
    crop: bool = True
    edit_crop: bool = False  # the crop can be drawn, and people can be chosen
    in_frame: bool = False  # the synthesized image in its place in the frame
    opacity: float = 0.55  # of the parts over the frame
    compare: Compare = Compare.SIDE_BY_SIDE
    synthesis_skeleton: bool = False
    guessed: bool = False  # hatch what was never seen
    sheet: bool = False  # the texture sheet is on the screen
    ghost: bool = True  # the prediction beside an edited skeleton
    surface: bool = False  # a body's skin over the joints
    trails: tuple[Trail, ...] = ()
    neighbours: bool = False  # skeletons of the frames before and after
    others: bool = False  # poses that look the same from the camera
    wipe: float = 0.5  # where the line between input and image lies, as a share of the width
    uncertainty: bool = False  # of the parts, in their pane
    smooth: bool = True  # joints over neighbouring frames
    sigma_s: float = SIGMA_S  # how strongly
    pose_space: bool = False  # its sliders are on the screen
    symmetric: bool = False  # what is done to an arm or leg is done to the other, too
    follow: bool = True  # the 3D view stays with the person
    isolated_part: int | None = None  # index in skeleton.PARTS
