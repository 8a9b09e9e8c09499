"""Brunel 2000 (doi:10.1023/A:1008925309027): sparse random network of LIF neurons with delta synapses, fixed in-degree.

8,000 excitatory and 2,000 inhibitory neurons, 800 and 200 inputs each, J 0.1 mV, g 5, delay 1.5 ms, and an independent
Poisson drive of 20 kHz for each neuron (twice what brings it to threshold). `--integrate 1`: input counts while refractory.
"""
import brian2 as b
import numpy as np
from brian2 import ms, mV, second
from standalone import begin, serve

a = begin(dt=0.1, ne=8000, ni=2000, seconds=1.0, integrate=0)
n = a.ne + a.ni
J, v_th, v_reset, tau, g = 0.1 * mV, 20 * mV, 10 * mV, 20 * ms, 5.0
ce = a.ne // 10
rate = 2 * v_th / (J * ce * tau)

if a.integrate:
    # As in NEST: what comes while refractory takes effect, decayed, at the end. v goes on from where it decays to the reset by then.
    equation, reset = 'dv/dt = -v/tau : volt', 'v = v_reset*exp(2*ms/tau)'
else:
    equation, reset = 'dv/dt = -v/tau : volt (unless refractory)', 'v = v_reset'
neurons = b.NeuronGroup(n, equation, threshold='v > v_th', reset=reset, refractory=2 * ms, method='exact')
exc = b.Synapses(neurons[:a.ne], neurons, on_pre='v_post += J', delay=1.5 * ms)
inh = b.Synapses(neurons[a.ne:], neurons, on_pre='v_post -= g*J', delay=1.5 * ms)
rng = np.random.default_rng(a.seed)
for synapses, size in ((exc, a.ne), (inh, a.ni)):  # stored by source, so that a spike reads contiguously
    k = size // 10
    i = np.concatenate([rng.choice(size, k, replace=False) for _ in range(n)])
    order = np.argsort(i, kind='stable')
    synapses.connect(i=i[order], j=np.repeat(np.arange(n), k)[order])
drive = b.PoissonInput(neurons, 'v', N=ce, rate=rate, weight=J)
spikes = b.SpikeMonitor(neurons)
net = b.Network(neurons, exc, inh, drive, spikes)
net.run(a.seconds * second)


def report():
    late = float(np.sum(spikes.t / second >= a.seconds / 5)) / n / (0.8 * a.seconds)
    return {'biological': a.seconds * 1000, 'counts': {'late rate (Hz)': late}}


serve(a, report)
