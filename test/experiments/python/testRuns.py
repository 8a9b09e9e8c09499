"""Runs, tables, overrides and results of the Python package."""

import os
import threading
import unittest

import numpy as np
from support import NETWORK, FolderTest

import memspike as ms


class RunTest(FolderTest):
    def test_run_of_a_dict_has_numpy_arrays_and_a_summary(self):
        run = ms.run(NETWORK)
        self.assertEqual(run.path.as_posix(), "runs/network")
        self.assertEqual(len(run.spikes.time), run.summary["events"]["spikes"])
        self.assertEqual(run.spikes.time.dtype, np.float64)
        self.assertEqual(set(run.spikes.population), {"input", "output"})
        output = run.spikes.select("output")
        rate = len(output) / 4 / (NETWORK["duration"] / 1000)
        self.assertAlmostEqual(rate, run.summary["populations"]["output"]["rate"])
        self.assertIn("input", repr(run.summary["populations"]))

    def test_yaml_text_dict_and_file_give_the_same_spikes(self):
        import json

        text = json.dumps(NETWORK, indent=1)
        with open("net.json", "w") as file:
            file.write(text)
        hashes = {ms.run(network).summary["spikesSha256"] for network in (NETWORK, text, "net.json")}
        self.assertEqual(len(hashes), 1)
        self.assertEqual(sorted(os.listdir("runs")), ["net", "network", "network-2"])

    def test_overrides_set_network_keys_paths_and_options(self):
        run = ms.run(NETWORK, duration=50, out="short", **{"populations.output.tau": np.float64(30)})
        self.assertEqual(run.summary["duration"], 50)
        self.assertEqual(str(run.path), "short")
        config = (run.path / "config.json").read_text()
        self.assertIn('"tau": 30', config)
        self.assertIn("--set duration=50", run.summary["commandLine"])

    def test_numpy_arrays_in_a_network(self):
        network = {**NETWORK, "populations": {"input": {"model": "poisson", "size": np.int64(3), "rate": np.float32(50)}}}
        network["projections"] = []
        network["record"] = {"spikes": ["input"]}
        self.assertGreater(len(ms.run(network).spikes), 0)

    def test_a_relative_path_in_a_dict_is_relative_to_the_working_directory(self):
        first = ms.run(NETWORK)
        replay = {
            "memspike": 1,
            "duration": 200,
            "populations": {"input": {"model": "replay", "size": 20, "log": str(first.path), "population": "input"}},
            "record": {"spikes": ["input"]},
        }
        self.assertEqual(len(ms.run(replay).spikes), len(first.spikes.select("input")))

    def test_a_run_without_spikes_has_empty_arrays(self):
        run = ms.run(NETWORK, quiet=True, **{"populations.input.rate": 0})
        self.assertEqual(run.spikes.time.shape, (0,))
        self.assertEqual(list(run.spikes.population), [])
        self.assertIn("Summary", run._repr_html_())

    def test_pandas_has_categories(self):
        frame = ms.run(NETWORK).to_pandas()
        self.assertEqual(list(frame["population"].cat.categories), ["input", "output"])
        self.assertEqual(sorted(frame.columns), ["neuron", "population", "time"])

    def test_pictures_and_pages_show_themselves(self):
        run = ms.run(NETWORK)
        self.assertTrue(run._repr_svg_().startswith("<svg"))
        self.assertIn("<svg", run._repr_html_())
        self.assertTrue(run.raster(population=["output"]).startswith("<svg"))
        self.assertIn("<iframe srcdoc=", run.report()._repr_html_())

    def test_cost_of_the_system(self):
        self.assertEqual(ms.run(NETWORK).cost, {})
        cost = ms.run(NETWORK, cost="isaac-32nm").cost
        self.assertGreater(cost["energy"]["total"], cost["energy"]["devices"])
        self.assertAlmostEqual(cost["steps"]["read"], 66e-9, delta=1e-15)

    def test_weights_are_a_table(self):
        weights = ms.run(NETWORK).table("weights")
        self.assertEqual(set(weights.projection), {"input->output"})
        self.assertEqual(weights.time.max(), NETWORK["duration"])

    def test_read_gives_what_run_gave(self):
        run = ms.run(NETWORK)
        again = ms.read(run)
        self.assertEqual(again.summary, run.summary)
        np.testing.assert_array_equal(ms.read(run.path / "spikes.arrows").time, run.spikes.time)

    def test_two_threads_run_at_the_same_time_and_give_the_bits_of_one(self):
        single = ms.run(NETWORK).summary["spikesSha256"]
        found = []
        threads = [threading.Thread(target=lambda: found.append(ms.run(NETWORK))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({run.summary["spikesSha256"] for run in found}, {single})
        self.assertEqual(len({str(run.path) for run in found}), 3)

    def test_the_working_directory_may_change(self):
        ms.run(NETWORK)
        os.mkdir("below")
        os.chdir("below")
        self.assertTrue(ms.run(NETWORK).path.resolve().match("below/runs/network"))

    def test_commands_return_text_and_the_console_script_runs(self):
        import subprocess
        import sys

        self.assertIn("ag-hfox-pt", ms.command("device list"))
        words = [sys.executable, "-m", "memspike", "version"]
        self.assertEqual(subprocess.run(words, capture_output=True, text=True).stdout, ms.command("version") + "\n")


if __name__ == "__main__":
    unittest.main()
