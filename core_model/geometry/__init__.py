"""Rotations, kinematics and cameras. The conventions of the whole project, once:

==============  ====================================================================================================
body frame      right-handed, +x the person's left, +y up, +z where the person faces; origin at the pelvis; metres.
                x runs from the right to the left hip; the spine limb lies in the x-y plane (that fixes the frame).
camera frame    OpenCV: +x right, +y down, +z away from the camera; metres
image           RGB; `(B, 3, H, W)` floats in [0, 1] in torch, `(H, W, 3)` uint8 in numpy; the first pixel's centre is
                at (0.5, 0.5); normalised coordinates in [-1, 1], `align_corners=False`
angles          radians inside, degrees on every face shown to a person
rotations       matrices act on columns: `p_cam = R @ p_body + t`
==============  ====================================================================================================
"""
