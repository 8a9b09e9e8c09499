"""The command `memspike`, also as `python -m memspike`."""

import subprocess
import sys

from ._errors import MemspikeError
from ._node import BUNDLE, find_node, make_environment


def main() -> int:
    """Runs the command line; returns the exit status."""
    try:
        process = subprocess.Popen([find_node(), str(BUNDLE / "cli.js"), *sys.argv[1:]], env=make_environment())
    except MemspikeError as error:
        sys.exit(f"memspike: {error}")
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the terminal also interrupts the command, which saves its checkpoint


if __name__ == "__main__":
    sys.exit(main())
