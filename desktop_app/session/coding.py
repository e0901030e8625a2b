"""What a session keeps <-> what its file holds. Keys that are not known are handed on."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from core_model.skeleton import NUM_LIMBS, NUM_PARTS, NUM_SHAPE
from desktop_app.session.clip_file import ClipFile
from desktop_app.session.coding_seen import seen_arrays, seen_from
from desktop_app.session.container import Content, damaged
from desktop_app.session.corrections import Corrections
from desktop_app.session.display import Compare, Display, Trail
from desktop_app.session.edits import ORBIT_FIELDS, Edit
from desktop_app.session.keeping import Foreign, Origin
from desktop_app.session.kept import Arrays, Kept
from desktop_app.session.playback import MAX_SPEED, Playback
from desktop_app.session.staging import CLEAN, FILLED, OWN, Behind, Ground, Guest, Outfit, Staging

DELTA = "adaptation.safetensors"
_SHEET = "sheet"
MakePerson = Callable[[Arrays], Any]
"""The core's own person, of the arrays that its `arrays()` gave."""


def encode(kept: Kept, delta: bytes) -> Content:
    """For a file; `delta` is what was learnt, as a file of its own would hold it."""
    staging = kept.staging
    chosen = (staging.outfit, staging.other, *staging.parts.values())
    outfits = tuple(dict.fromkeys((OWN, *kept.outfits, *chosen)))  # eq by identity
    number = {id(outfit): i for i, outfit in enumerate(outfits)}
    content = Content(arrays=dict(kept.foreign.arrays), others=dict(kept.foreign.others))
    content.state.update(
        kept.foreign.state,
        clip=asdict(kept.clip),
        path=str(kept.path) if kept.path else None,
        checkpoint=asdict(kept.origin),
        playback={k: v for k, v in asdict(kept.playback).items() if k != "playing"},
        display={k: _plain(v) for k, v in asdict(kept.display).items() if k != _SHEET},
        edits={str(index): _edit_state(edit) for index, edit in kept.edits.items()},
        corrections=_corrections_state(kept.corrections),
        outfits=[_outfit_state(outfit) for outfit in outfits[1:]],
        staging={
            "outfit": number[id(staging.outfit)],
            "other": number[id(staging.other)],
            "share": staging.share,
            "parts": {str(part): number[id(outfit)] for part, outfit in staging.parts.items()},
            "shape": {str(group): value for group, value in staging.shape.items()},
            "behind": {"ground": staging.behind.ground.name, "rgb": staging.behind.rgb, "name": staging.behind.name},
        },
        adaptation_in_use=kept.in_use,
    )
    content.put("frames", {"state": kept.state, **seen_arrays(kept.seen)})
    content.put("wardrobe", kept.looks or {})
    for i, outfit in enumerate(outfits[1:], 1):
        content.put(f"outfits/{i}", _outfit_arrays(outfit))
    if staging.behind.image is not None:
        content.put("behind", {"image": staging.behind.image})
    if delta:
        content.others[DELTA] = delta
    return content


def decode(path: Path, content: Content, make_person: MakePerson) -> tuple[Kept, bytes]:
    """What was kept, and what was learnt as a file of its own would hold it. Raises SessionFileError."""
    try:
        return _decode(Content(dict(content.state), dict(content.arrays), dict(content.others)), make_person)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, EOFError) as error:
        raise damaged(path) from error


def _decode(content: Content, make_person: MakePerson) -> tuple[Kept, bytes]:
    take = content.state.pop
    clip, path, frames = _clip(take("clip")), take("path"), content.take("frames")
    if frames["state"].shape != (clip.frames,):
        raise ValueError("frames of another clip")
    names, staging = take("outfits"), take("staging")
    outfits = (OWN, *(_outfit(n, content.take(f"outfits/{i}"), make_person) for i, n in enumerate(names, 1)))
    playback, origin = take("playback"), take("checkpoint")
    kept = Kept(
        clip=clip,
        path=Path(path) if path else None,
        playback=_playback(playback, clip.frames),
        display=_display(take("display")),
        state=frames["state"].astype(np.uint8),
        seen=seen_from(frames),
        edits={int(index): _edit(edit) for index, edit in take("edits").items()},
        corrections=_corrections(take("corrections")),
        staging=_staging(staging, outfits, content.take("behind").get("image")),
        outfits=outfits,
        in_use=bool(take("adaptation_in_use")),
        origin=Origin(str(origin["name"]), str(origin["digest"])),
        foreign=Foreign(),
        looks=content.take("wardrobe") or None,
    )
    delta = content.others.pop(DELTA, b"")
    return replace(kept, foreign=Foreign(content.state, content.arrays, content.others)), delta


