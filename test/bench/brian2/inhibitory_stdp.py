"""Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011 (doi:10.1126/science.1211095): inhibitory plasticity balances a network.

8,000 excitatory and 2,000 inhibitory LIF neurons with conductances of 5 and 10 ms, connected with probability 0.02; a delay of 0.1 ms.
Inhibitory synapses onto excitatory neurons learn: eta (y - alpha) at a presynaptic spike, which passes before, eta x at a postsynaptic one,
alpha = 2 x 3 Hz x 20 ms, eta 0.01 nS.
"""
import brian2 as b
import numpy as np
from brian2 import Hz, ms, mV, second
from standalone import begin, serve

a = begin(dt=0.1, n=10000, seconds=1.0)
ne = a.n * 4 // 5
# Potentials from rest at -60 mV; conductances in leak conductances of 10 nS; 20 mV is the constant current of 200 pA.
neurons = b.NeuronGroup(a.n, '''dv/dt = (20*mV - v + ge*(60*mV - v) + gi*(-20*mV - v))/(20*ms) : volt (unless refractory)
                                dge/dt = -ge/(5*ms) : 1
                                dgi/dt = -gi/(10*ms) : 1''',
                        threshold='v > 10*mV', reset='v = 0*mV', refractory=5 * ms, method='euler')
neurons.v = 'rand()*10*mV'
exc, inh = neurons[:ne], neurons[ne:]
p = 200 / a.n
every = b.Synapses(exc, neurons, on_pre='ge_post += 0.03', delay=0.1 * ms)
every.connect(p=p)
fixed = b.Synapses(inh, inh, on_pre='gi_post += 0.3', delay=0.1 * ms)
fixed.connect(p=p)
learning = b.Synapses(inh, exc, '''w : 1
                                   dx/dt = -x/(20*ms) : 1 (event-driven)
                                   dy/dt = -y/(20*ms) : 1 (event-driven)''',
                      on_pre='''gi_post += w/10
                                x += 1
                                w = clip(w + eta*(y - alpha), 0, 100)''',
                      on_post='''y += 1
                                 w = clip(w + eta*x, 0, 100)''',
                      delay=0.1 * ms, namespace={'eta': 0.01, 'alpha': 2 * 3 * Hz * 20 * ms})
learning.connect(p=p)
learning.w = 0
spikes = b.SpikeMonitor(neurons)
net = b.Network(neurons, every, fixed, learning, spikes)
net.run(a.seconds * second)


def report():
    late = spikes.t / second >= a.seconds / 5
    excitatory = spikes.i < ne
    rate = lambda of, size: float(np.sum(late & of)) / size / (0.8 * a.seconds)
    counts = {'late excitatory rate (Hz)': rate(excitatory, ne), 'late inhibitory rate (Hz)': rate(~excitatory, a.n - ne),
              'mean inhibitory weight (nS)': float(np.mean(learning.w))}
    return {'biological': a.seconds * 1000, 'counts': counts}


serve(a, report)
