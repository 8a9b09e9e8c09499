import { defineNeuron } from '../core/declare/define.ts';
import { nonNegative, number, positive } from '../core/declare/params.ts';
import {
  checkThreshold,
  constantCurrentParam,
  initialPotentialParam,
  nodeCapacitanceParam,
  nodeResistanceOffParam,
  precisionParam,
  sizeParam,
} from './parts/params.ts';
import { PerNeuronPopulation } from './parts/perNeuron.ts';
import { createSwitchingNode } from './parts/switchingNode.ts';

const params = {
  size: sizeParam,
  capacitance: nodeCapacitanceParam,
  resistanceOff: nodeResistanceOffParam,
  resistanceOn: positive(0.004, 'GΩ', 'resistance of the device in the on state (assumed value)'),
  threshold: number({ default: 15, unit: 'mV', help: 'mean potential at which the device switches on' }),
  spread: nonNegative(1.5, 'mV', 'standard deviation of the threshold, drawn after each spike (assumed value)'),
  hold: number({ default: 4.5, unit: 'mV', help: 'potential at which the device switches off (assumed value)' }),
  current: constantCurrentParam,
  initial: initialPotentialParam,
  precision: precisionParam,
};

/**
 * Volatile threshold switch across a capacitor. A spike at V discharges the node to `hold` in resistanceOn C ln(V/hold) (without current);
 * during this refractory time, most input is lost through the switch. For a switch driven by field-induced nucleation use `escapeRate`.
 */
export const thresholdSwitch = defineNeuron({
  name: 'thresholdSwitch',
  help: 'memristive threshold-switch neuron: RC node with a device that switches on at a random threshold and off at the potential hold',
  equation:
    'C dV/dt = -V/R + I + I_syn, R = resistanceOff; spike at V >= theta_n ~ N(threshold, spread²), theta_n > hold; then R = resistanceOn until V <= hold',
  source: 'behavioural form of neurons such as Wang et al. 2021, PubMed 34821279; constants assumed',
  params,
  create: (p, context) => {
    const phase = (resistance: number) => ({ vInf: p.current * resistance, tau: resistance * p.capacitance });
    checkThreshold(p.threshold, p.current * p.resistanceOff, `${context.name}.threshold`);
    const node = {
      ...p,
      thresholdSd: p.spread,
      phaseWhenOff: phase(p.resistanceOff),
      phaseWhenOn: phase(p.resistanceOn),
    };
    return new PerNeuronPopulation(p.size, createSwitchingNode(node, context), context);
  },
});
