"""Commands as functions. Keywords are the options of the command, with `_` for `-` (`memspike help COMMAND`)."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._client import Call, Request, execute, start_call
from ._inputs import read_description, read_path, to_json, write_images, write_table
from ._results import Fit, Result, Run, Sweep, Training, read


def _claim_folder(name: str) -> Path:
    """Creates the first free directory of `runs/NAME`, `runs/NAME-2`, …; two calls never get the same directory."""
    for number in itertools.count(1):
        path = Path("runs", name if number == 1 else f"{name}-{number}")
        with contextlib.suppress(FileExistsError):
            path.mkdir(parents=True)
            return path
    raise AssertionError


def _compute(name: str, request: Request, resumption: str) -> Any:
    """Executes a command and reads its results; `resumption`, without `out`, is the call that resumes the command."""
    options = to_json(request.options, request.command)
    claimed = _claim_folder(name) if options.get("out") is None else None
    path = Path(claimed or options["out"])
    try:
        text = execute(request._replace(options={**options, "out": str(path)}))
    except KeyboardInterrupt as interruption:
        kept = f" Resume it with {resumption}, out={str(path)!r})." if any(path.glob("*")) else ""
        raise KeyboardInterrupt(f"{interruption}{kept}") from None
    finally:
        if claimed and not any(claimed.iterdir()):
            claimed.rmdir()
    result = read(path)
    result.text = text
    return result


def run(network: Any = None, **overrides: Any) -> Run:
    """Runs a network: a dict, a YAML text or the path of a network file. A keyword is an option of `memspike run` or a
    key of the network that it overrides, such as `duration=500` or `**{"populations.output.tau": 20}`."""
    positionals, texts = read_description(network, "network", "run")
    name = Path(*positionals).stem or "network"
    return _compute(name, Request("run", positionals, overrides, texts), "ms.run(resume=True")


def _train(command: str, options: dict[str, Any]) -> Training:
    if options.get("data") is not None:
        options["data"] = write_images(options["data"], f"{command}: data")
    return _compute(command, Request(command, (), options), f"ms.{command}(resume=True")


def mnist(**options: Any) -> Training:
    """Trains, labels and tests a network on MNIST, such as `mnist(neurons=100)`; `data` as in `learn`."""
    return _train("mnist", options)


def learn(**options: Any) -> Training:
    """Trains and tests a network on images, such as `learn(data=arrays, network="mlp")`. `data` is a directory, a file
    of signals (with `test_data`), or a dict of arrays: train_images, train_labels, test_images, test_labels."""
    return _train("learn", options)


def fit(files: Any, **options: Any) -> Fit:
    """Fits device models to measured pulses: path, DataFrame, dict of columns, or a list of these, one per device."""
    paths = [write_table(table, "fit: files") for table in (files if isinstance(files, (list, tuple)) else [files])]
    return _compute("fit", Request("device fit", paths, options), "ms.fit(…")


def characterise(device: Any, **options: Any) -> Result:
    """Measures a device: a preset, a device file, a device model or a fit."""
    path = read_path(device, "characterise: device")
    return _compute("characterise", Request("device characterise", [path], options), "ms.characterise(…")


def passport(device: Any, **options: Any) -> Result:
    """Passport of a device by a fixed protocol: accuracy, costs of non-idealities, energy, lifetime, missing data."""
    path = read_path(device, "passport: device")
    return _compute("passport", Request("device passport", [path], options), "ms.passport(…")


def sweep(plan: Any, **options: Any) -> Sweep:
    """Computes a sweep: a dict (its network may be a dict, too), a YAML text, the path of a file, or a study's name."""
    if isinstance(plan, Mapping) and isinstance(plan.get("network"), Mapping):
        text = json.dumps(to_json(plan["network"], "sweep: network"))
        network = Path("runs", f"network-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json").absolute()
        network.parent.mkdir(exist_ok=True)
        network.write_text(text, encoding="utf-8")
        plan = {**plan, "network": str(network)}
    positionals, texts = read_description(plan, "sweep", "sweep")
    return _compute("sweep", Request("study run", positionals, options, texts), "ms.sweep(…")


def command(name: str, *positionals: Any, **options: Any) -> str:
    """Text that any command of memspike prints, such as `command("device list")`."""
    return execute(Request(name, [read_path(word, name) for word in positionals], to_json(options, name)))


class Lab(str):
    """Address of the lab, a web page on this machine to describe and train devices; a notebook shows the page."""

    call: Call

    def _repr_html_(self) -> str:
        return f'<iframe src="{self}" style="width:100%;height:800px;border:0"></iframe>'

    def stop(self) -> None:
        """Ends the server of the lab."""
        self.call.interrupt()
        self.call.wait()


def lab(**options: Any) -> Lab:
    """Serves the lab until `stop()` or the end of the interpreter."""
    call = start_call(Request("lab", (), to_json(options, "lab")))
    addresses: list[str] = []
    while not addresses:
        call.check(call.read_answer() or 0)
        addresses = re.findall(r"http://\S+/", "\n".join(call.output))
    page = Lab(addresses[0])
    page.call = call
    return page
