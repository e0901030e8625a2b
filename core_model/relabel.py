"""A prediction whose left and right were taken for each other, set right."""

from dataclasses import replace

import numpy as np
import torch

from core_model.geometry.kinematics import clamp_angles, inverse_kinematics
from core_model.prediction import Prediction
from core_model.skeleton import BACKGROUND, JOINT, MIRROR, PART_MIRROR
from core_model.synthesis import joints_of

_PARTS = np.append(PART_MIRROR, BACKGROUND).astype(np.uint8)


def exchanged_sides(prediction: Prediction) -> Prediction:
    """Left joints and parts become right ones where they are, and the other way round; so the body faces the other way.

    What the limits do not allow any more gives way. Done twice, it is as it was wherever the limits allowed it.
    """
    factors, joints_m = prediction.factors, prediction.joints3d_m[MIRROR]
    pelvis_m = joints_m[JOINT["pelvis"]]
    body = inverse_kinematics(torch.from_numpy(np.asarray(joints_m - pelvis_m, np.float64))[None])
    camera = replace(factors.camera, rotation=body.rotation[0].numpy(), translation_m=pelvis_m)
    changed = factors.edited(
        angles_rad=clamp_angles(body.angles_rad)[0].numpy(), camera=camera, atlas=factors.atlas[PART_MIRROR]
    )
    return replace(
        prediction,
        factors=changed,
        joints3d_m=joints_of(changed)[0],
        joints2d_px=prediction.joints2d_px[MIRROR],
        confidence=prediction.confidence[MIRROR],
        parts=_PARTS[prediction.parts],
        reconstruction=None,
    )
