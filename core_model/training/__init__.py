"""Losses, trainer, checkpoints and configs."""
