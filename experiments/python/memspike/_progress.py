"""Progress of a run: a bar of tqdm if it is installed, else lines on standard error."""

from __future__ import annotations

import sys
import time
from typing import Any

try:
    from tqdm.auto import tqdm
except ImportError:
    tqdm = None

SECONDS_BETWEEN_LINES = 5


class ProgressDisplay:
    """Display of the progress that a command reports about once per second."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._label, self._next_line_time = "", 0.0

    def update(self, state: dict[str, Any]) -> None:
        """Shows a progress state; nothing for short work, whose first state is also its last."""
        if state["label"] != self._label:
            if state["final"]:
                return
            self.close()
            self._label = state["label"]
            if tqdm is not None:
                self._bar = tqdm(total=state["total"], desc=state["label"], unit=f" {state['unit']}")
        if self._bar is not None:
            self._bar.n = state["done"]
            self._bar.set_postfix_str(state["text"])
        elif state["final"] or time.monotonic() >= self._next_line_time:
            self._next_line_time = time.monotonic() + SECONDS_BETWEEN_LINES
            percent = f"{100 * state['done'] / (state['total'] or 1):.0f} %"
            left = f"{state['secondsLeft']:.0f} s left" if state["secondsLeft"] else ""
            print(f"{state['label']}: {', '.join(filter(None, [percent, left, state['text']]))}", file=sys.stderr)
        if state["final"]:
            self.close()

    def close(self) -> None:
        """Ends the bar."""
        if self._bar is not None:
            self._bar.close()
        self._bar, self._label = None, ""
