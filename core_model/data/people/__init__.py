"""Rendered people: a parametric body in clothes, posed by motion capture, drawn by OpenGL on photographs.

The labels come from the posed body itself, so no annotated real image is ever used.
"""

from core_model.data.people.renderer import PeopleRenderer, Rendered

__all__ = ["PeopleRenderer", "Rendered"]
