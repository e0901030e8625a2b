"""Do exported files open right in Blender? Run by Blender itself, which also needs Python's numpy:

    puppetpose export CLIP --out take.npz take.bvh take.glb
    blender --background --factory-startup --python packaging/blender_check.py -- take.npz take.bvh take.glb

Blender's own importers, as they are set by default, read the files; where they put every joint in ten random frames is
held against the joints in the .npz. Ends with status 1 where something is off.
"""

import importlib
import sys
from pathlib import Path

import bpy
import numpy as np

# Debian's Blender 3.4 asks its own Python 3.11 and numpy 1.24 for what they no longer have
importlib.import_module("io_anim_bvh.import_bvh").open = lambda path, mode: open(path)  # noqa: SIM115
if not hasattr(np, "bool"):
    np.bool = np.bool_

TOLERANCE_MM = 1.0
FRAMES = 10
HEADS = {
    "Hips": "pelvis", "Spine": "pelvis", "Spine1": "spine", "Neck": "thorax", "Head": "neck",
    "LeftShoulder": "thorax", "LeftArm": "l_shoulder", "LeftForeArm": "l_elbow", "LeftHand": "l_wrist",
    "RightShoulder": "thorax", "RightArm": "r_shoulder", "RightForeArm": "r_elbow", "RightHand": "r_wrist",
    "LeftUpLeg": "l_hip", "LeftLeg": "l_knee", "LeftFoot": "l_ankle",
    "RightUpLeg": "r_hip", "RightLeg": "r_knee", "RightFoot": "r_ankle",
}  # fmt: skip


def opened(path, fps):
    """Import a file into an empty scene; its armature, and from a frame of the motion to the scene's."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = round(fps), round(fps) / fps  # glTF's importer heeds the first alone
    if path.suffix == ".bvh":
        bpy.ops.import_anim.bvh(filepath=str(path))
    else:
        bpy.ops.import_scene.gltf(filepath=str(path))
    when = (lambda i: 1.0 + i) if path.suffix == ".bvh" else (lambda i: i / fps * scene.render.fps)
    return next(thing for thing in scene.objects if thing.type == "ARMATURE"), when


def place(armature, bone):
    """Where the head of a posed bone is, in Blender's world."""
    return np.array(armature.matrix_world @ armature.pose.bones[bone].head)


def check(path, take):
    """Compare, print what was found; whether all is right."""
    armature, when = opened(path, float(take["fps"]))
    rest = {bone.name: armature.matrix_world @ bone.head_local for bone in armature.data.bones}
    tips = {bone.name: armature.matrix_world @ bone.tail_local for bone in armature.data.bones}
    upright = rest["Head"].z > rest["Hips"].z > rest["LeftFoot"].z
    forward = tips["LeftFoot"].y < rest["LeftFoot"].y and rest["LeftArm"].x > rest["RightArm"].x
    height_m = rest.get("HeadTop_End", tips["Head"]).z - rest.get("LeftToe_End", tips["LeftFoot"]).z
    names, joints = take["names"].tolist(), take["joints_m"]
    rng = np.random.default_rng(0)
    worst_mm = 0.0
    for i in rng.choice(len(joints), min(FRAMES, len(joints)), replace=False):
        bpy.context.scene.frame_set(int(when(i)), subframe=when(i) % 1)
        for bone, joint in HEADS.items():
            x, y, z = joints[i, names.index(joint)]
            worst_mm = max(worst_mm, 1000 * float(np.linalg.norm(place(armature, bone) - [x, -z, y])))
    right = upright and forward and worst_mm < TOLERANCE_MM
    print(
        f"CHECK {path.name}: up is up: {upright}; faces the viewer of the front view: {forward}; {height_m:.3f} m high "
        f"at rest; joints of {FRAMES} frames at most {worst_mm:.4f} mm off: {'ok' if right else 'WRONG'}"
    )
    return right


def main(arguments):
    """0 where all files are right."""
    take = dict(np.load(arguments[0]))
    print(f"CHECK Blender {bpy.app.version_string}")
    wrong = [path for path in arguments[1:] if not check(Path(path), take)]  # all are looked at
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[sys.argv.index("--") + 1 :]))
