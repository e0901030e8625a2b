"""Session <-> jobs <-> core."""
