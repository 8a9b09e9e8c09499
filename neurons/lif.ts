import * as z from 'zod/mini';
import { defineNeuron } from '../core/declare/define.ts';
import { createElementParameter } from '../core/declare/elementParameter.ts';
import { UserError } from '../core/declare/errors.ts';
import { show } from '../core/declare/show.ts';
import { didYouMean } from '../core/declare/suggest.ts';
import type { ModelContext } from '../core/factories.ts';
import { createEdges } from '../core/graph/connectOptions.ts';
import type { RecordableState } from '../core/hooks.ts';
import type { NeuronModel } from '../core/model.ts';
import { PerNeuronLif } from './lif/clampedDynamics.ts';
import { LifConductance } from './lif/conductance.ts';
import { OneTauConductanceDynamics, TwoTauConductanceDynamics } from './lif/conductanceDynamics.ts';
import { LifDelta } from './lif/delta.ts';
import { DeltaDynamics, LEAKLESS_TAU, LeaklessDynamics } from './lif/deltaDynamics.ts';
import { LifExponential } from './lif/exponential.ts';
import { MembraneParameters } from './lif/membraneParameters.ts';
import { MultiExponentialDynamics } from './lif/multiExponential.ts';
import { type LifParams, lifParams, NO_THRESHOLD, TIME_CONSTANT_RANGE } from './lif/params.ts';
import type { AdaptiveThreshold, ThresholdNoise } from './parts/adaptiveThreshold.ts';

/** Population of leaky integrate-and-fire neurons with any kind of synapse. */
export interface Lif extends NeuronModel {
  readonly thresholds: AdaptiveThreshold;
  /** Threshold noise; null or undefined if thresholds are not random. */
  readonly thresholdNoise?: ThresholdNoise | null;
  /** Sets the threshold of one neuron, mV from rest. */
  setThreshold(neuron: number, t: number, mV: number): void;
}

const SYNAPSE_OF_PARAM = {
  tauSynExc: 'exponential',
  tauSynInh: 'exponential',
  receptors: 'multiExponential',
  tauSyn: 'conductance',
  reversalExc: 'conductance',
  reversalInh: 'conductance',
  leakConductance: 'conductance',
} as const;

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function checkSynapse(p: LifParams, name: string) {
  const { synapse } = p;
  for (const [key, kind] of Object.entries(SYNAPSE_OF_PARAM) as [keyof typeof SYNAPSE_OF_PARAM, string][])
    if (synapse !== kind && !isSame(p[key], z.parse(lifParams[key], undefined)))
      throw new UserError(
        `${name}.${key} is ${show(p[key])}, but it is only for synapse "${kind}", and synapse is "${synapse}"; leave it out or set ${name}.synapse to "${kind}".`,
      );
}

const isLeakless = ({ tau }: LifParams): boolean => [tau].flat().every((ms) => Number(ms) >= LEAKLESS_TAU);
const isDrivenWithoutLeak = (p: LifParams): boolean => p.synapse === 'delta' && p.current !== 0 && isLeakless(p);

/** Warns of a capacitance without effect, except if it equals `tau` (resistance 1 GΩ) or without leak, as in imported NIR files. */
function createRemarks(p: LifParams, name: string) {
  const { synapse, capacitance, tau, current, leakConductance } = p;
  const isDefault = isSame(capacitance, z.parse(lifParams.capacitance, undefined));
  const acts =
    synapse === 'delta' ? current !== 0 || isSame(capacitance, tau) || isLeakless(p) : leakConductance === undefined;
  if (isDefault || acts) return [];
  const why =
    synapse === 'delta'
      ? 'with synapse "delta" it only scales `current`, and `current` is 0'
      : '`leakConductance` replaces it';
  return [`The capacitance of ${name} has no effect: ${why}.`];
}

function checkNoise({ thresholdNoise, synapse, adaptive }: LifParams, name: string) {
  if (thresholdNoise === undefined) return;
  if (synapse !== 'delta')
    throw new UserError(`${name}.thresholdNoise is for synapse "delta", but synapse is "${synapse}".`);
  if (adaptive && adaptive.tau < Infinity)
    throw new UserError(
      `${name}.thresholdNoise requires thresholds without decay, but adaptive.tau is ${adaptive.tau} ms.`,
    );
}

