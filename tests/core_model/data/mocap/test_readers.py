"""Motion files written here come back as the joints one can work out by hand."""

import json

import numpy as np
import pytest

from core_model.data.mocap.asf import read_asf_amc
from core_model.data.mocap.bvh import read_bvh
from core_model.data.mocap.deepmimic import read_deepmimic
from core_model.data.mocap.expmap import read_expmap
from core_model.data.mocap.motion import euler_rotation, rotation_from_expmap
from core_model.errors import MediaError

BVH = """HIERARCHY
ROOT Hips
{
  OFFSET 1 2 3
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Knee
  {
    OFFSET 0 -10 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 -5 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.05
0 0 0 0 0 0 0 0 0
7 8 9 90 0 0 0 90 0
"""

ASF = """:version 1.10
:units
  mass 1.0
  length 0.45
  angle deg
:root
   order TX TY TZ RX RY RZ
   axis XYZ
   position 0 0 0
   orientation 0 0 0
:bonedata
  begin
     id 1
     name upper
     direction 0 -1 0
     length 10
     axis 0 0 0 XYZ
     dof rx ry rz
  end
  begin
     id 2
     name lower
     direction 1 0 0
     length 4
     axis 0 0 90 XYZ
     dof rx
     limits (-10.0 170.0)
  end
:hierarchy
  begin
    root upper
    upper lower
  end
"""
AMC = """:FULLY-SPECIFIED
:DEGREES
1
root 0 0 0 0 0 0
upper 0 0 0
lower 0
2
root 1 2 3 0 90 0
upper 90 0 0
lower 90
"""


def places(motion: object) -> dict[str, np.ndarray]:
    positions, _ = motion.world()  # type: ignore[attr-defined]
    return {name: positions[:, i].round(9) for i, name in enumerate(motion.names)}  # type: ignore[attr-defined]


def test_bvh_gives_rate_names_and_places() -> None:
    motion = read_bvh(BVH)
    assert motion.fps == pytest.approx(20)
    assert motion.names == ("Hips", "Knee", "Knee_end")
    at = places(motion)
    assert at["Hips"].tolist() == [[0, 0, 0], [7, 8, 9]]  # a root with position channels forgets its offset
    assert at["Knee"].tolist() == [[0, -10, 0], [17, 8, 9]]  # 90 degrees about z carries -y to +x
    # about its own x by 90 degrees first (-y to -z), then with the hips about z
    assert at["Knee_end"].tolist() == [[0, -15, 0], [17, 8, 4]]


def test_acclaim_gives_places() -> None:
    at = places(read_asf_amc(ASF, AMC))
    assert at["upper"].tolist() == [[0, 0, 0], [1, 2, 3]]
    assert at["lower"].tolist() == [[0, -10, 0], [-9, 2, 3]]  # rx carries -y to -z, the root's ry -z to -x
    # the lower bone's own x axis is the world's y at rest: 90 degrees about it carry +x to -z
    assert at["lower_end"][0].tolist() == [4, -10, 0]
    assert at["lower_end"][1].tolist() == [-9, 6, 3]


def test_a_table_of_exponential_maps_says_what_the_same_euler_angles_say() -> None:
    skeleton = read_bvh(BVH)
    turn = np.deg2rad([0, 0, -90.0])  # of rows, so the other way round
    row = np.concatenate([[70.0, 140, 210], turn, np.zeros(6)])
    motion = read_expmap(",".join(map(str, row)), skeleton)
    assert places(motion)["Knee"].tolist() == [[11, 2, 3]]
    with pytest.raises(MediaError, match="12 numbers"):
        read_expmap("1,2,3", skeleton)


def test_exponential_map_of_an_axis_is_the_turn_about_it() -> None:
    assert np.allclose(rotation_from_expmap(np.array([0.7, 0, 0])), euler_rotation(np.array([0.7]), "X"))
    assert np.allclose(rotation_from_expmap(np.zeros(3)), np.eye(3))


def test_deepmimic_stands_facing_forward_and_bends_its_right_knee_back() -> None:
    ball, line = [1.0, 0, 0, 0], [0.05, 0.0, 0.9, 0.0]
    turns = [*ball * 4, -np.pi / 2, *ball * 2, 0.0, *ball, 0.0, *ball * 2, 0.0]
    at = places(read_deepmimic(json.dumps({"Loop": "none", "Frames": [line + turns]})))
    assert at["left_hip"][0].tolist() == [0.085, 0.9, 0]
    assert at["left_toe"][0, 2] > 0.1
    assert at["right_ankle"][0] == pytest.approx([-0.085, 0.9 - 0.422, -0.41])


@pytest.mark.parametrize("text", ["", "[]", '{"Frames": [[1, 2]]}', '{"Frames": 3}'])
def test_what_is_no_deepmimic_clip_is_told(text: str) -> None:
    with pytest.raises(MediaError, match="DeepMimic"):
        read_deepmimic(text)


@pytest.mark.parametrize("text", ["", "HIERARCHY", BVH[:-30], BVH.replace("0.05", "soon"), "MOTION"])
def test_what_is_no_bvh_file_is_told(text: str) -> None:
    with pytest.raises(MediaError, match="BVH"):
        read_bvh(text)


@pytest.mark.parametrize(("asf", "amc"), [("", AMC), (ASF, ""), (ASF, AMC.replace("lower 90", ""))])
def test_what_is_no_acclaim_motion_is_told(asf: str, amc: str) -> None:
    with pytest.raises(MediaError, match="ASF/AMC"):
        read_asf_amc(asf, amc)


def test_frames_are_left_out_to_the_asked_rate() -> None:
    motion = read_bvh(BVH).sampled(10)
    assert len(motion.root) == 1
    assert motion.fps == 10
