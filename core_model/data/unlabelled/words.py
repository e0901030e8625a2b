"""Why frames are dropped, in words."""

from collections.abc import Mapping
from typing import Literal

Reason = Literal["unreadable", "nobody", "unsure", "alike", "surplus"]
REASONS: dict[Reason, str] = {
    "unreadable": "could not be read",
    "nobody": "with nobody in them",
    "unsure": "not understood",
    "alike": "like the one before",
    "surplus": "more than needed",
}
"""Why frames are dropped, in words that follow a number."""


def dropped_words(dropped: Mapping[str, int]) -> str:
    """How many frames were dropped, and why; empty where none was."""
    return ", ".join(f"{dropped[reason]} {words}" for reason, words in REASONS.items() if dropped.get(reason))
