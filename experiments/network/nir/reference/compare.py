"""Compares the output of a simulator with the exact reference beside this file: python compare.py OUTPUT [OUTPUT ...]

OUTPUT/PRIMITIVE/NN.npz holds the response of the nodes to the events of PRIMITIVE/NN.json: `spike` (times, s), and if
known `time` (s) and `potential` at these times, and the time step `dt` (s). One table row per OUTPUT and primitive, in
the order of dt, with errors in ms; `order` is the slope of log(mean spike error) over log(dt) to the OUTPUT before.
Exit code 1 if spikes are missing or extra, or if an error of a spike time exceeds --tolerance (ms).
"""
import argparse
import pathlib
import sys

import numpy as np

REFERENCE = pathlib.Path(__file__).resolve().parent


def compare(path):
    """Errors of one file: number of missing (< 0) or extra spikes, errors of spike times (ms) and of potentials."""
    exact, found = np.load(REFERENCE / path.parent.name / path.name), np.load(path)
    expected, spikes = exact['spike'], np.sort(found['spike'])
    count = min(len(expected), len(spikes))
    errors, potentials = 1e3 * np.abs(spikes[:count] - expected[:count]), np.zeros(0)
    if 'potential' in found and 'time' in found:
        shared, ours, theirs = np.intersect1d(exact['time'].round(9), found['time'].round(9), return_indices=True)
        if len(shared) == 0:
            sys.exit(f'{path}: no time in `time` is one of the reference, which has multiples of 0.001 s.')
        potentials = np.abs(found['potential'][theirs] - exact['potential'][ours])
    return len(spikes) - len(expected), errors, potentials


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('outputs', nargs='+', type=pathlib.Path, metavar='OUTPUT')
    parser.add_argument('--tolerance', type=float, default=np.inf, help='largest accepted error of a spike time, ms')
    options = parser.parse_args()
    rows, failed = [], False
    for output in options.outputs:
        for folder in sorted(path for path in REFERENCE.iterdir() if path.is_dir() and (output / path.name).is_dir()):
            files = sorted((output / folder.name).glob('[0-9][0-9].npz'))
            dt = {float(np.load(file)['dt']) for file in files if 'dt' in np.load(file)} or {np.nan}
            if len(dt) > 1:
                sys.exit(f'{output / folder.name}: the files have time steps {sorted(dt)} s, but must have one.')
            surplus, errors, potentials = zip(*map(compare, files))
            errors, potentials = np.concatenate(errors), np.concatenate(potentials)
            failed |= any(surplus) or bool((errors > options.tolerance).any())
            mean = float(errors.mean()) if len(errors) else np.nan
            rows.append((folder.name, 1e3 * dt.pop(), len(files), int(np.abs(surplus).sum()), mean,
                         errors.max(initial=0), potentials.max(initial=0), output))
    if not rows:
        sys.exit(f'{options.outputs[0]} has no folder of a primitive, such as LIF.')
    rows.sort(key=lambda row: row[:2])
    print('primitive        dt  files  wrong count  mean error   max error    max |dv|  order')
    for before, row in zip([rows[0], *rows], rows):
        known = before[0] == row[0] and before[1] < row[1] and before[4] > 0
        order = np.log(row[4] / before[4]) / np.log(row[1] / before[1]) if known else np.nan
        print('{:10} {:8.4g} {:6} {:12} {:11.3g} {:11.3g} {:11.3g} '.format(*row[:7]) + f'{order:6.2f}  {row[7]}')
    sys.exit(int(failed))


if __name__ == '__main__':
    main()
