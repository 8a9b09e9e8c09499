import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createElementParameter, type ElementParameter } from '../../../core/declare/elementParameter.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { rowEnd, rowStart, weightOf } from '../../../core/graph/edges.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import type { Seed } from '../../../core/random/random.ts';
import { MembraneParameters } from '../../../neurons/lif/membraneParameters.ts';
import type { LifParams } from '../../../neurons/lif/params.ts';
import { LogTable } from '../../logs/table.ts';
import { readLastWeights } from '../../logs/weightMatrix.ts';

/** NIR graph: nodes by name and directed edges. Arrays have one element per neuron; `weight` is out × in. */
export interface NirGraph {
  readonly nodes: Readonly<Record<string, NirNode>>;
  readonly edges: readonly (readonly [string, string])[];
}

interface NirArray {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

export type NirNode =
  | { readonly type: 'Input' | 'Output'; readonly size: number }
  | { readonly type: 'LIF' | 'CubaLIF' | 'Linear' | 'Delay'; readonly params: Readonly<Record<string, NirArray>> };

export const fillPerNeuron = (value: (neuron: number) => number, size: number): NirArray => ({
  values: Float64Array.from({ length: size }, (_, j) => value(j)),
  shape: [size],
});

const MS = 1e-3;

/** @throws UserError that names a parameter without an equivalent in NIR */
export function refuseParameter(path: string, value: unknown, why: string): never {
  throw new UserError(`${path} is ${value}: ${why}, so the network cannot be written as NIR.`);
}

function checkExpressible(p: LifParams, path: string): void {
  if (p.adaptive) refuseParameter(`${path}.adaptive`, 'set', 'thresholds of NIR do not adapt');
  if (p.homeostasis) refuseParameter(`${path}.homeostasis`, 'set', 'thresholds of NIR do not move');
  if (p.initial !== 0) refuseParameter(`${path}.initial`, JSON.stringify(p.initial), 'NIR has no initial potentials');
}

function createMembranes(p: LifParams, path: string, seed: Seed): MembraneParameters {
  const context = { arena: new Arena(), seed, name: path };
  return new MembraneParameters(p, context, (pA, tau, capacitance) => (tau / capacitance) * pA);
}

/** Describes the properties of a LIF population that NIR cannot express and that are left out, one sentence each. */
export function listLosses(p: LifParams, path: string, seed: Seed): string[] {
  const { refractory, hasRefractoriness } = createMembranes(p, path, seed);
  const ms = refractory.shared ? `${refractory.at(0)} ms` : 'not 0 ms for all';
  return hasRefractoriness
    ? [
        `${path}.refractory is ${ms}, but neurons of NIR have no refractory period: the written neurons can fire again at once.`,
      ]
    : [];
}

/**
 * Converts a LIF population to a NIR node. NIR: tau dv/dt = v_leak - v + r I, times in s; with spikes as Dirac pulses of their weight.
 * - synapse delta: LIF with r = tau, so that a weight of w mV makes v jump by w.
 * - synapse exponential: CubaLIF, tau_syn dI/dt = -I + w_in S, with w_in = tau_syn, so that I jumps by the weight in pA, and
 *   r = tau / capacitance. Needs one tauSyn for both signs.
 * A constant current is in v_leak. Potentials are mV from rest. NIR fires at v > v_threshold, memspike at >=.
 * Source: Pedersen et al. 2024, "Neuromorphic intermediate representation", doi:10.1038/s41467-024-52259-9.
 */
export function createLifNode(p: LifParams, path: string, seed: Seed): NirNode {
  checkExpressible(p, path);
  const membranes = createMembranes(p, path, seed);
  if (membranes.currentSteps)
    refuseParameter(`${path}.current`, 'a list of changes', 'inputs of NIR nodes are constant');
  const each = (values: ElementParameter, factor = 1) => fillPerNeuron((j) => values.at(j) * factor, p.size);
  const resistance = fillPerNeuron((j) => membranes.tau.at(j) / membranes.capacitance.at(j), p.size);
  const { vInf, threshold, reset } = membranes;
  const shared = { v_leak: each(vInf), v_threshold: each(threshold), v_reset: each(reset) };
  const tau = each(membranes.tau, MS);
  if (p.synapse === 'delta') return { type: 'LIF', params: { tau, r: tau, ...shared } };
  if (p.synapse !== 'exponential') refuseParameter(`${path}.synapse`, p.synapse, 'NIR has no such synapse');
  const context = { arena: new Arena(), seed, name: path };
  const [exc, inh] = (['tauSynExc', 'tauSynInh'] as const).map((key) =>
    createElementParameter(p[key], p.size, key, context),
  ) as [ElementParameter, ElementParameter];
  for (let j = 0; j < p.size; j++)
    if (exc.at(j) !== inh.at(j))
      refuseParameter(
        inh.path(`${path}.tauSynInh`, j),
        `${inh.at(j)} ms`,
        `NIR has one synaptic time constant and ${exc.path('tauSynExc', j)} is ${exc.at(j)} ms`,
      );
  const tauSyn = each(exc, MS);
  return { type: 'CubaLIF', params: { tau_mem: tau, tau_syn: tauSyn, w_in: tauSyn, r: resistance, ...shared } };
}

const MAX_WEIGHTS = 2 ** 28;

/** Adds the initial weights, which synapses without a rule keep. */
function addBuiltWeights({ edges, source, sources }: Projection, into: Float64Array): void {
  for (let row = 0; row < edges.rows; row++) {
    const pre = sources.neuron(row % sources.count);
    for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
      const post = edges.targets === null ? k % edges.columns : edges.targets[k]!;
      into[post * source.size + pre]! += weightOf(edges, k);
    }
  }
}

/** Overwrites the matrix with the last recorded weights. */
function readRecordedWeights(run: string, { name, source, edges }: Projection, into: Float64Array): void {
  const path = join(run, 'weights.arrows');
  const hint = `record its weights (record: { weights: ... }) to export them`;
  if (!existsSync(path)) throw new UserError(`${run} holds no weights of ${name}, which has a rule; ${hint}.`);
  if (!edges.distinct)
    throw new UserError(`${name} connects some neurons twice, so its recorded weights are ambiguous.`);
  const table = new LogTable(path, { populations: [name] }, WEIGHTS);
  const { values, pre, post } = readLastWeights(table);
  table.requireWhole();
  for (let i = 0; i < pre; i++) {
    for (let j = 0; j < post; j++) {
      const weight = values[i * post + j]!;
      if (!Number.isNaN(weight)) into[j * source.size + i] = weight;
    }
  }
}

/** Frozen weights of a projection, out × in: the last recorded weights if it has a rule, else the initial weights. */
export function readFrozenWeights(run: string, projection: Projection): NirArray {
  const { source, target, name, rule } = projection;
  const shape = [target.size, source.size];
  if (target.size * source.size > MAX_WEIGHTS)
    throw new UserError(
      `${name} has ${target.size} x ${source.size} weights, but NIR needs one matrix, which may have at most 2^28.`,
    );
  const values = new Float64Array(target.size * source.size);
  // A synapse without a recorded event keeps its initial weight.
  addBuiltWeights(projection, values);
  if (rule) readRecordedWeights(run, projection, values);
  return { values, shape };
}
