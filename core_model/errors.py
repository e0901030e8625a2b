"""Errors that are meant for a person: what happened, and what to do about it."""


class PuppetPoseError(Exception):
    """A problem with what was given, told in two sentences.

    `what` says what is wrong, `todo` what the person can do. Both the command line (exit status 2) and the
    studio's banner print ``str(error)``.
    """

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(f"{what} {todo}")
        self.what = what
        self.todo = todo


class MediaError(PuppetPoseError):
    """A video, image or folder that cannot be read."""


class CheckpointError(PuppetPoseError):
    """A checkpoint that is missing, damaged, or of another version."""


class NobodyFoundError(PuppetPoseError):
    """No person was found where one was needed."""


class ConfigError(PuppetPoseError):
    """A setting that is unknown or has a wrong type or value."""
