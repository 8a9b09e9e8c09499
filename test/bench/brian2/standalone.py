"""What the benchmark scripts share: a C++ standalone binary, compiled once, run again for every line on standard input.

Each script describes a network, calls `serve(arguments, report)` and so answers with JSON lines: first
{"compiled": true, "version": ...}, then, for each input line, {"wall": s, "cpu": s, ...report()}. Only the time loop is
timed: generating, compiling, connecting, reading and writing arrays are left out. Brian2's own measurement
(`device._last_run_time`) is one of processor time, so both clocks are read around the last `run`.
"""
import argparse
import json
import shutil
import sys
import tempfile

import brian2 as b
import numpy as np

PROBE = """{
    std::ofstream f("clocks.txt", std::ios::app);
    f.precision(17);
    f << std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count() << " "
      << double(std::clock()) / CLOCKS_PER_SEC << std::endl;
}"""


def begin(dt, **options):
    """Parses `--name value` for the given defaults, and sets Brian2 up for C++ standalone at a time step of `dt` ms."""
    parser = argparse.ArgumentParser()
    for name, default in dict(options, dt=dt, seed=1).items():
        parser.add_argument('--' + name, type=type(default), default=default)
    arguments = parser.parse_args()
    arguments.directory = tempfile.mkdtemp(prefix='memspike-bench-')
    b.set_device('cpp_standalone', build_on_run=False, directory=arguments.directory)
    b.prefs.codegen.cpp.headers += ['<chrono>']
    for slot in ('before_network_run', 'after_network_run'):
        b.device.insert_code(slot, PROBE)
    b.defaultclock.dt = arguments.dt * b.ms
    b.seed(arguments.seed)
    return arguments


def serve(arguments, report):
    """Compiles what was described so far; then one run, and one line of results, for every line read."""
    try:
        b.device.build(run=False, directory=arguments.directory, compile=True)
        print(json.dumps({'compiled': True, 'version': b.__version__}), flush=True)
        for _ in sys.stdin:
            b.device.run()
            wall, cpu = np.diff(np.loadtxt(arguments.directory + '/clocks.txt')[-2:], axis=0)[0]
            print(json.dumps({'wall': wall, 'cpu': cpu, **report()}), flush=True)
    finally:
        shutil.rmtree(arguments.directory)
