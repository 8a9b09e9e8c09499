"""Potjans & Diesmann 2014 (doi:10.1093/cercor/bhs358): a square millimetre of early sensory cortex, a tenth of its neurons.

7,717 LIF neurons in eight populations keep the mean in-degrees of the full model: 30 million synapses with exponential currents of 0.5 ms, whose
weights scatter by 10 % and delays by half of 1.5 or 0.8 ms, on a grid of 0.1 ms. The external input is its mean, a constant current.
"""
import brian2 as b
import numpy as np
from brian2 import ms, second
from standalone import begin, serve

a = begin(dt=0.1, seconds=10.0)
names = ['L23E', 'L23I', 'L4E', 'L4I', 'L5E', 'L5I', 'L6E', 'L6I']
full = np.array([20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948])
external = np.array([1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100])
probabilities = np.array([[0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0],
                          [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0],
                          [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0],
                          [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0],
                          [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0],
                          [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0],
                          [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
                          [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443]])
sizes = np.floor(0.1 * full + 0.5).astype(int)
firsts = np.concatenate([[0], np.cumsum(sizes)])
pA = 87.8 * 10 / 250  # mV: a current of 87.8 pA through the membrane's 40 megaohm

# v in mV from rest, I in mV. Brian2 counts refractoriness from the start of a spike's step: 2.1 ms is 2 ms from its end.
neurons = b.NeuronGroup(firsts[-1], '''dv/dt = (I + drive - v)/(10*ms) : 1 (unless refractory)
                                       dI/dt = -I/(0.5*ms) : 1
                                       drive : 1 (constant)''',
                        threshold='v > 15', reset='v = 0', refractory=2.1 * ms, method='exact')
neurons.v = 'rand()*15'
neurons.drive = np.repeat(external * 0.008 * 0.5 * pA, sizes)

rng = np.random.default_rng(a.seed)
synapses = []
for kind in (0, 1):  # excitatory and inhibitory ones
    i, j, w, d = [], [], [], []
    for target in range(8):
        for source in range(kind, 8, 2):
            count = int(np.floor(-np.log1p(-probabilities[target, source]) * full[source] * full[target] * 0.1 + 0.5))
            mean = (-4 if kind else 2 if (target, source) == (0, 2) else 1) * pA
            i.append(firsts[source] + rng.integers(sizes[source], size=count, dtype=np.int32))
            j.append(firsts[target] + rng.integers(sizes[target], size=count, dtype=np.int32))
            w.append(mean * np.maximum(1 + 0.1 * rng.standard_normal(count), 0))
            late = (0.8 if kind else 1.5) * (1 + 0.5 * rng.standard_normal(count))
            while (early := late < 0.05).any():
                late[early] = (0.8 if kind else 1.5) * (1 + 0.5 * rng.standard_normal(early.sum()))
            d.append(np.floor(late / 0.1 + 0.5) * 0.1)
    i, j, w, d = (np.concatenate(x) for x in (i, j, w, d))
    order = np.argsort(i, kind='stable')  # stored by source, so that a spike reads contiguously
    made = b.Synapses(neurons, neurons, 'w : 1 (constant)', on_pre='I_post += w')
    made.connect(i=i[order], j=j[order])
    made.w = w[order]
    made.delay = d[order] * ms
    synapses.append(made)
spikes = b.SpikeMonitor(neurons)
net = b.Network(neurons, synapses, spikes)
net.run(a.seconds * second)


def report():
    blocks = {}
    for k, name in enumerate(names):
        own = spikes.t[(spikes.i >= firsts[k]) & (spikes.i < firsts[k + 1])] / second
        blocks[name + ' (Hz)'] = (np.histogram(own, int(a.seconds), (0, a.seconds))[0] / sizes[k]).tolist()
    counts = {name: float(np.mean(rates)) for name, rates in blocks.items()}
    return {'biological': a.seconds * 1000, 'counts': counts, 'blocks': blocks}


serve(a, report)
