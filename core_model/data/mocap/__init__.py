"""Motion capture onto our skeleton: readers of motion files, and the bundled set of unpaired poses."""

from core_model.data.mocap.poses import HELD_OUT_SUBJECTS, Poses, load_poses

__all__ = ["HELD_OUT_SUBJECTS", "Poses", "load_poses"]
