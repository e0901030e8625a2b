"""Check the system libraries that Qt and OpenGL need on Linux: `python3 packaging/system_libraries.py run` or `test`.

What is missing is installed with apt-get when that can be done without asking (as root, or with a password-less
sudo); otherwise the one line to type is printed and the exit status is 1. Standard library only.
"""

import ctypes
import os
import shutil
import subprocess
import sys

LIBRARIES = {  # shared library -> Debian and Ubuntu package
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOW_LIBRARIES = {  # Qt's X11 platform plugin
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
TEST_PROGRAMS = {"Xvfb": "xvfb", "xauth": "xauth"}  # the 3D view is tested on a display of its own


def loads(library):
    """Whether the dynamic linker finds the library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_libraries():
    """Names of the packages that hold the libraries that are not there."""
    return [package for library, package in {**LIBRARIES, **WINDOW_LIBRARIES}.items() if not loads(library)]


def missing_programs(purpose):
    """Names of the packages of the programs that are not there; the tests that need one are skipped without it."""
    return [package for program, package in TEST_PROGRAMS.items() if purpose == "test" and not shutil.which(program)]


def install(packages):
    """Install them if that can be done without asking; quiet, and never an error by itself."""
    if not shutil.which("apt-get"):
        return
    sudo = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL):
            return
        sudo = ["sudo", "-n"]
    print(f"Installing system libraries: {' '.join(packages)}", flush=True)
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    quiet = {"stdout": subprocess.DEVNULL}
    subprocess.call([*apt, "update"], **quiet)
    subprocess.call([*apt, "install", "--no-install-recommends", *packages], **quiet)


def main(purpose):
    """0 when everything is there, at the latest now."""
    if sys.platform != "linux":
        return 0
    packages = missing_libraries() + missing_programs(purpose)
    if packages:
        install(packages)
    packages = missing_libraries()
    if packages:
        print("Some system libraries are missing. On Debian or Ubuntu type this line, then run the same command again:")
        print(f"    sudo apt-get install {' '.join(packages)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
