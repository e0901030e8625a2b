"""What is true now, as frozen values that one `Session` replaces: no Qt, no torch, no threads (psygnal and numpy)."""
