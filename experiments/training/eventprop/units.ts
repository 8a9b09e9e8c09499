import { UserError } from '../../../core/declare/errors.ts';
import type { Projection, Synapses } from '../../../core/graph/projection.ts';
import type { Network } from '../../../core/network.ts';
import { snap, TICK } from '../../../core/time.ts';
import { AdjointNeuron } from '../../../neurons/lif/adjointNeuron.ts';
import { MembraneParameters } from '../../../neurons/lif/membraneParameters.ts';
import type { LifParams } from '../../../neurons/lif/params.ts';
import type { NetworkDescription } from '../../network/schema.ts';

/** Synapses of a projection with the gradients of the loss by weight and by delay (per ms). */
type SynapseGroup = Synapses & { readonly weightGradient: Float64Array; readonly delayGradient: Float64Array };

/** Neuron of a network, or one neuron of a stimulus, with its outgoing synapses. */
export interface Unit {
  /** Potential and adjoint of the neuron; null for a neuron of a stimulus. */
  readonly neuron: AdjointNeuron | null;
  /** Potential per current, mV/pA. */
  readonly resistance: number;
  readonly steadyPotential: number;
  readonly targets: { readonly synapses: SynapseGroup; readonly index: number; readonly target: Unit }[];
  firstSpike: Spike | null;
}

/** Spike of the forward pass. */
export interface Spike {
  readonly unit: Unit;
  time: number;
  /** Current at the spike and at the end of refractoriness, relative to the steady potential, mV. */
  current: number;
  releaseCurrent: number;
  /** Derivative of the loss by the spike time; sum of the terms added so far. */
  gradient: number;
}

/** Creates a neuron of a stimulus. */
export const createInputUnit = (): Unit => ({
  neuron: null,
  resistance: 0,
  steadyPotential: 0,
  targets: [],
  firstSpike: null,
});

const UNSUPPORTED = [
  'adaptive',
  'homeostasis',
  'noise',
  'thresholdNoise',
  'adaptationCurrent',
  'initialSynaptic',
  'winnerTakeAll',
] as const;

/** Returns a function that creates neuron j of a population. @throws UserError for a population without gradients */
export function createNeuronUnits(given: NetworkDescription['populations'][string], name: string, net: Network) {
  const where = `populations.${name}`;
  const p = given as LifParams & { readonly model: string; readonly winnerTakeAll?: unknown };
  if (p.model !== 'lif' || p.synapse !== 'exponential')
    throw new UserError(`${where} needs model "lif" with synapse "exponential" for gradients.`);
  const unsupported = UNSUPPORTED.find((key) => p[key] !== undefined);
  if (unsupported !== undefined) throw new UserError(`${where}.${unsupported} has no gradients; leave it out.`);
  if (p.refractoryPotential === 'free')
    throw new UserError(`${where}.refractoryPotential must be "clamp" for gradients.`);
  const context = { arena: net.arena, seed: net.seed, name: where };
  const membranes = new MembraneParameters(p, context, (pA, tau, capacitance) => pA * (tau / capacitance));
  const [tauSyn, inhibitory] = [p.tauSynExc, p.tauSynInh];
  if (typeof tauSyn !== 'number' || tauSyn !== inhibitory)
    throw new UserError(`${where}.tauSynExc and tauSynInh must be the same single number for gradients.`);
  if (membranes.currentSteps || p.initial !== 0)
    throw new UserError(`${where} needs a constant current and initial potentials of 0 for gradients.`);
  return (j: number): Unit => {
    const steadyPotential = membranes.vInf.getValue(j);
    const tauM = membranes.tau.getValue(j);
    const neuron = new AdjointNeuron({
      tauM,
      tauS: tauSyn,
      threshold: membranes.threshold.getValue(j) - steadyPotential,
      reset: membranes.reset.getValue(j) - steadyPotential,
      refractory: typeof p.refractory === 'number' ? p.refractory : membranes.refractoryTime.getValue(j),
      initial: -steadyPotential,
    });
    const resistance = tauM / membranes.capacitance.getValue(j);
    return { neuron, resistance, steadyPotential, targets: [], firstSpike: null };
  };
}

/** Adds the synapses of all projections to their source neurons. Returns them by the name of the projection. */
export function connectUnits({ projections }: Network, d: NetworkDescription, units: Map<string, Unit[]>) {
  const groups: Record<string, SynapseGroup> = {};
  for (const [i, projection] of [...projections.values()].entries()) {
    const { name, rule, shortTerm, isModulatory, source, target } = projection;
    if (rule || shortTerm || isModulatory)
      throw new UserError(`projections.${name} needs constant weights for gradients: no rule, shortTerm or modulator.`);
    const list = projection.synapses();
    const { length } = list.pre;
    const delay = list.delay.map((ms) => ms + projection.dendriticDelay);
    const made = { ...list, weightGradient: new Float64Array(length), delayGradient: new Float64Array(length) };
    groups[name] = { ...made, delay: findExactDelays(d.projections[i]!, projection, { ...list, delay }) };
    for (let k = 0; k < length; k++)
      units.get(source.name)![list.pre[k]!]!.targets.push({
        synapses: groups[name]!,
        index: k,
        target: units.get(target.name)![list.post[k]!]!,
      });
  }
  return groups;
}

/** Delays before rounding to the time grid, if the description lists them; otherwise as the engine has them. */
function findExactDelays(
  { delay, connect }: NetworkDescription['projections'][number],
  { delays }: Projection,
  { pre, post, delay: rounded }: Synapses,
): Float64Array {
  if (typeof delay === 'number' && delays.length === 1 && Math.abs(delay - delays[0]!) <= TICK)
    return rounded.fill(delay);
  const listed = (connect as { list?: number[][] }).list;
  const exact = new Map(listed?.map(([i, j, , ms]) => [`${i},${j},${snap(ms ?? 0)}`, ms ?? 0]));
  return rounded.map((ms, k) => exact.get(`${pre[k]},${post[k]},${ms}`) ?? ms);
}

/** Spike times of each neuron of a stimulus `spikeTrains` before rounding to the time grid, ascending; otherwise null. */
export function listExactTimes({ populations }: NetworkDescription, name: string): number[][] | null {
  const { trains } = populations[name] as { trains?: readonly (readonly number[])[] };
  return trains?.map((times) => [...times].sort((a, b) => a - b)) ?? null;
}
