import { UserError } from '../../../core/declare/errors.ts';
import type { LifParams } from '../../../neurons/lif/params.ts';
import { everyone, type NirNode } from './graph.ts';

const MS = 1e-3;

/** UserError naming the parameter that NIR's neurons do not have. */
export function refuse(path: string, value: unknown, why: string): never {
  throw new UserError(`${path} is ${value}: ${why}, so the network cannot be written as NIR.`);
}

function checkExpressible(p: LifParams, path: string): void {
  if (p.adaptive) refuse(`${path}.adaptive`, 'set', 'thresholds of NIR do not adapt');
  if (p.homeostasis) refuse(`${path}.homeostasis`, 'set', 'thresholds of NIR do not move');
  if (p.initial !== 0) refuse(`${path}.initial`, JSON.stringify(p.initial), 'NIR says nothing of initial potentials');
}

/** What of a LIF population NIR has no word for, and what is written without: a sentence each. */
export const lostOf = (p: LifParams, path: string): string[] =>
  p.refractory > 0
    ? [
        `${path}.refractory is ${p.refractory} ms, but neurons of NIR have no refractory time: what was written fires again at once.`,
      ]
    : [];

/**
 * A LIF population as a NIR node. NIR: tau dv/dt = v_leak - v + r I, times in s; with spikes as Dirac pulses of their weight.
 * - synapse delta: LIF with r = tau, so that a weight of w mV makes v jump by w.
 * - synapse exponential: CubaLIF, tau_syn dI/dt = -I + w_in S, with w_in = tau_syn, so that I jumps by the weight in pA, and
 *   r = tau / capacitance. Needs one tauSyn for both signs.
 * A constant current is in v_leak. Potentials are mV from rest. NIR fires at v > v_threshold, memspike at >=.
 * Source: Pedersen et al. 2024, "Neuromorphic intermediate representation", doi:10.1038/s41467-024-52259-9.
 */
export function lifNode(p: LifParams, path: string): NirNode {
  checkExpressible(p, path);
  const all = (value: number) => everyone(value, p.size);
  const resistance = p.tau / p.capacitance;
  const shared = { v_leak: all(resistance * p.current), v_threshold: all(p.threshold), v_reset: all(p.reset) };
  const tau = all(p.tau * MS);
  if (p.synapse === 'delta') return { type: 'LIF', params: { tau, r: tau, ...shared } };
  if (p.synapse !== 'exponential') refuse(`${path}.synapse`, p.synapse, 'NIR has no such synapse');
  if (p.tauSynExc !== p.tauSynInh)
    refuse(
      `${path}.tauSynInh`,
      `${p.tauSynInh} ms`,
      `NIR has one synaptic time constant and tauSynExc is ${p.tauSynExc} ms`,
    );
  const tauSyn = all(p.tauSynExc * MS);
  return { type: 'CubaLIF', params: { tau_mem: tau, tau_syn: tauSyn, w_in: tauSyn, r: all(resistance), ...shared } };
}
