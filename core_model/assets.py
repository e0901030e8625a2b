"""Where the files that ship with PuppetPose lie (what each is: `assets/SOURCES.md`), and the data that do not ship."""

import os
from pathlib import Path

from core_model.errors import PuppetPoseError

BUNDLED = "checkpoint.safetensors"
"""The checkpoint that ships with PuppetPose."""
VARIABLE = "PUPPETPOSE_ASSETS"
"""Environment variable that names another assets folder."""
DATA_VARIABLE = "PUPPETPOSE_DATA"
"""Environment variable that names the folder of data that is not bundled: eval/, mocap/, videos/ ..."""


def assets_dir() -> Path:
    """The folder `assets` beside the packages, or the one that the environment variable names."""
    return Path(os.environ.get(VARIABLE) or Path(__file__).resolve().parent.parent / "assets")


def asset(name: str) -> Path:
    """The path of one file or folder of the assets, for example ``asset("clips/tfjs_pose_1.mp4")``.

    Raises PuppetPoseError, with what to do, when it is not there.
    """
    path = assets_dir() / name
    if not path.exists():
        raise PuppetPoseError(
            f"The file {name} that ships with PuppetPose is not in {path.parent}.",
            "Install from a checkout of the repository (`pip install -e .` in its folder), "
            f"or set {VARIABLE} to the folder that holds the assets.",
        )
    return path


def data_dir() -> Path:
    """Where data that is not bundled lies, if at all: `$PUPPETPOSE_DATA`, else `../shared/data` beside the checkout."""
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    return Path(os.environ.get(DATA_VARIABLE) or beside)
