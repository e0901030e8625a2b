"""Settings that say what they are: a dataclass whose fields carry help, unit and bounds.

Checks, forms and help texts are all made from these.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_KEY = "about"


@dataclass(frozen=True, slots=True)
class About:
    """What a setting is."""

    help: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    path: str = ""  # "file" or "folder", where it names one
    advanced: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting with its name and what it is when nobody says anything."""

    name: str
    default: Any
    about: About

    def trouble(self, value: object) -> tuple[str, str] | None:
        """What is wrong with a value of the right type, and what to do; None where nothing is."""
        about = self.about
        if about.choices and value not in about.choices:
            return f"The setting {self.name!r} is {value!r}.", f"Give it one of: {', '.join(about.choices)}."
        if isinstance(value, int | float):
            if about.least is not None and not value >= about.least:
                return f"The setting {self.name!r} is {value}.", f"Give it at least {about.least:g}."
            if about.most is not None and not value <= about.most:
                return f"The setting {self.name!r} is {value}.", f"Give it at most {about.most:g}."
        return None

    def text(self) -> str:
        """For example `batch = 32 (images): images a step; at least 1`."""
        about = self.about
        least, most = (None if bound is None else f"{bound:g}" for bound in (about.least, about.most))
        bounds = f"{least} to {most}" if least and most else f"at least {least}" if least else ""
        more = "; ".join(filter(None, (bounds, " | ".join(about.choices))))
        unit = f" {about.unit}" if about.unit else ""
        value = str(self.default).lower() if isinstance(self.default, bool) else repr(self.default).replace("'", '"')
        return f"{self.name} = {value}{unit}: {about.help}" + (f" ({more})" if more else "")


def setting(default: Any, help: str, **about: Any) -> Any:
    """A field of a dataclass of settings; `about` as in `About`."""
    return dataclasses.field(default=default, metadata={_KEY: About(help, **about)})


def settings_of(table: type) -> Iterator[Setting]:
    """The settings of such a dataclass, in their order."""
    for field in dataclasses.fields(table):
        if _KEY in field.metadata:
            yield Setting(field.name, field.default, field.metadata[_KEY])
