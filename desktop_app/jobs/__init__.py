"""Threads without Qt: the newest request wins, long work is a generator (standard library only)."""
