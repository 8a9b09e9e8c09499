import { defineNeuron } from '../core/declare/define.ts';
import { fromZero, number, positive } from '../core/declare/params.ts';
import { CURRENT, F64, INITIAL, NODE_CAPACITANCE, NODE_RESISTANCE_OFF, SIZE } from './parts/params.ts';
import { PerNeuronPopulation } from './parts/perNeuron.ts';
import { checkThreshold } from './parts/rest.ts';
import { SwitchingNode } from './parts/switchingNode.ts';

const params = {
  size: SIZE,
  capacitance: NODE_CAPACITANCE,
  resistanceOff: NODE_RESISTANCE_OFF,
  resistanceOn: positive(0.004, 'GΩ', 'resistance of the device while on (assumed)'),
  threshold: number({ default: 15, unit: 'mV', help: 'mean potential at which the device switches on' }),
  spread: fromZero(1.5, 'mV', 'sd of the threshold, drawn anew for every spike (assumed)'),
  hold: number({ default: 4.5, unit: 'mV', help: 'potential at which the device switches off (assumed)' }),
  current: CURRENT,
  initial: INITIAL,
  precision: F64,
};

/**
 * Neuron made of a volatile threshold switch across a capacitor: LIF whose threshold is drawn anew for every spike. After a
 * spike at V the switch discharges the node to `hold` within resistanceOn C ln(V/hold) (without current), a refractory time
 * in which arrivals are largely lost through it. A switch driven by nucleation in the field is `escapeRate`.
 */
export const thresholdSwitch = defineNeuron({
  name: 'thresholdSwitch',
  help: 'memristive threshold-switch neuron: an RC node whose device switches on at a random threshold, off at `hold`',
  equation:
    'C dV/dt = -V/R + I + I_syn, R = resistanceOff; spike at V >= theta_n ~ N(threshold, spread²), theta_n > hold; then R = resistanceOn until V <= hold',
  source: 'behavioural form of neurons such as Wang et al. 2021, PubMed 34821279; constants assumed',
  params,
  create: (p, context) => {
    const phase = (resistance: number) => ({ vInf: p.current * resistance, tau: resistance * p.capacitance });
    checkThreshold(p.threshold, p.current * p.resistanceOff, `${context.name}.threshold`);
    const node = { ...p, off: phase(p.resistanceOff), on: phase(p.resistanceOn) };
    return new PerNeuronPopulation(p.size, new SwitchingNode(node, context), context);
  },
});
