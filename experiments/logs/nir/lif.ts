import { createElementParameter, type ElementParameter } from '../../../core/declare/elementParameter.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import type { Seed } from '../../../core/random/random.ts';
import { MembraneParameters } from '../../../neurons/lif/membraneParameters.ts';
import type { LifParams } from '../../../neurons/lif/params.ts';
import { eachOne, type NirNode } from './graph.ts';

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

/** The membranes of a population of a run with this seed. */
function membranesOf(p: LifParams, path: string, seed: Seed): MembraneParameters {
  const context = { arena: new Arena(), seed, name: path };
  return new MembraneParameters(p, context, (pA, tau, capacitance) => (tau / capacitance) * pA);
}

/** What of a LIF population NIR has no word for, and what is written without: a sentence each. */
export function lostOf(p: LifParams, path: string, seed: Seed): string[] {
  const { refractory, hasRefractoriness } = membranesOf(p, path, seed);
  const ms = refractory.shared ? `${refractory.at(0)} ms` : 'not 0 ms for all';
  return hasRefractoriness
    ? [`${path}.refractory is ${ms}, but neurons of NIR have no refractory time: what was written fires again at once.`]
    : [];
}

/**
 * A LIF population as a NIR node. NIR: tau dv/dt = v_leak - v + r I, times in s; with spikes as Dirac pulses of their weight.
 * - synapse delta: LIF with r = tau, so that a weight of w mV makes v jump by w.
 * - synapse exponential: CubaLIF, tau_syn dI/dt = -I + w_in S, with w_in = tau_syn, so that I jumps by the weight in pA, and
 *   r = tau / capacitance. Needs one tauSyn for both signs.
 * A constant current is in v_leak. Potentials are mV from rest. NIR fires at v > v_threshold, memspike at >=.
 * Source: Pedersen et al. 2024, "Neuromorphic intermediate representation", doi:10.1038/s41467-024-52259-9.
 */
export function lifNode(p: LifParams, path: string, seed: Seed): NirNode {
  checkExpressible(p, path);
  const membranes = membranesOf(p, path, seed);
  if (membranes.currentSteps) refuse(`${path}.current`, 'a list of changes', 'inputs of NIR nodes are constant');
  const each = (values: ElementParameter, factor = 1) => eachOne((j) => values.at(j) * factor, p.size);
  const resistance = eachOne((j) => membranes.tau.at(j) / membranes.capacitance.at(j), p.size);
  const { vInf, threshold, reset } = membranes;
  const shared = { v_leak: each(vInf), v_threshold: each(threshold), v_reset: each(reset) };
  const tau = each(membranes.tau, MS);
  if (p.synapse === 'delta') return { type: 'LIF', params: { tau, r: tau, ...shared } };
  if (p.synapse !== 'exponential') refuse(`${path}.synapse`, p.synapse, 'NIR has no such synapse');
  const context = { arena: new Arena(), seed, name: path };
  const [exc, inh] = (['tauSynExc', 'tauSynInh'] as const).map((key) =>
    createElementParameter(p[key], p.size, key, context),
  ) as [ElementParameter, ElementParameter];
  for (let j = 0; j < p.size; j++)
    if (exc.at(j) !== inh.at(j))
      refuse(
        inh.path(`${path}.tauSynInh`, j),
        `${inh.at(j)} ms`,
        `NIR has one synaptic time constant and ${exc.path('tauSynExc', j)} is ${exc.at(j)} ms`,
      );
  const tauSyn = each(exc, MS);
  return { type: 'CubaLIF', params: { tau_mem: tau, tau_syn: tauSyn, w_in: tauSyn, r: resistance, ...shared } };
}
