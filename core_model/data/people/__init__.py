"""Rendered people: a parametric body in clothes, posed by motion capture, drawn by OpenGL on photographs.

The labels come from the posed body itself, so no annotated real image is ever used. (Nothing is imported here: bodies
alone need neither torch nor OpenGL.)
"""
