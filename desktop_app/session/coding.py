"""What a session keeps <-> what its file holds. Keys that are not known are handed on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields, replace
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from core_model.skeleton import NUM_PARTS
from desktop_app.session.coding_clip import decode_clip, encode_clip, index_of, outfits_in
from desktop_app.session.coding_old import as_now
from desktop_app.session.container import Content, damaged
from desktop_app.session.display import Compare, Display, Trail
from desktop_app.session.keeping import Foreign, Origin
from desktop_app.session.kept import Arrays, KeptSession
from desktop_app.session.staging import OWN, Guest, Outfit

_SHEET = "sheet"
MakePerson = Callable[[Arrays], Any]
"""The core's own person, of the arrays that its `arrays()` gave."""


def encode(kept: KeptSession, deltas: Iterable[bytes]) -> Content:
    """For a file; `deltas` is what was learnt of each clip, as a file of its own would hold it; empty where nothing."""
    outfits = tuple(dict.fromkeys((OWN, *(outfit for clip in kept.clips for outfit in outfits_in(clip)))))
    number = {id(outfit): i for i, outfit in enumerate(outfits)}
    content = Content(arrays=dict(kept.foreign.arrays), others=dict(kept.foreign.others))
    clips = [encode_clip(clip, delta, number) for clip, delta in zip(kept.clips, deltas, strict=True)]
    content.state.update(
        kept.foreign.state,
        path=str(kept.path) if kept.path else None,
        checkpoint=asdict(kept.origin),
        display={k: _plain(v) for k, v in asdict(kept.display).items() if k != _SHEET},
        outfits=[_outfit_state(outfit) for outfit in outfits[1:]],
        shown=kept.shown,
        clips=[clip.state for clip in clips],
    )
    for i, outfit in enumerate(outfits[1:], 1):
        content.put(f"outfits/{i}", _outfit_arrays(outfit))
    for i, clip in enumerate(clips):
        content.put_all(f"clips/{i}", clip)
    return content


def decode(path: Path, content: Content, make_person: MakePerson) -> tuple[KeptSession, list[bytes]]:
    """What was kept, and what was learnt of each clip as a file of its own would hold it. Raises SessionFileError."""
    try:
        copied = Content(dict(content.state), dict(content.arrays), dict(content.others), content.major)
        return _decode(as_now(copied), make_person)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, EOFError) as error:
        raise damaged(path) from error


def _decode(content: Content, make_person: MakePerson) -> tuple[KeptSession, list[bytes]]:
    take = content.state.pop
    names, states, path, origin = take("outfits"), take("clips"), take("path"), take("checkpoint")
    outfits = (OWN, *(_outfit(n, content.take(f"outfits/{i}"), make_person) for i, n in enumerate(names, 1)))
    found = [decode_clip(content.take_all(f"clips/{i}", dict(state)), outfits) for i, state in enumerate(states)]
    kept = KeptSession(
        clips=tuple(clip for clip, _ in found),
        shown=index_of(take("shown"), len(found)),
        path=Path(path) if path else None,
        display=_display(take("display")),
        origin=Origin(str(origin["name"]), str(origin["digest"])),
        foreign=Foreign(),
    )
    foreign = Foreign(content.state, content.arrays, content.others)
    return replace(kept, foreign=foreign), [delta for _, delta in found]


def _plain(switch: object) -> object:
    """As JSON has it."""
    if isinstance(switch, tuple):
        return [_plain(one) for one in switch]
    return switch.name if isinstance(switch, Enum) else switch


def _display(state: Mapping[str, Any]) -> Display:
    """Switches and modes of a newer version are left out."""
    default = Display()
    switches: dict[str, Any] = {
        f.name: bool(state.get(f.name, getattr(default, f.name))) for f in fields(Display) if f.type is bool
    }
    part = state.get("isolated_part")
    return replace(
        default,
        **switches,
        opacity=min(max(float(state.get("opacity", default.opacity)), 0.0), 1.0),
        wipe=min(max(float(state.get("wipe", default.wipe)), 0.0), 1.0),
        trails=tuple(Trail[name] for name in state.get("trails", ()) if name in Trail.__members__),
        sigma_s=max(float(state.get("sigma_s", default.sigma_s)), 0.0),
        compare=Compare.__members__.get(str(state.get("compare")), default.compare),
        isolated_part=None if part is None else index_of(part, NUM_PARTS),
    )


def _outfit_state(outfit: Outfit) -> dict[str, Any]:
    return {"name": outfit.name, "lasting": outfit.lasting}


def _outfit_arrays(outfit: Outfit) -> Arrays:
    if outfit.atlas is not None:
        return {"atlas": (outfit.atlas * 255 + 0.5).astype(np.uint8)}
    return outfit.guest.person.arrays() if outfit.guest else {}


def _outfit(state: Mapping[str, Any], arrays: Arrays, make_person: MakePerson) -> Outfit:
    name, lasting = str(state["name"]), bool(state["lasting"])
    if "atlas" in arrays:
        return Outfit(name, atlas=arrays["atlas"].astype(np.float32) / 255, lasting=lasting)
    person = make_person(arrays)
    return Outfit(name, guest=Guest(name, person.shape, person.poses_rad, person), lasting=lasting)
