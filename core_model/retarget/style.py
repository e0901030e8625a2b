"""What a user may choose about exported skeletons."""

from dataclasses import dataclass
from typing import Literal

from core_model.retarget.rig import Names, Rest

Units = Literal["m", "cm"]
UNITS_PER_METRE = {"m": 1.0, "cm": 100.0}


@dataclass(frozen=True, slots=True)
class Style:
    """Of BVH and GLB; GLB is in metres whatever the units."""

    rest: Rest = "T"
    names: Names = "mixamo"
    units: Units = "m"
