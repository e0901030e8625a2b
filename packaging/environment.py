"""Make `.venv` ready: `python3 packaging/environment.py run` or `test`. Does nothing when it already is.

Standard library only, any Python that starts it: it says what to do when that Python is too old.
"""

import hashlib
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
EXTRAS = {"run": "gui", "test": "gui,train,dev"}
# The one release that everything was measured with. Where it cannot be had, whatever pyproject.toml allows is taken.
TORCH = "torch==2.13.0"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def fingerprint():
    """What the installed packages follow from: the settings, the Python, and where the project lies."""
    settings = (ROOT / "pyproject.toml").read_bytes() + Path(__file__).read_bytes()
    return hashlib.sha256(settings + f"{sys.version_info[:2]} {ROOT}".encode()).hexdigest()


def ready(purpose, fingerprint_now):
    """Whether the environment has already been made for this purpose, or for testing, which includes all others."""
    stamps = (VENV / f"ready-{name}" for name in (purpose, "test"))
    return any(stamp.exists() and stamp.read_text() == fingerprint_now for stamp in stamps)


def pip(*arguments):
    """Run the environment's pip; its exit status."""
    command = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    return subprocess.call([*command, *arguments])


def reachable(url):
    """Whether the address answers; pip would try it again and again for every package."""
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except OSError:
        return False


def install_torch():
    """The build without CUDA (a tenth of the size) on a Linux machine without an NVIDIA card, else the usual one."""
    if subprocess.call([str(VENV / "bin" / "python"), "-c", "import torch"], stderr=subprocess.DEVNULL) == 0:
        return
    small = sys.platform == "linux" and not shutil.which("nvidia-smi") and reachable(f"{TORCH_CPU_INDEX}/torch/")
    if pip(*(["--extra-index-url", TORCH_CPU_INDEX] if small else []), TORCH):
        print(f"{TORCH} is not to be had here; taking the newest that is.", flush=True)


def main(purpose):
    """Create the environment and install into it; 0 when it can be used."""
    if sys.version_info < (3, 11):  # noqa: UP036 (any Python may start this file)
        print(f"PuppetPose needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        print("Install one, then for example: make run PYTHON=python3.12")
        return 1
    now = fingerprint()
    if ready(purpose, now):
        return 0
    print(
        "Installing the Python packages into .venv (about 2 GB on disk, a few minutes, only this once) ...", flush=True
    )
    if not (VENV / "bin" / "python").exists() and subprocess.call([sys.executable, "-m", "venv", str(VENV)]):
        print("Python could not make a virtual environment. On Debian or Ubuntu: sudo apt-get install python3-venv")
        return 1
    install_torch()
    if pip("--editable", f"{ROOT}[{EXTRAS[purpose]}]"):
        print("The installation did not work: see pip's words above. Run the same command again to go on from here.")
        return 1
    (VENV / f"ready-{purpose}").write_text(now)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
