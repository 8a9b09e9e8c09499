"""The measures of `memspike analyse` by Elephant's definitions, in NumPy and SciPy alone: prints them as JSON.

Usage: elephant.py SPIKES.npz SIZES SEGMENT, the sizes of the populations separated by commas. Bins of 5 ms over 1,000 ms.
"""

import json
import sys

import numpy as np
from scipy.signal import welch
from scipy.stats import variation

DURATION, BIN, FANO, BURST, TAU, COST = 1000, 5, 100, 10, 20, 0.1


def van_rossum(a, b):
    def k(x, y):
        return np.exp(-np.abs(x[:, None] - y[None, :]) / TAU).sum()

    return np.sqrt(max(0, k(a, a) + k(b, b) - 2 * k(a, b)))


def victor_purpura(a, b):
    d = np.zeros((len(a) + 1, len(b) + 1))
    d[:, 0] = np.arange(len(a) + 1)
    d[0, :] = np.arange(len(b) + 1)
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            moved = d[i - 1, j - 1] + COST * abs(a[i - 1] - b[j - 1])
            d[i, j] = min(d[i - 1, j] + 1, d[i, j - 1] + 1, moved)
    return d[-1, -1]


def binned(times, width):
    return np.histogram(times, bins=np.arange(0, DURATION + 1, width))[0]


def bursts(isi):
    count, run = 0, 1
    for interval in [*isi, np.inf]:
        if interval <= BURST:
            run += 1
        else:
            count += run >= 3
            run = 1
    return int(count)


def measures(times, neurons, size, segment):
    trains = [times[neurons == j] for j in range(size)]
    isis = [isi for isi in map(np.diff, trains) if len(isi) > 1]
    counts = np.array([binned(train, BIN) for train in trains])
    windows = np.array([binned(train, FANO) for train in trains])
    windows = windows[windows.sum(1) > 0]
    varying = counts.var(1) > 0
    r = np.corrcoef(counts[varying])
    n = varying.sum()
    firing = counts[counts.sum(1) > 0]
    compared = [j for j in range(size) if len(trains[j]) > 0][:3]
    pairs = [(a, b) for i, a in enumerate(compared) for b in compared[i + 1 :]]
    return {
        "rate": len(times) / size / DURATION * 1000,
        "cv": np.mean([variation(isi) for isi in isis]),
        "cv2": np.mean([np.mean(2 * np.abs(np.diff(i)) / (i[1:] + i[:-1])) for i in isis]),
        "lv": np.mean([np.mean(3 * np.diff(i) ** 2 / (i[1:] + i[:-1]) ** 2) for i in isis]),
        "fano": np.mean(windows.var(1) / windows.mean(1)),
        "correlation": (r.sum() - n) / (n * (n - 1)),
        "synchrony": np.sqrt(firing.mean(0).var() / firing.var(1).mean()),
        "bursts": sum(bursts(np.diff(train)) for train in trains),
        "silence": np.diff([0, *np.sort(times), DURATION]).max(),
        "power": welch(counts.sum(0) / size / BIN * 1000, fs=1000 / BIN, nperseg=segment)[1].tolist(),
        "pairs": [
            [a, b, np.corrcoef(counts[a], counts[b])[0, 1], van_rossum(trains[a], trains[b]), victor_purpura(trains[a], trains[b])]
            for a, b in pairs
        ],
    }


def correlogram(a, b, lag):
    lags = range(-lag, lag + 1)
    return [int(sum(a[i] * b[i + k] for i in range(max(0, -k), min(len(a), len(a) - k)))) for k in lags]


def main(path, sizes, segment):
    log = np.load(path)
    of = [log["population"] == p for p in range(len(sizes))]
    all_of = [measures(log["time"][m], log["neuron"][m], size, segment) for m, size in zip(of, sizes)]
    totals = [binned(log["time"][m], BIN) for m in of]
    print(json.dumps({"populations": all_of, "cross": correlogram(totals[0], totals[1], 20)}, default=float))


main(sys.argv[1], [int(size) for size in sys.argv[2].split(",")], int(sys.argv[3]))
