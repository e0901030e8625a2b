"""What is true now, in plain Python: no Qt, no torch."""