def _clip(state: Mapping[str, Any]) -> ClipFile:
    width, height = (int(side) for side in state["frame_size_px"])
    relative = state["relative"]
    return ClipFile(
        str(state["absolute"]), str(relative) if relative else None, str(state["fingerprint"]), int(state["frames"]),
        (width, height),
    )  # fmt: skip


def _playback(state: Mapping[str, Any], frames: int) -> Playback:
    first, last = state["loop"] or (0, 0)
    if not 0 <= int(state["index"]) < max(frames, 1) or not 0 <= first <= last < max(frames, 1):
        raise ValueError("a playhead outside the clip")
    loop, speed = (int(first), int(last)) if state["loop"] else None, float(state["speed"])
    return Playback(int(state["index"]), False, loop, bool(state["repeat"]), min(max(speed, -MAX_SPEED), MAX_SPEED))


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
    part, limb = state.get("isolated_part"), state.get("selected_limb")
    return replace(
        default,
        **switches,
        opacity=min(max(float(state.get("opacity", default.opacity)), 0.0), 1.0),
        wipe=min(max(float(state.get("wipe", default.wipe)), 0.0), 1.0),
        trails=tuple(Trail[name] for name in state.get("trails", ()) if name in Trail.__members__),
        sigma_s=max(float(state.get("sigma_s", default.sigma_s)), 0.0),
        compare=Compare.__members__.get(str(state.get("compare")), default.compare),
        isolated_part=None if part is None else _index(part, NUM_PARTS),
        selected_limb=None if limb is None else _index(limb, NUM_LIMBS),
    )


def _edit_state(edit: Edit) -> dict[str, Any]:
    angles = [[limb, axis, value] for (limb, axis), value in edit.angles_rad.items()]
    return {"angles_rad": angles, "orbit": dict(edit.orbit), "filled": edit.filled}


def _edit(state: Mapping[str, Any]) -> Edit:
    edit = Edit()
    for limb, axis, value in state["angles_rad"]:
        edit = edit.with_angle((int(limb), int(axis)), float(value))
    for name, value in state["orbit"].items():
        edit = edit.with_orbit(name, value) if name in ORBIT_FIELDS else edit
    return replace(edit, filled=bool(state["filled"]))


def _corrections_state(made: Corrections) -> dict[str, Any]:
    crops = {str(index): box for index, box in made.crops_px.items()}
    return {"crops_px": crops, "exchanged": sorted(made.exchanged)}


def _corrections(state: Mapping[str, Any]) -> Corrections:
    boxes = {int(index): tuple(float(side) for side in box) for index, box in state["crops_px"].items()}
    if any(len(box) != 4 for box in boxes.values()):
        raise ValueError("a crop that is no square")
    return Corrections(boxes, frozenset(int(index) for index in state["exchanged"]))  # type: ignore[arg-type]


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


def _staging(state: Mapping[str, Any], outfits: tuple[Outfit, ...], image: np.ndarray | None) -> Staging:
    behind = state["behind"]
    ground = Ground[behind["ground"]]
    red, green, blue = (int(channel) for channel in behind["rgb"])
    made = Staging(
        outfit=outfits[state["outfit"]],
        other=outfits[state["other"]],
        share=float(state["share"]),
        parts={_index(part, NUM_PARTS): outfits[outfit] for part, outfit in state["parts"].items()},
        behind={Ground.CLEAN: CLEAN, Ground.FILLED: FILLED}.get(
            ground, Behind(ground, (red, green, blue), image, str(behind["name"]))
        ),
    )
    for group, value in state["shape"].items():
        made = made.with_shape(_index(group, NUM_SHAPE), value)
    return made


def _index(number: str | int, count: int) -> int:
    if not 0 <= int(number) < count:
        raise ValueError(f"{number} of {count}")
    return int(number)
