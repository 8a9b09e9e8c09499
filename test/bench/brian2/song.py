"""Song, Miller & Abbott 2000 (doi:10.1038/78829): STDP of Poisson inputs onto LIF neurons; current-based counterpart.

The published neuron has conductances. Here the driving force is held at its value halfway
between reset (-60 mV) and threshold (-54 mV), 57 mV: tau dv/dt = I - v, tau_s dI/dt = -I, I += w, w <= 0.01 x 57 mV,
v from the leak potential of -74 mV. Everything else is as published: 1,000 inputs of 15 Hz, additive all-to-all STDP
(a spike passes through the synapse that it has depressed).
`--memristor 1`: each synapse is a device whose steps shrink linearly towards the bound they move to. Its largest weight and the size of
its steps are drawn once (log-normal with mean 1 and relative sd 0.2), and each step scatters (normal, relative sd 0.1).
"""
import brian2 as b
import numpy as np
from brian2 import Hz, ms, mV, second
from standalone import begin, serve

a = begin(dt=0.1, inputs=1000, post=1, seconds=100.0, memristor=0)
names = dict(taum=10 * ms, taue=5 * ms, taupre=20 * ms, taupost=20 * ms, w_max=0.57 * mV,
             up=0.01 * 0.57 * mV, down=-0.0105 * 0.57 * mV)
inputs = b.PoissonGroup(a.inputs, rates=15 * Hz)
neurons = b.NeuronGroup(a.post, '''dv/dt = (I - v)/taum : volt
                                   dI/dt = -I/taue : volt''',
                        threshold='v > 20*mV', reset='v = 14*mV', method='exact', namespace=names)
neurons.v = 14 * mV
traces = '''dx/dt = -x/taupre : volt (event-driven)
             dy/dt = -y/taupost : volt (event-driven)'''
if a.memristor:
    names.update(eta_up=0.84, eta_down=1.0)
    # g of [0, 1]; x and y are in units of w_max: the strength of a pulse is x/w_max or y/w_max.
    synapses = b.Synapses(inputs, neurons, 'g : 1\nlargest : volt (constant)\nstep : 1 (constant)\n' + traces,
                          on_pre='''g = clip(g + eta_down*step*(y/w_max)*g*(1 + 0.1*randn()), 0, 1)
                                    I_post += g*largest
                                    x += up''',
                          on_post='''y += down
                                     g = clip(g + eta_up*step*(x/w_max)*(1 - g)*(1 + 0.1*randn()), 0, 1)''', namespace=names)
    synapses.connect()
    sigma = np.sqrt(np.log1p(0.2**2))
    rng = np.random.default_rng(a.seed)
    of_range, of_step = np.exp(sigma*rng.standard_normal((2, a.inputs*a.post)) - sigma**2/2)
    synapses.largest = 0.57*mV*of_range
    synapses.step = of_step
    synapses.g = np.minimum(rng.random(a.inputs*a.post)/of_range, 1)
else:
    synapses = b.Synapses(inputs, neurons, 'w : volt\n' + traces,
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
              'mean weight': float(np.mean((synapses.g * synapses.largest if a.memristor else synapses.w) / (0.57 * mV)))}
    return {'biological': a.seconds * 1000, 'counts': counts}


serve(a, report)
