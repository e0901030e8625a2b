"""What the machine is doing, and what went wrong."""

from dataclasses import dataclass
from enum import Enum


class Phase(Enum):
    """Of the network or of an analysis."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Engine:
    """The network: IDLE before it is asked for, RUNNING when it can answer."""

    phase: Phase = Phase.IDLE
    device_note: str = ""
    checkpoint_name: str = ""
    checkpoint_digest: str = ""
    predict_ms: float | None = None  # of the last frame
    synthesise_ms: float | None = None  # of the last change

    @property
    def ready(self) -> bool:
        """Whether it can be asked."""
        return self.phase is Phase.RUNNING


@dataclass(frozen=True, slots=True)
class Analysis:
    """The analysis of the whole clip."""

    phase: Phase = Phase.IDLE
    done: int = 0
    total: int = 0
    rate_per_s: float = 0.0

    @property
    def running(self) -> bool:
        """Whether there is something to cancel."""
        return self.phase in (Phase.STARTING, Phase.RUNNING)

    @property
    def left_s(self) -> float | None:
        """Seconds left, once a rate is known."""
        return (self.total - self.done) / self.rate_per_s if self.rate_per_s > 0 else None


@dataclass(frozen=True, slots=True)
class Task:
    """A long call in the background, of which there is one at a time."""

    name: str
    done: int = 0
    total: int = 0  # 0 as long as that is not known


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person should know: what happened, what to do, and details on demand."""

    what: str
    todo: str
    details: str = ""

    @classmethod
    def of(cls, error: BaseException, doing: str, details: str = "") -> "Problem":
        """In the error's own words where it has them, else in those of the task that failed."""
        what, todo = getattr(error, "what", None), getattr(error, "todo", None)
        if isinstance(what, str) and isinstance(todo, str):
            return cls(what, todo, details)
        return cls(
            f"{doing} failed: {error or type(error).__name__}.",
            "What was computed before is kept. Try again; if it happens again, report it with the details.",
            details,
        )
