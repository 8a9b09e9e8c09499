import { defineNeuron } from '../core/declare/define.ts';
import { nonNegative, positive } from '../core/declare/params.ts';
import { createEscapeRatePopulation } from './escapeRate.ts';
import {
  constantCurrentParam,
  nodeCapacitanceParam,
  nodeResistanceOffParam,
  precisionParam,
  sizeParam,
} from './parts/params.ts';

const params = {
  size: sizeParam,
  capacitance: nodeCapacitanceParam,
  resistanceOff: nodeResistanceOffParam,
  current: constantCurrentParam,
  delay: positive(500, 'ms', 'mean formation time of a filament at V = 0 (assumed value)'),
  fieldScale: positive(4, 'mV', 'potential per e-fold decrease of the mean formation time (assumed value)'),
  relaxation: nonNegative(
    20,
    'ms',
    'lifetime of the filament, which shorts the node after a spike; input is lost (assumed value)',
  ),
  precision: precisionParam,
};

/**
 * Diffusive memristor across a capacitor. At constant V the formation time of a filament is exponentially distributed with
 * mean `delay` e^(-V/fieldScale); its lifetime is constant. Equivalent to `escapeRate` with device parameters.
 */
export const diffusiveNeuron = defineNeuron({
  name: 'diffusiveNeuron',
  help: 'diffusive-memristor neuron: a filament forms at random, sooner at higher V, shorts the node and dissolves',
  equation:
    'C dV/dt = -V/resistanceOff + I + I_syn; filament hazard = e^(V / fieldScale) / delay; then V = 0 for the relaxation time',
  source: 'Wang et al. 2018, doi:10.1038/s41928-018-0023-2; behavioural form, constants assumed',
  params,
  create: (p, context) =>
    createEscapeRatePopulation(
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
