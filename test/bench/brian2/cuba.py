"""CUBA network of Vogels & Abbott 2005 (Brette et al. 2007, doi:10.1007/s10827-007-0038-6, benchmark 2).

3,200 excitatory and 800 inhibitory LIF neurons with exponential currents, connected with probability 0.02, no delay.
"""
import brian2 as b
import numpy as np
from brian2 import ms, mV, second
from standalone import begin, serve

a = begin(dt=0.1, n=4000, seconds=1.0)
ne = a.n * 4 // 5
neurons = b.NeuronGroup(a.n, '''dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : volt (unless refractory)
                                dge/dt = -ge/(5*ms) : volt
                                dgi/dt = -gi/(10*ms) : volt''',
                        threshold='v > -50*mV', reset='v = -60*mV', refractory=5 * ms, method='exact')
neurons.v = '-60*mV + rand()*10*mV'
exc = b.Synapses(neurons[:ne], neurons, on_pre='ge_post += 1.62*mV')
exc.connect(p=0.02)
inh = b.Synapses(neurons[ne:], neurons, on_pre='gi_post -= 9*mV')
inh.connect(p=0.02)
spikes = b.SpikeMonitor(neurons)
net = b.Network(neurons, exc, inh, spikes)
net.run(a.seconds * second)


def report():
    late = float(np.sum(spikes.t / second >= a.seconds / 5)) / a.n / (0.8 * a.seconds)
    return {'biological': a.seconds * 1000, 'counts': {'late rate (Hz)': late}}


serve(a, report)
