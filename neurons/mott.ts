import { defineNeuron } from '../core/declare/define.ts';
import { number, positive } from '../core/declare/params.ts';
import { initialPotentialParam, nodeCapacitanceParam, precisionParam, sizeParam } from './parts/params.ts';
import { PerNeuronPopulation } from './parts/perNeuron.ts';
import { createSwitchingNode } from './parts/switchingNode.ts';

const params = {
  size: sizeParam,
  capacitance: nodeCapacitanceParam,
  supply: number({ default: 18, unit: 'mV', help: 'supply voltage of the series resistor (assumed value)' }),
  resistanceSeries: positive(0.04, 'GΩ', 'resistance between supply and node (assumed value)'),
  resistanceOff: number({
    default: Infinity,
    min: 0,
    exclusiveMin: true,
    infinity: true,
    unit: 'GΩ',
    help: 'resistance of the device in the insulating state',
  }),
  resistanceOn: positive(0.004, 'GΩ', 'resistance of the device in the metallic state (assumed value)'),
  threshold: number({ default: 15, unit: 'mV', help: 'potential at which the device becomes metallic' }),
  hold: number({
    default: 4.5,
    unit: 'mV',
    help: 'potential at which the device becomes insulating again (assumed value)',
  }),
  initial: initialPotentialParam,
  precision: precisionParam,
};

/**
 * Relaxation oscillator with a Mott or other threshold-switching memristor. Voff and Von are the steady potentials of the divider in
 * the insulating and the metallic state. If Voff > threshold and Von < hold, the node oscillates with period
 * tauOff ln((Voff - hold)/(Voff - threshold)) + tauOn ln((threshold - Von)/(hold - Von)). At a lower supply the node is silent but
 * excitable by arrivals (weights in mV). At a higher supply it latches after one spike.
 */
export const mott = defineNeuron({
  name: 'mott',
  help: 'relaxation oscillator with a Mott memristor: spikes when the capacitor is charged to the threshold',
  equation:
    'C dV/dt = (supply - V)/resistanceSeries - V/R + I_syn; spike at V >= threshold: R = resistanceOn until V <= hold, else resistanceOff',
  source: 'behavioural form of Pickett et al. 2013, doi:10.1038/nmat3510; constants assumed',
  params,
  create: (p, context) => {
    const series = 1 / p.resistanceSeries;
    const phase = (resistance: number) => {
      const total = series + 1 / resistance;
      return { vInf: (p.supply * series) / total, tau: p.capacitance / total };
    };
    const node = { ...p, thresholdSd: 0, phaseWhenOff: phase(p.resistanceOff), phaseWhenOn: phase(p.resistanceOn) };
    return new PerNeuronPopulation(p.size, createSwitchingNode(node, context), context);
  },
});
