"""Exceptions of memspike."""


class MemspikeError(RuntimeError):
    """Error of a failed run or of invalid input; its message is the sentence that the command prints."""


class UsageError(MemspikeError, ValueError):
    """Invalid call: an unknown keyword, or a value that is not allowed."""


class MemspikeWarning(UserWarning):
    """Warning that a run reports, for example if a population never fired."""
