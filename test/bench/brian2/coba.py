"""COBA network of Vogels & Abbott 2005 (doi:10.1523/JNEUROSCI.3508-05.2005; Brette et al. 2007, benchmark 1) with LIF neurons.

3,200 excitatory and 800 inhibitory neurons with exponential conductances, connected with probability 0.02, no delay. `--tau-inh 5`
gives both conductances one time constant and inhibitory ones twice the size; 10 is the published one.
"""
import brian2 as b
import numpy as np
from brian2 import ms, mV, second
from standalone import begin, serve

a = begin(dt=0.1, n=4000, seconds=1.0, tau_inh=10.0)
ne = a.n * 4 // 5
# Potentials from rest at -60 mV; conductances in leak conductances of 10 nS; 20 mV is the constant current of 200 pA.
neurons = b.NeuronGroup(a.n, '''dv/dt = (20*mV - v + ge*(60*mV - v) + gi*(-20*mV - v))/(20*ms) : volt (unless refractory)
                                dge/dt = -ge/(5*ms) : 1
                                dgi/dt = -gi/(tau_inh*ms) : 1''',
                        threshold='v > 10*mV', reset='v = 0*mV', refractory=5 * ms, method='euler',
                        namespace={'tau_inh': a.tau_inh})
neurons.v = 'rand()*10*mV'
exc = b.Synapses(neurons[:ne], neurons, on_pre='ge_post += 0.6')
exc.connect(p=0.02)
inh = b.Synapses(neurons[ne:], neurons, on_pre='gi_post += jump', namespace={'jump': 67 / a.tau_inh})
inh.connect(p=0.02)
spikes = b.SpikeMonitor(neurons)
net = b.Network(neurons, exc, inh, spikes)
net.run(a.seconds * second)


def report():
    late = float(np.sum(spikes.t / second >= a.seconds / 5)) / a.n / (0.8 * a.seconds)
    return {'biological': a.seconds * 1000, 'counts': {'late rate (Hz)': late}}


serve(a, report)