function checkPerNeuron(p: LifParams, name: string) {
  const isDriven = isDrivenWithoutLeak(p);
  const conflict = [
    p.synapse === 'conductance' && 'synapse "conductance", because its membrane is not linear',
    p.thresholdNoise && 'thresholdNoise',
    p.adaptive && p.adaptive.tau < Infinity && 'adaptive.tau',
    p.refractoryInput === 'integrate' && 'refractoryInput "integrate"; use refractoryPotential "free"',
    p.precision === 'f32' && 'precision "f32"',
    isDriven && p.noise && 'noise',
  ].find(Boolean);
  if (conflict && (isDriven || p.noise))
    throw new UserError(`${name}.${isDriven ? 'current without leak' : 'noise'} cannot be combined with ${conflict}.`);
}

function checkAdaptationCurrent({ adaptationCurrent, synapse }: LifParams, name: string) {
  if (adaptationCurrent && synapse !== 'exponential' && synapse !== 'multiExponential')
    throw new UserError(
      `${name}.adaptationCurrent is for synapse "exponential" or "multiExponential", but synapse is "${synapse}"; use adaptive for an increase of the threshold instead.`,
    );
}

function checkDelta({ synapse, refractoryInput, precision }: LifParams, name: string) {
  if (synapse === 'delta') return;
  if (refractoryInput === 'integrate')
    throw new UserError(
      `${name}.refractoryInput "integrate" is for synapse "delta" only: synapse "${synapse}" always integrates input during refractoriness. Leave it out.`,
    );
  if (precision === 'f32') throw new UserError(`${name}.precision "f32" needs synapse "delta" (got "${synapse}").`);
}

/** Gives the receptors their first currents or conductances, as arrivals at 0 ms would. */
function applyInitialSynaptic(model: Lif, p: LifParams, context: ModelContext) {
  const { size, synapse, initialSynaptic = {} } = p;
  const receptors = synapse === 'exponential' ? ['excitatory', 'inhibitory'] : (model.receptors ?? []);
  for (const [receptor, given] of Object.entries(initialSynaptic)) {
    const key = `initialSynaptic.${receptor}`;
    const where = `${context.name}.${key}`;
    const index = receptors.indexOf(receptor);
    if (synapse === 'delta')
      throw new UserError(`${where} is for synapses with a current or conductance, not "delta".`);
    if (index < 0)
      throw new UserError(`${where} names no receptor of the neurons${didYouMean(receptor, receptors, 'receptors')}`);
    const sign = synapse === 'exponential' && receptor === 'inhibitory' ? -1 : 1;
    const values = createElementParameter(given, size, key, context);
    const weights = context.arena.f64(size);
    for (let j = 0; j < size; j++) {
      weights[j] = values.getValue(j);
      if (synapse !== 'multiExponential' && weights[j]! * sign < 0)
        throw new UserError(
          `${values.formatPath(where, j)} is ${weights[j]}, but must be ${sign < 0 ? '<=' : '>='} 0.`,
        );
    }
    const { edges } = createEdges({ preCount: 1, postCount: size }, [0], { weights });
    model.receiveArrival(synapse === 'exponential' ? edges : { ...edges, receptor: index }, 0, 1, 0);
  }
  model.testThresholds(0);
}

