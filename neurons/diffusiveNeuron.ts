import { defineNeuron } from '../core/declare/define.ts';
import { fromZero, positive } from '../core/declare/params.ts';
import { createEscapeRate } from './escapeRate.ts';
import { CURRENT, F64, NODE_CAPACITANCE, NODE_RESISTANCE_OFF, SIZE } from './parts/params.ts';

const params = {
  size: SIZE,
  capacitance: NODE_CAPACITANCE,
  resistanceOff: NODE_RESISTANCE_OFF,
  current: CURRENT,
  delay: positive(500, 'ms', 'mean time in which a filament forms without a field (assumed)'),
  fieldScale: positive(4, 'mV', 'the mean delay falls e-fold per this potential (assumed)'),
  relaxation: fromZero(20, 'ms', 'how long the filament shorts the node after a spike; input is lost (assumed)'),
  precision: F64,
};

/**
 * Neuron made of a diffusive memristor across a capacitor: input charges the node, a filament forms at random, the faster
 * the higher the potential, shorts the node (a spike) and dissolves by itself. Delay and relaxation at a constant potential
 * are exp-distributed with mean `delay` e^(-V/fieldScale), and constant. It is an escape-rate neuron in terms of the device.
 */
export const diffusiveNeuron = defineNeuron({
  name: 'diffusiveNeuron',
  help: 'diffusive-memristor neuron: a filament forms at random in the field, shorts the node and dissolves',
  equation:
    'C dV/dt = -V/resistanceOff + I + I_syn; filament hazard = e^(V / fieldScale) / delay; then V = 0 for the relaxation time',
  source: 'Wang et al. 2018, doi:10.1038/s41928-018-0023-2; behavioural form, constants assumed',
  params,
  create: (p, context) =>
    createEscapeRate(
      {
        size: p.size,
        tau: p.resistanceOff * p.capacitance,
        capacitance: p.capacitance,
        current: p.current,
        threshold: 0,
        slope: p.fieldScale,
        rate: 1000 / p.delay,
        reset: 0,
        refractory: p.relaxation,
        method: 'inversion',
        precision: p.precision,
      },
      context,
    ),
});
