"""Exceptions of memspike."""


class MemspikeError(RuntimeError):
    """Failed run, or input that memspike refuses; the message is the sentence that the command prints."""


class UsageError(MemspikeError, ValueError):
    """Invalid call: an unknown keyword, or a value that is not allowed."""


class MemspikeWarning(UserWarning):
    """Warning of a run, such as a population that never fired."""
