"""The puppet: a drawn template, its placement on projected joints, part maps, and the part atlas."""

from core_model.puppet.maps import PartMaps, Puppet
from core_model.puppet.placement import Placement

__all__ = ["PartMaps", "Placement", "Puppet"]
