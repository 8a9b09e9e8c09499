"""Child process that executes commands: one Node.js process, which computes each command in its own thread."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from typing import Any, NamedTuple, Sequence

from ._errors import MemspikeError, MemspikeWarning, UsageError
from ._node import BUNDLE, find_node, make_environment
from ._progress import ProgressDisplay

ERROR_PREFIX = "memspike: "
USAGE_STATUS = 2
CLOSE_SECONDS = 5


class Request(NamedTuple):
    """Command with its arguments. `texts`: descriptions by name, which positional arguments may use as files."""

    command: str
    positionals: Sequence[str] = ()
    options: dict[str, Any] = {}
    texts: dict[str, str] = {}


class Call:
    """Running command: what it has printed on standard output (`output`) and standard error (`notes`)."""

    def __init__(self, client: Client, request: Request) -> None:
        self.output, self.notes, self._warnings = [], [], []
        self._error, self._is_interrupted = "", False
        self._command, self._client, self._id = request.command, client, next(client.ids)
        self._answers = client.answers[self._id] = queue.SimpleQueue()
        self._progress = ProgressDisplay()
        client.send({"id": self._id, **request._asdict()})

    def read_answer(self) -> int | None:
        """Handles the next answer, if any; returns the exit status if it is the last of the command, else None."""
        try:
            answer = self._answers.get(timeout=0.5)  # without a timeout, Windows does not deliver Ctrl-C
        except queue.Empty:
            if self._client.reader.is_alive():
                return None
            answer = {"stderr": f"{ERROR_PREFIX}the process of memspike has ended; call again.", "status": 1}
        self.output += [answer["stdout"]] if "stdout" in answer else []
        line = answer.get("stderr", "")
        if line.startswith("{"):
            report = json.loads(line)
            self._warnings += [report["warning"]] if "warning" in report else []
            if "label" in report:
                self._progress.update(report)
        elif line.startswith(ERROR_PREFIX):
            self._error = line[len(ERROR_PREFIX) :]
        elif line:
            self.notes.append(line)
            print(line, file=sys.stderr)
        return answer.get("status")

    def interrupt(self) -> None:
        """Requests that the command saves its results and ends; a second request ends it at once."""
        self._client.send({"id": self._id, "interrupt": True})

    def wait(self) -> int:
        """Waits for the end; returns the exit status. The first Ctrl-C ends in order, the second at once."""
        status = None
        try:
            while status is None:
                try:
                    status = self.read_answer()
                except KeyboardInterrupt:
                    self._is_interrupted = True
                    self.interrupt()
        finally:
            if status is None:
                self.interrupt()  # another exception, for example from a timer
            self._progress.close()
        return status

    def check(self, status: int) -> None:
        """Raises the error of a command that has ended with `status`, or issues its warnings."""
        if self._is_interrupted:
            raise KeyboardInterrupt(f"{self._command} was interrupted.")
        if status != 0:
            reason = self._error or (self.notes or [f"{self._command} ended with status {status}."])[-1]
            raise UsageError(reason) if status == USAGE_STATUS else MemspikeError(reason)
        for warning in self._warnings:
            warnings.warn(warning, MemspikeWarning, stacklevel=5)


class Client:
    """Child process with its pipes. Requests and answers are JSON objects, one per line."""

    def __init__(self) -> None:
        words = [find_node(), str(BUNDLE / "pythonServer.js")]
        self.ids = itertools.count(1)
        self.answers: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=make_environment(),
            encoding="utf-8",
            start_new_session=os.name != "nt",  # a new session, so that Ctrl-C in a terminal reaches only Python
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self.reader = threading.Thread(target=self._read_answers, daemon=True)
        self.reader.start()

    def send(self, message: dict[str, Any]) -> None:
        """Writes one line. If the process has ended, `_read_answers` reports its end to every call."""
        with self._lock, contextlib.suppress(OSError):
            self.process.stdin.write(f"{json.dumps(message)}\n")
            self.process.stdin.flush()

    def _read_answers(self) -> None:
        with self.process.stdout, self._errors:
            for line in self.process.stdout:
                answer = json.loads(line)
                self.answers[answer["id"]].put(answer)
                if "status" in answer:
                    del self.answers[answer["id"]]
            status = self.process.wait()
            self._errors.seek(0)
            last = self._errors.read().decode(errors="replace").strip().split("\n")[-1]
        cause = f"status {status}" if status >= 0 else signal.Signals(-status).name
        reason = f"the process of memspike ended with {cause}{last and ': '}{last}; the next call starts a new one."
        while self.answers:
            _, answers = self.answers.popitem()
            answers.put({"stderr": f"{ERROR_PREFIX}{reason}", "status": 1})

    def close(self) -> None:
        """Ends the process; running commands save their checkpoints first."""
        with contextlib.suppress(OSError):  # the process has ended
            self.process.stdin.close()
        try:
            self.process.wait(timeout=CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.reader.join(timeout=CLOSE_SECONDS)


_clients: dict[tuple[int, str], Client] = {}
_clients_lock = threading.Lock()


@atexit.register
def _close_clients(kept_folder: str | None = None) -> None:
    """Closes all clients of this process or, if a folder is to be kept, the idle clients of other folders."""
    for key in [key for key in _clients if key[0] == os.getpid()]:
        if kept_folder is None or (key[1] != kept_folder and not _clients[key].answers):
            _clients.pop(key).close()


def start_call(request: Request) -> Call:
    """Starts a command in the child process of the working directory, which starts with the first command."""
    key = (os.getpid(), os.getcwd())
    with _clients_lock:
        _close_clients(kept_folder=key[1])
        if key in _clients and _clients[key].process.poll() is not None:
            _clients.pop(key).close()
        if key not in _clients:
            _clients[key] = Client()
        return Call(_clients[key], request)


def execute(request: Request) -> str:
    """Executes a command; returns what it has printed on standard output."""
    call = start_call(request)
    call.check(call.wait())
    return "\n".join(call.output)
