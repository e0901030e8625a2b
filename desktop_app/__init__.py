"""The studio: the window on the core."""
