"""PySide6 views: draw the state, report intentions."""
