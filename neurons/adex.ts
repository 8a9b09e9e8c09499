import { defineNeuron } from '../core/declare/define.ts';
import { choice, nonNegative, number, positive } from '../core/declare/params.ts';
import { exp } from '../core/math.ts';
import { createInputCurrent, inputCurrentParam } from './parts/current.ts';
import { createOdePopulation, toleranceParam } from './parts/ode.ts';
import { sizeParam } from './parts/params.ts';

const params = {
  size: sizeParam,
  capacitance: positive(281, 'pF', 'membrane capacitance'),
  leakConductance: positive(30, 'nS', 'leak conductance'),
  onset: number({
    default: 20.2,
    unit: 'mV',
    help: 'potential at which the exponential current starts, relative to rest',
  }),
  slope: positive(2, 'mV', 'potential per e-fold increase of the exponential current'),
  threshold: number({ default: 70.6, unit: 'mV', help: 'potential at which a spike is cut off, relative to rest' }),
  reset: number({ default: 0, unit: 'mV', help: 'reset potential after a spike, relative to rest' }),
  refractory: nonNegative(0, 'ms', 'time after a spike during which V is clamped'),
  coupling: number({ default: 4, unit: 'nS', help: 'conductance a that couples the adaptation current to V' }),
  increment: number({ default: 80.5, unit: 'pA', help: 'increase b of the adaptation current at each spike' }),
  tauAdaptation: positive(144, 'ms', 'time constant of the adaptation current'),
  current: inputCurrentParam,
  synapse: choice(['delta', 'exponential', 'conductance'], {
    default: 'delta',
    help: 'effect of an arrival of weight w: delta: V jumps by w mV; exponential: a current jumps by w pA; conductance: a conductance jumps by w nS',
  }),
  tauSynExc: positive(2, 'ms', 'decay time constant of the input from positive weights'),
  tauSynInh: positive(2, 'ms', 'decay time constant of the input from negative weights'),
  reversalExc: number({ default: 70.6, unit: 'mV', help: 'reversal potential for positive weights, relative to rest' }),
  reversalInh: number({
    default: -14.4,
    unit: 'mV',
    help: 'reversal potential for negative weights, relative to rest',
  }),
  tolerance: toleranceParam,
};

/** Adaptive exponential integrate-and-fire neuron. Defaults: Brette & Gerstner 2005, relative to rest (-70.6 mV). */
export const adex = defineNeuron({
  name: 'adex',
  help: 'adaptive exponential integrate-and-fire neuron, integrated in adaptive steps to a tolerance',
  equation:
    'C dV/dt = -g V + g slope e^((V - onset)/slope) - w + I + I_syn; tauAdaptation dw/dt = coupling V - w; spike at V >= threshold: V = reset, w += increment; g = leakConductance',
  source: 'Brette & Gerstner 2005, doi:10.1152/jn.00686.2005',
  params,
  create(p, context) {
    const { each, changes } = createInputCurrent(p.current, p.size, context);
    const isConductance = p.synapse === 'conductance';
    const unit = isConductance ? 'nS' : 'pA';
    return createOdePopulation(
      p.size,
      {
        variables: { potential: 'mV', adaptation: 'pA', excitation: unit, inhibition: unit },
        initial: () => [0, 0, 0, 0],
        derivative(y, slopes, j) {
          const [w, exc, inh] = [y[1]!, y[2]!, y[3]!];
          const v = Math.min(y[0]!, p.threshold); // the slope is finite beyond the cut-off
          const input = isConductance ? exc * (p.reversalExc - v) + inh * (p.reversalInh - v) : exc - inh;
          const drive = p.leakConductance * (p.slope * exp((v - p.onset) / p.slope) - v);
          slopes[0] = (drive - w + each.getValue(j) + input) / p.capacitance;
          slopes[1] = (p.coupling * v - w) / p.tauAdaptation;
          slopes[2] = -exc / p.tauSynExc;
          slopes[3] = -inh / p.tauSynInh;
        },
        jump(y, weight) {
          if (p.synapse === 'delta') y[0]! += weight;
          else y[weight < 0 ? 3 : 2]! += Math.abs(weight);
        },
        threshold: () => p.threshold,
        reset(y, _j, hasSpiked) {
          y[0] = p.reset;
          if (hasSpiked) y[1]! += p.increment;
        },
        refractory: p.refractory,
        currentSteps: changes,
      },
      p.tolerance,
      context,
    );
  },
});
