"""What of the machine stands in the way of hours of computing, as sentences. Silent where the system does not tell."""

from pathlib import Path

_LEAST_MB = 3000.0
"""A run of the usual size takes about two thirds of that."""


def warnings(supplies: Path = Path("/sys/class/power_supply"), memory: Path = Path("/proc/meminfo")) -> tuple[str, ...]:
    """On battery; short of memory."""
    free_mb = _free_mb(memory)
    told = []
    if _on_battery(supplies):
        told.append("This computer runs on its battery: plug it in, training takes hours.")
    if free_mb is not None and free_mb < _LEAST_MB:
        told.append(
            f"Only {free_mb / 1000:.1f} GB of memory are free: close other programs, or choose a smaller batch."
        )
    return tuple(told)


def _on_battery(supplies: Path) -> bool:
    """A battery gives, and no mains do."""
    try:
        kinds = [(_read(each / "type"), each) for each in supplies.iterdir()]
    except OSError:
        return False
    mains = [each for kind, each in kinds if kind in ("Mains", "USB")]
    gives = any(kind == "Battery" and _read(each / "status") == "Discharging" for kind, each in kinds)
    return gives and not any(_read(each / "online") == "1" for each in mains)


def _free_mb(memory: Path) -> float | None:
    for line in _read(memory).splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return float(value.split()[0]) / 1024
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
