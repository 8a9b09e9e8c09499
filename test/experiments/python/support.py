"""Network and folder of the tests of the Python package."""

import os
import tempfile
import unittest

NETWORK = {
    "memspike": 1,
    "seed": 7,
    "duration": 200,
    "populations": {
        "input": {"model": "poisson", "size": 20, "rate": 40},
        "output": {"model": "lif", "size": 4, "tau": 20, "threshold": 5},
    },
    "projections": [
        {
            "from": "input",
            "to": "output",
            "delay": 1,
            "connect": {"all": {"weight": {"uniform": [0, 2]}}},
            "device": {"model": "softBound", "gMin": 1e-6, "gMax": 1e-4, "weightAtGMax": 2},
            "rule": {"model": "pairStdp"},
            "record": {"weights": {"every": 100}},
        }
    ],
    "record": {"spikes": ["input", "output"]},
}


class FolderTest(unittest.TestCase):
    """Test in an empty working directory."""

    def setUp(self):
        previous = os.getcwd()
        folder = tempfile.TemporaryDirectory()
        os.chdir(folder.name)
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, previous)

    def check_refusal(self, error_type, pattern, act):
        """Checks that `act` raises one sentence, and that no directory of results is left."""
        with self.assertRaisesRegex(error_type, pattern) as caught:
            act()
        self.assertNotIn("\n", str(caught.exception))
        runs = os.listdir("runs") if os.path.isdir("runs") else []
        self.assertEqual([name for name in runs if not os.listdir(f"runs/{name}")], [])
