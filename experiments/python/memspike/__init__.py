"""memspike: event-driven simulator of spiking neural networks whose synapses are memristors."""

from ._commands import Lab, characterise, command, compare, fit, lab, learn, mnist, passport, run, sweep
from ._errors import MemspikeError, MemspikeWarning, UsageError
from ._results import Comparison, Fit, Page, Picture, Result, Run, Sweep, Table, Training, read

__all__ = [
    *("characterise", "command", "compare", "fit", "lab", "learn", "mnist", "passport", "read", "run", "sweep"),
    *("Comparison", "Fit", "Lab", "Page", "Picture", "Result", "Run", "Sweep", "Table", "Training"),
    *("MemspikeError", "MemspikeWarning", "UsageError"),
]
