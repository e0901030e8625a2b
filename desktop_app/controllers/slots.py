"""Slots of the files' worker, by priority."""

SAVE, READ, FIND, FOLD, ASIDE, LEFT = range(10, 16)
"""After those of pictures that go out and come in (`files`)."""
