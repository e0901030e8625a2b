"""What teaches without labels, one idea a file. Each term is a pure function: nothing on the right answer, more on a
wrong one, with a gradient where something should change.

====================  ==============================================================================================
`reconstruction`      the appearance of one frame in the pose of another is that other frame
`segmentation`        networks, puppet and what moves before the background agree about what is a person, and which part
`cycle`               pose and appearance of a made picture are read back as they were put in
`prior`               poses are such as people hold
`equivariance`        what is said of a picture moves with it
`continuity`          people move only so fast and stay who they are
====================  ==============================================================================================

They are put together in `core_model.training.self_supervision`.
"""
