"""Files of older versions, as this one would have written them."""

from desktop_app.session.container import Content

_OF_THE_CLIP = ("clip", "playback", "edits", "corrections", "staging", "adaptation_in_use")
_FOLDERS = ("frames/", "wardrobe/", "behind/", "adaptation.safetensors")


def as_now(content: Content) -> Content:
    """Up to version 1 a session was one clip, whose members lay where now those of all clips do."""
    if content.major > 1:
        return content
    state = dict(content.state)
    clip = {name: state.pop(name) for name in _OF_THE_CLIP}
    clip |= {"title": "", "outfits": list(range(1, len(state["outfits"]) + 1))}

    def moved(name: str) -> str:
        return f"clips/0/{name}" if name.startswith(_FOLDERS) else name

    return Content(
        {**state, "shown": 0, "clips": [clip]},
        {moved(name): array for name, array in content.arrays.items()},
        {moved(name): data for name, data in content.others.items()},
    )
