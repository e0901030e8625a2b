"""Unlabelled video as data: folders of videos in, one file of crops, poses, backgrounds and pairs a video out.

In the order in which a video goes through: `sampling` (by time), `cuts` (shots), `shot` (the person followed),
`keeping` (which frames are kept), `frames`, `camera`, `background`, `scene` (what is behind the person), `foreground`
(their outline), `pairing`, `build` (all of it), `store` (the file), `collect` (many videos), `sheet` (a picture).
"""
