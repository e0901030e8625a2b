"""Something that only the person can decide."""

from dataclasses import dataclass
from enum import Enum


class Ask(Enum):
    """What is to be decided."""

    MISSING = "where the video of a session is"
    OTHER = "whether another video may stand in for it"
    RECOVER = "what becomes of changes that were never saved"


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """What happened, and what can be done."""

    ask: Ask
    what: str
    todo: str
