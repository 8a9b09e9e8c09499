"""Devices, training and sweeps of the Python package."""

import io
import sys
import types
import unittest
import urllib.request
from contextlib import redirect_stderr
from unittest import mock

import numpy as np
from support import NETWORK, FolderTest

import memspike as ms
from memspike._progress import ProgressDisplay

PULSES = {
    "direction": ["up"] * 40 + ["down"] * 40,
    "pulse": [*range(1, 41), *range(1, 41)],
    "conductance": np.concatenate([1e-5 * (2 - np.exp(-np.arange(40) / 15)), 1e-5 * (1 + np.exp(-np.arange(40) / 12))]),
}


def make_images(count=30, seed=1):
    """Images of two classes: a bright upper half, a bright lower half."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    images = random.integers(0, 40, (count, 8, 8))
    images[labels == 0, :4] += 200
    images[labels == 1, 4:] += 200
    return images, labels


IMAGES = dict(zip(["train_images", "train_labels", "test_images", "test_labels"], [*make_images(), *make_images(10, 2)]))
SMALL = {"neurons": 4, "epochs": 1, "train": 20, "label": 10, "test": 10}


class DeviceTest(FolderTest):
    def test_a_fit_of_arrays_is_a_device_of_a_characterisation(self):
        import pandas

        fit = ms.fit(PULSES)
        self.assertIn(fit.summary["best"], fit.summary["models"])
        self.assertIn("rmse", fit.text.lower())
        self.assertGreater(len(fit.to_pandas()), 70)
        self.assertTrue(fit._repr_svg_().startswith("<svg"))
        self.assertEqual(ms.read(fit).summary, fit.summary)
        same = ms.fit(pandas.DataFrame(PULSES))
        self.assertEqual(same.summary["models"], fit.summary["models"])
        sheet = ms.characterise(fit, devices=3)
        self.assertIn("pulses", sheet.text)
        self.assertGreater(len(sheet.table("pulses")), 10)
        self.assertEqual(list(ms.read(sheet).pictures), ["characterise"])

    def test_a_passport_says_what_is_missing(self):
        passport = ms.passport("hp-tio2", seeds=1, brief=True)
        self.assertEqual(passport.summary["all"]["accuracy"], passport.summary["ideal"]["accuracy"])
        self.assertTrue(any(text.startswith("lifetime") for text in passport.summary["missing"]))
        self.assertEqual(set(ms.read(passport).pictures), {"accuracy", "curves"})


class TrainingTest(FolderTest):
    def test_mnist_has_an_accuracy_and_the_settings_of_its_keywords(self):
        training = ms.mnist(**SMALL, **{"homeostasis.gain": 0}, pictures=False)
        self.assertGreater(training.accuracy, 0)
        self.assertIn("--set homeostasis.gain=0", training.summary["commandLine"])
        self.assertIn("--neurons 4 --epochs 1 --train 20", training.summary["commandLine"])
        self.assertEqual(set(training.spikes), {"time", "neuron", "population"})

    def test_learn_takes_arrays(self):
        training = ms.learn(data=IMAGES, neurons=4, epochs=1, train=20, label=10, test=10)
        self.assertEqual(training.summary["imageRows"], 8)
        self.assertIn("receptive-fields", training.pictures)

    def test_learn_takes_signals(self):
        with open("waves.csv", "w") as file:
            file.write("class,part,a,b,c,d\n")
            for i in range(24):
                sign = 1 - 2 * (i % 2)
                part = "test" if i >= 16 else "train"
                size = 5 + i if part == "train" else i - 10.5
                file.write(f"{sign},{part},{sign * size},{i % 3},{-sign * size},0\n")
        settings = {"signals.splitColumn": "part", "pixels.mean": 0.5, "pixels.sd": 0.25}
        training = ms.learn(data="waves.csv", network="perceptron", training="exSitu", epochs=30, **settings)
        self.assertEqual(training.accuracy, 100)
        self.assertEqual(training.summary["testImages"], 8)
        unknown = {"signals.splitColumn": "nothing"}
        self.check_refusal(ms.MemspikeError, "with nothing among them", lambda: ms.learn(data="waves.csv", **unknown))

    def test_arrays_of_the_wrong_shape_are_refused(self):
        def learn(**changes):
            return lambda: ms.learn(data={**IMAGES, **changes})

        flat = IMAGES["train_images"].reshape(30, 64)
        shape = r"train_images has the shape \(30, 64\), but must have images, rows, columns"
        self.check_refusal(ms.UsageError, shape, learn(train_images=flat))
        few = IMAGES["train_labels"][:9]
        self.check_refusal(ms.MemspikeError, "9 labels found, expected 30", learn(train_labels=few))
        floats = IMAGES["test_images"] / 255
        self.check_refusal(ms.UsageError, "test_images must have integers from 0 to 255", learn(test_images=floats))
        self.check_refusal(ms.UsageError, "data has the keys a, but must", lambda: ms.learn(data={"a": 1}))
        self.check_refusal(ms.UsageError, "data has the type list", lambda: ms.learn(data=[flat]))
        unequal = {**PULSES, "pulse": [1, 2]}
        self.check_refusal(ms.UsageError, r"columns of the shapes .*pulse \(2,\)", lambda: ms.fit(unequal))


class SweepTest(FolderTest):
    PLAN = {
        "memspike": 1,
        "experiment": "run",
        "network": NETWORK,
        "replicates": 1,
        "parameters": {"rate": {"path": "populations.input.rate", "list": [10, 40]}},
        "metrics": ["populations.output.rate"],
    }

    def test_a_sweep_is_a_table_and_resumes(self):
        sweep = ms.sweep(self.PLAN, workers=1)
        self.assertEqual(list(sweep.to_pandas()["rate"]), [10, 40])
        self.assertEqual([point["parameters"]["rate"] for point in sweep.summary["points"]], [10, 40])
        self.assertEqual(len(sweep.pictures), 1)
        again = ms.sweep(self.PLAN, workers=1, out=sweep.path)
        self.assertEqual(again.summary, sweep.summary)
        self.assertEqual(ms.read(sweep).summary, sweep.summary)


class DisplayTest(FolderTest):
    STATE = {"label": "simulating", "total": 200, "unit": "ms", "text": "", "secondsLeft": None, "final": False}
    STATES = [{**STATE, "done": 50, "secondsLeft": 3.2}, {**STATE, "done": 100}, {**STATE, "done": 200, "final": True}]

    def show(self, states):
        display = ProgressDisplay()
        for state in states:
            display.update(state)
        display.close()

    def test_tqdm_shows_the_progress_if_it_is_installed(self):
        bars = []

        class Bar:
            def __init__(self, **options):
                self.options, self.n, self.states = options, 0, []
                bars.append(self)

            def set_postfix_str(self, text):
                self.states.append(self.n)

            close = lambda self: None

        with mock.patch("memspike._progress.tqdm", Bar):
            self.show(self.STATES)
            self.show(self.STATES[-1:])
        self.assertEqual([(bar.options["total"], bar.states) for bar in bars], [(200, [50, 100, 200])])

    def test_lines_on_standard_error_show_the_progress_otherwise(self):
        shown = io.StringIO()
        with mock.patch("memspike._progress.tqdm", None), redirect_stderr(shown):
            self.show(self.STATES)
            self.show(self.STATES[-1:])
        self.assertEqual(shown.getvalue(), "simulating: 25 %, 3 s left\nsimulating: 100 %\n")

    def test_warnings_of_a_run_are_warnings_of_python(self):
        with self.assertWarnsRegex(ms.MemspikeWarning, "output never fired"):
            ms.run(NETWORK, **{"populations.input.rate": 0.01, "duration": 10})

    def test_the_lab_is_served_until_it_is_stopped(self):
        lab = ms.lab()
        self.assertIn(f'<iframe src="{lab}"', lab._repr_html_())
        with urllib.request.urlopen(lab) as response:
            self.assertIn(b"<html", response.read())
        self.assertEqual(ms.run(NETWORK).summary["duration"], 200)
        lab.stop()
        with self.assertRaises(OSError):
            urllib.request.urlopen(lab)

    def test_pyarrow_reads_the_logs_if_it_is_installed(self):
        run = ms.run(NETWORK)
        column = types.SimpleNamespace(to_numpy=lambda: np.array([0, 1]))
        table = mock.MagicMock(column_names=["time", "population"])
        table.__getitem__.return_value = column
        table.schema.metadata = {b"populations": b'["a", "b"]'}
        arrow = mock.MagicMock()
        arrow.ipc.open_stream.return_value.read_all.return_value = table
        with mock.patch.dict(sys.modules, pyarrow=arrow):
            self.assertEqual(list(ms.read(run.path / "spikes.arrows").population), ["a", "b"])


if __name__ == "__main__":
    unittest.main()
