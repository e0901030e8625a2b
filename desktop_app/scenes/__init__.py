"""3D scenes: arrays in, vispy nodes on a given canvas out. No Qt, no session."""
