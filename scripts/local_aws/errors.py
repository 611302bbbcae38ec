"""What can go wrong with the local AWS, told in a sentence."""


class LocalAwsError(Exception):
    """The local AWS can't do what was asked; the message says why and what to do."""


class LocalAwsUsageError(LocalAwsError):
    """What was asked can't be meant: nothing was started."""
