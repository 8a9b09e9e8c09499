"""Song, Miller & Abbott 2000 (doi:10.1038/78829): STDP of Poisson inputs onto LIF neurons; current-based counterpart.

The published neuron has conductances, of which memspike has none. Here the driving force is held at its value halfway
between reset (-60 mV) and threshold (-54 mV), 57 mV: tau dv/dt = I - v, tau_s dI/dt = -I, I += w, w <= 0.01 x 57 mV,
v from the leak potential of -74 mV. Everything else is as published: 1,000 inputs of 15 Hz, additive all-to-all STDP
(a spike passes through the synapse that it has depressed).
"""
import brian2 as b
import numpy as np
from brian2 import Hz, ms, mV, second
from standalone import begin, serve

a = begin(dt=0.1, inputs=1000, post=1, seconds=100.0)
names = dict(taum=10 * ms, taue=5 * ms, taupre=20 * ms, taupost=20 * ms, w_max=0.57 * mV,
             up=0.01 * 0.57 * mV, down=-0.0105 * 0.57 * mV)
inputs = b.PoissonGroup(a.inputs, rates=15 * Hz)
neurons = b.NeuronGroup(a.post, '''dv/dt = (I - v)/taum : volt
                                   dI/dt = -I/taue : volt''',
                        threshold='v > 20*mV', reset='v = 14*mV', method='exact', namespace=names)
neurons.v = 14 * mV
synapses = b.Synapses(inputs, neurons, '''w : volt
                                          dx/dt = -x/taupre : volt (event-driven)
                                          dy/dt = -y/taupost : volt (event-driven)''',
                      on_pre='w = clip(w + y, 0*mV, w_max); I_post += w; x += up',
                      on_post='y += down; w = clip(w + x, 0*mV, w_max)', namespace=names)
synapses.connect()
synapses.w = 'rand()*w_max'
m_in, m_out = b.SpikeMonitor(inputs, record=False), b.SpikeMonitor(neurons)
net = b.Network(inputs, neurons, synapses, m_in, m_out)
net.run(a.seconds * second)


def report():
    counts = {'input rate (Hz)': float(np.sum(m_in.count[:])) / a.inputs / a.seconds,
              'output rate (Hz)': float(np.sum(m_out.count[:])) / a.post / a.seconds,
              'mean weight': float(np.mean(synapses.w / (0.57 * mV)))}
    return {'biological': a.seconds * 1000, 'counts': counts}


serve(a, report)
