"""How much memory this process takes."""

import sys
from pathlib import Path


def memory_mb() -> float | None:
    """Resident memory of this process; None where the system does not tell."""
    if sys.platform.startswith("linux"):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        import resource

        return pages * resource.getpagesize() / 2**20
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return None
