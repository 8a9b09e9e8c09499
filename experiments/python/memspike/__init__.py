"""memspike: event-driven simulator of spiking neural networks whose synapses are memristors."""

from ._commands import Lab, characterise, command, fit, lab, learn, mnist, passport, run, sweep
from ._errors import MemspikeError, MemspikeWarning, UsageError
from ._results import Fit, Page, Picture, Result, Run, Sweep, Table, Training, read

__all__ = [
    *("characterise", "command", "fit", "lab", "learn", "mnist", "passport", "read", "run", "sweep"),
    *("Fit", "Lab", "Page", "Picture", "Result", "Run", "Sweep", "Table", "Training"),
    *("MemspikeError", "MemspikeWarning", "UsageError"),
]
