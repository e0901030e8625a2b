"""From joints seen by a camera to a skeleton that other programs can animate: pure functions of arrays.

The world here is that of glTF and BVH: right-handed, +y up, +z towards where the camera stood, the ground at y = 0,
metres. A person who faces the camera faces +z.
"""
