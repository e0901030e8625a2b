"""Ask OpenSim itself what it reads in exported markers (TRC), and let its inverse kinematics follow them.

    python -m venv osim && osim/bin/pip install opensim && pip download --no-deps pose2sim && unzip pose2sim*.whl -d p2s
    puppetpose export CLIP --out take.npz take.trc take.csv
    osim/bin/python packaging/opensim_check.py p2s/Pose2Sim/OpenSim_Setup take.npz | grep CHECK

Pose2Sim (BSD-3-Clause) brings a model, markers and the setup of scaling and inverse kinematics; the TRC and CSV beside
the NPZ are read. Needs only opensim and numpy. The exit status is 1 where something differs.
"""

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np
import opensim

KIND = "Halpe26"
NEAR_MM = 0.1
FOLLOWED_MM = 40.0
"""Root mean square distance of the model's markers from ours that a person read by a network may have."""
PAIRS = (("left_knee_bend_deg", "knee_angle_l"), ("right_knee_bend_deg", "knee_angle_r"))


def table_of(path: Path) -> np.ndarray:
    """Points (T, M, 3) in millimetres, as OpenSim reads them."""
    table = opensim.TimeSeriesTableVec3(str(path))
    scale = {"mm": 1.0, "m": 1000.0}[table.getTableMetaDataString("Units")]
    rows, columns = range(table.getNumRows()), range(table.getNumColumns())
    return scale * np.array([[table.getRowAtIndex(t)[m].to_numpy() for m in columns] for t in rows])


def check_points(path: Path, joints_mm: np.ndarray) -> bool:
    """Whether what OpenSim reads is what we know."""
    points = table_of(path)
    off_mm = float(np.nanmax(np.abs(points - joints_mm))) if points.shape == joints_mm.shape else float("inf")
    frames, markers, _ = points.shape
    print(
        f"CHECK {path.name}: {frames} frames, {markers} markers, at most {off_mm:.4f} mm off: {said(off_mm < NEAR_MM)}"
    )
    return off_mm < NEAR_MM


def followed(setup: Path, trc: Path, folder: Path) -> tuple[dict[str, np.ndarray], float]:
    """Curves of a scaled model that follows the markers, by name, and the root mean square distance from them in mm."""
    markers = opensim.MarkerData(str(trc))
    span = opensim.ArrayDouble()
    for time_s in (markers.getStartFrameTime(), markers.getLastFrameTime()):
        span.append(time_s)
    scale = opensim.ScaleTool(str(setup / f"Scaling_Setup_Pose2Sim_{KIND}.xml"))
    scale.setPathToSubject("")
    scale.getGenericModelMaker().setModelFileName(str(setup / "Model_Pose2Sim_simple.osim"))
    scale.getGenericModelMaker().setMarkerSetFileName(str(setup / f"Markers_{KIND}.xml"))
    scaled = folder / "scaled.osim"
    scaler = scale.getModelScaler()
    scaler.setMarkerFileName(str(trc))
    scaler.setTimeRange(span)
    scaler.setOutputModelFileName(str(scaled))
    scale.getMarkerPlacer().setApply(False)
    scale.run()
    tool = opensim.InverseKinematicsTool(str(setup / f"IK_Setup_Pose2Sim_{KIND}.xml"), False)
    tool.set_model_file(str(scaled))
    tool.setMarkerDataFileName(str(trc))
    tool.setStartTime(span.get(0))
    tool.setEndTime(span.get(1))
    tool.setResultsDir(str(folder))
    tool.setOutputMotionFileName(str(folder / "ik.mot"))
    tool.run()
    errors = opensim.TimeSeriesTable(str(next(folder.glob("*ik_marker_errors.sto"))))
    motion = opensim.TimeSeriesTable(str(folder / "ik.mot"))
    curves = {name: motion.getDependentColumn(name).to_numpy() for name in motion.getColumnLabels()}
    return curves, 1000 * float(errors.getDependentColumn("marker_error_RMS").to_numpy().mean())


def said(good: bool) -> str:
    """A verdict."""
    return "ok" if good else "WRONG"


def main(setup: Path, npz: Path) -> int:
    """0 where all is well."""
    opensim.Logger.removeFileSink()
    opensim.Logger.setLevelString("Error")
    print(f"CHECK OpenSim {opensim.GetVersion()}")
    with np.load(npz) as file:
        joints_mm = 1000 * file["joints_m"]
    good = check_points(npz.with_suffix(".trc"), joints_mm)
    with npz.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with tempfile.TemporaryDirectory() as folder:
        curves, rms_mm = followed(setup.resolve(), npz.with_suffix(".trc").resolve(), Path(folder))
    near = rms_mm < FOLLOWED_MM
    print(f"CHECK inverse kinematics: markers {rms_mm:.0f} mm off (root mean square): {said(near)}")
    for ours, theirs in PAIRS:
        a, b = np.array([float(row[ours]) for row in rows]), curves[theirs]
        apart, alike = np.median(b - a), np.corrcoef(a, b)[0, 1]
        print(f"CHECK {theirs}: correlation with our {ours} {alike:.2f}, {apart:+.0f} degrees apart (median)")
    height = curves["pelvis_ty"]
    upright = 0.5 < np.median(height) < 1.3
    print(f"CHECK pelvis {np.median(height):.2f} m over the ground: {said(upright)}")
    return 0 if good and near and upright else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
