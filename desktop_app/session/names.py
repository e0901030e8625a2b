"""What a person calls things."""


def title(name: str) -> str:
    """Of a joint or a part.

    >>> title("l_upper_arm"), title("pelvis")
    ('Left upper arm', 'Pelvis')
    """
    side = {"l_": "left ", "r_": "right "}.get(name[:2], "")
    return (side + (name[2:] if side else name).replace("_", " ")).capitalize()