const CREATE_BY_SYNAPSE: Readonly<Record<LifParams['synapse'], (p: LifParams, context: ModelContext) => Lif>> = {
  delta: (p, context) => {
    if (isDrivenWithoutLeak(p)) {
      const withoutLeak = new MembraneParameters(p, context, () => 0);
      return new PerNeuronLif(p.size, new LeaklessDynamics(p, withoutLeak, context), context);
    }
    if (!p.noise) return new LifDelta(p, context);
    const membranes = new MembraneParameters(p, context, (pA, tau, capacitance) => (pA * tau) / capacitance);
    return new PerNeuronLif(p.size, new DeltaDynamics(p, membranes, context), context);
  },
  exponential: (p, context) => {
    const membranes = new MembraneParameters(p, context, (pA, tau, capacitance) => (pA * tau) / capacitance);
    const exc = createElementParameter(p.tauSynExc, p.size, 'tauSynExc', context, TIME_CONSTANT_RANGE);
    const inh = createElementParameter(p.tauSynInh, p.size, 'tauSynInh', context, TIME_CONSTANT_RANGE);
    const isPlain = !p.noise && !p.adaptationCurrent && p.refractoryPotential === 'clamp';
    if (isPlain && membranes.isUniform && exc.isShared && inh.isShared)
      return new LifExponential(p, membranes, exc.getValue(0), inh.getValue(0), context);
    const receptorsOf = (j: number) => ({ excitatory: { tau: exc.getValue(j) }, inhibitory: { tau: inh.getValue(j) } });
    return new PerNeuronLif(p.size, new MultiExponentialDynamics(p, membranes, context, receptorsOf), context);
  },
  multiExponential: (p, context) => {
    const membranes = new MembraneParameters(p, context, (pA, tau, capacitance) => pA * (tau / capacitance));
    return new PerNeuronLif(p.size, new MultiExponentialDynamics(p, membranes, context, () => p.receptors), context);
  },
  conductance: (p, context) => {
    const { tauSyn, leakConductance: leak, adaptive } = p;
    const single = typeof tauSyn === 'number' || tauSyn.excitatory === tauSyn.inhibitory;
    const hasDecay = adaptive !== undefined && adaptive.tau < Infinity;
    const lazy = hasDecay || (!single && (context.inhibition?.groupCount ?? 1) > 1);
    const leakOf = (tau: number, capacitance: number) => leak ?? capacitance / tau;
    const membranes = new MembraneParameters(p, context, (pA, tau, capacitance) =>
      lazy ? pA * (1 / leakOf(tau, capacitance)) : pA / leakOf(tau, capacitance),
    );
    const one = typeof tauSyn === 'number' ? tauSyn : tauSyn.excitatory;
    if (
      !lazy &&
      p.refractoryPotential === 'clamp' &&
      membranes.isUniform &&
      membranes.current.isShared &&
      !membranes.currentSteps
    )
      return new LifConductance(p, single ? one : tauSyn, membranes, context);
    const membrane = single
      ? new OneTauConductanceDynamics(p, one, membranes, context)
      : new TwoTauConductanceDynamics(p, tauSyn, membranes, context);
    return new PerNeuronLif(p.size, membrane, context);
  },
};

export const lif = defineNeuron({
  name: 'lif',
  help: 'leaky integrate-and-fire neuron, exact between events',
  equation:
    'tau dV/dt = -V + R (I + I_syn - w) + noise.sigma sqrt(2 tau) xi(t), or + R I + g_exc (E_exc - V) + g_inh (E_inh - V) with g in leak conductances; spike when V >= theta; V = reset after a spike and, unless refractoryPotential is free, while refractory; R = tau/capacitance; theta = threshold + h + a with adaptive.tau da/dt = -a, adaptationCurrent.tau dw/dt = -w; at a spike a + adaptive.increment and w + adaptationCurrent.increment for its neuron and, in homeostasis, h + gain (1 - 1/N) for it and max(h - gain/N, minimum - threshold) for all others',
  source:
    'Lapicque 1907; event-driven form after Morrison et al. 2007, doi:10.1162/neco.2007.19.1.47; conductances: Brette 2006, doi:10.1162/neco.2006.18.8.2004; noise: Taillefumier & Magnasco 2010, doi:10.1007/s10955-010-0033-6',
  params: lifParams,
  create: (p, context): Lif => {
    checkSynapse(p, context.name);
    checkNoise(p, context.name);
    checkDelta(p, context.name);
    checkPerNeuron(p, context.name);
    checkAdaptationCurrent(p, context.name);
    const model: Lif & Partial<RecordableState> = CREATE_BY_SYNAPSE[p.synapse](p, context);
    if (p.initialSynaptic) applyInitialSynaptic(model, p, context);
    const remarks = createRemarks(p, context.name);
    const read = (j: number, t: number) => model.thresholds.thresholdAt(j, t);
    return Object.assign(model, {
      remarks,
      neverFires: [p.threshold].flat().every((mV) => Number(mV) >= NO_THRESHOLD),
      quantities: { ...model.quantities, threshold: { unit: 'mV', owner: 'neuron', read } },
    });
  },
});
