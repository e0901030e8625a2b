"""From what a person types to a frame, and from a frame to what they read."""

import math
import re

from desktop_app.session.playback import Clip

_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:\.\d*)?)")
_SECONDS = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*s?")
_NUMBER = re.compile(r"#?\s*(\d+)")


def clock(time_s: float, decimals: int = 0) -> str:
    """Seconds as minutes:seconds.

    >>> clock(75.25, 2), clock(0.5)
    ('1:15.25', '0.5')
    """
    if decimals == 0 and time_s < 60:
        return f"{time_s:g}"
    time_s = round(time_s, decimals)
    width = 3 + decimals if decimals else 2
    return f"{int(time_s // 60)}:{time_s % 60:0{width}.{decimals}f}"


def typed_frame(text: str, clip: Clip) -> int | None:
    """`31` or `#31` -> frame 30, counted from 0; a time is understood, too. None where it is neither."""
    if found := _NUMBER.fullmatch(text.strip()):
        return min(max(int(found[1]), 1), len(clip)) - 1
    return typed_time(text, clip)


def typed_time(text: str, clip: Clip) -> int | None:
    """`1:02.5`, `62.5` or `62.5 s` -> the frame on show so long after the first; None where it is no time."""
    text = text.strip().replace(",", ".")
    if found := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return clip.index_at(3600 * hours + 60 * minutes + seconds + _rounding_s(text))
    if found := _SECONDS.fullmatch(text):
        return clip.index_at(float(found[1]) + _rounding_s(found[1]))
    return None


def _rounding_s(text: str) -> float:
    """Half of the last digit: what is read off the clock leads back to the frame that it was read from."""
    decimals = len(text.partition(".")[2])
    return 0.5 * math.pow(10, -decimals) if decimals else 0.0
