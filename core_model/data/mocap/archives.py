"""The motion archives this project's poses come from: which clips they hold, of whom, and how each is read."""

import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core_model.data.mocap.asf import read_asf_amc
from core_model.data.mocap.bvh import read_bvh
from core_model.data.mocap.skeletons import is_known, joints_of
from core_model.errors import MediaError

DEFAULT_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
ARCHIVES = ("cmu_asfamc", "cmu_misc", "cmu_bvh_iclone", "animated_drawings")


@dataclass(frozen=True)
class Clip:
    """One recorded clip on our skeleton."""

    name: str  # archive/file
    subject: str  # "cmu_02", or the archive's and clip's name where no number is known
    body: str  # clips of one body have the same limb lengths
    joints_m: np.ndarray  # (T, 21, 3) world, y up


def mocap_folder() -> Path:
    """Where the archives are: `$PUPPETPOSE_DATA/mocap`, else `../shared/data/mocap` beside the checkout."""
    return Path(os.environ.get("PUPPETPOSE_DATA", DEFAULT_DATA)) / "mocap"


def read_clips(folder: Path, fps: float) -> Iterator[Clip]:
    """All clips of all archives in `folder` at about `fps`; clips of unknown skeletons are left out.

    Raises MediaError where an archive is missing.
    """
    for archive in ARCHIVES:
        path = folder / f"{archive}.tar.xz"
        if not path.is_file():
            raise MediaError(
                f"There is no motion archive {path.name} in {folder}.",
                "Put it there, or set PUPPETPOSE_DATA to the folder that has mocap/.",
            )
        texts = _texts(path)
        for name in sorted(texts):
            if name.endswith(".bvh"):
                motion = read_bvh(texts[name])
            elif name.endswith(".amc"):
                motion = read_asf_amc(texts[re.sub(r"_\d+\.amc$", ".asf", name)], texts[name])
            else:
                continue
            if not is_known(motion):
                continue
            joints = joints_of(motion.sampled(fps))
            yield Clip(f"{archive}/{Path(name).stem}", _subject(archive, name), _body(archive, name), joints)


def _texts(path: Path) -> dict[str, str]:
    with tarfile.open(path) as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        return {Path(f.name).name: archive.extractfile(f).read().decode("utf-8", "replace") for f in files}  # type: ignore[union-attr]


def _subject(archive: str, name: str) -> str:
    number = re.search(r"(?:^|_)0*(\d{1,2})_\d+(?:_walk)?\.\w+$", name)
    return f"cmu_{int(number[1]):02d}" if number and archive.startswith("cmu") else f"{archive}_{Path(name).stem}"


def _body(archive: str, name: str) -> str:
    if archive == "cmu_bvh_iclone":
        return archive
    return f"{archive}/{_subject(archive, name)}/{name.split('__')[0] if '__' in name else ''}"
