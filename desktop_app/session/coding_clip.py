"""What is kept of one clip <-> what a session's file holds of it. Keys that are not known are handed on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from core_model.skeleton import NUM_PARTS, NUM_SHAPE
from desktop_app.session.clip_file import ClipFile
from desktop_app.session.coding_seen import seen_arrays, seen_from
from desktop_app.session.container import Content
from desktop_app.session.corrections import Corrections
from desktop_app.session.edits import ORBIT_FIELDS, Edit
from desktop_app.session.keeping import Foreign
from desktop_app.session.kept import Kept, no_looks
from desktop_app.session.playback import MAX_SPEED, Playback
from desktop_app.session.staging import CLEAN, FILLED, OWN, Behind, Ground, Outfit, Staging

DELTA = "adaptation.safetensors"


def outfits_in(kept: Kept) -> tuple[Outfit, ...]:
    """All that can be worn, and what is worn (which may no longer be offered)."""
    staging = kept.staging
    return tuple(dict.fromkeys((*kept.outfits, staging.outfit, staging.other, *staging.parts.values())))  # by identity


def encode_clip(kept: Kept, delta: bytes, number: Mapping[int, int]) -> Content:
    """For a file; `delta` is what was learnt, as a file of its own would hold it, `number` that of an outfit by id."""
    staging = kept.staging
    content = Content(dict(kept.foreign.state), dict(kept.foreign.arrays), dict(kept.foreign.others))
    content.state.update(
        title=kept.title,
        clip=asdict(kept.clip),
        playback={k: v for k, v in asdict(kept.playback).items() if k != "playing"},
        edits={str(index): _edit_state(edit) for index, edit in kept.edits.items()},
        corrections=_corrections_state(kept.corrections),
        outfits=[number[id(outfit)] for outfit in kept.outfits if outfit is not OWN],
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
    content.put("wardrobe", kept.looks() or {})
    if staging.behind.image is not None:
        content.put("behind", {"image": staging.behind.image})
    if delta:
        content.others[DELTA] = delta
    return content


def decode_clip(content: Content, outfits: Sequence[Outfit]) -> tuple[Kept, bytes]:
    """The inverse; `content` is used up. Raises KeyError, ValueError and the like where it makes no sense."""
    take = content.state.pop
    clip, frames, looks = _clip(take("clip")), content.take("frames"), content.take("wardrobe")
    if frames["state"].shape != (clip.frames,):
        raise ValueError("frames of another clip")
    kept = Kept(
        clip=clip,
        title=str(take("title")),
        playback=_playback(take("playback"), clip.frames),
        state=frames["state"].astype(np.uint8),
        seen=seen_from(frames),
        edits={int(index): _edit(edit) for index, edit in take("edits").items()},
        corrections=_corrections(take("corrections")),
        staging=_staging(take("staging"), outfits, content.take("behind").get("image")),
        outfits=(OWN, *(outfits[number] for number in take("outfits"))),
        in_use=bool(take("adaptation_in_use")),
        looks=(lambda: looks) if looks else no_looks,
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


def _staging(state: Mapping[str, Any], outfits: Sequence[Outfit], image: np.ndarray | None) -> Staging:
    behind = state["behind"]
    ground = Ground[behind["ground"]]
    red, green, blue = (int(channel) for channel in behind["rgb"])
    made = Staging(
        outfit=outfits[state["outfit"]],
        other=outfits[state["other"]],
        share=float(state["share"]),
        parts={index_of(part, NUM_PARTS): outfits[outfit] for part, outfit in state["parts"].items()},
        behind={Ground.CLEAN: CLEAN, Ground.FILLED: FILLED}.get(
            ground, Behind(ground, (red, green, blue), image, str(behind["name"]))
        ),
    )
    for group, value in state["shape"].items():
        made = made.with_shape(index_of(group, NUM_SHAPE), value)
    return made


def index_of(number: str | int, count: int) -> int:
    """Of one of so many. Raises ValueError."""
    if not 0 <= int(number) < count:
        raise ValueError(f"{number} of {count}")
    return int(number)
