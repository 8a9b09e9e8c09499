import type { Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import { number, object, optional } from '../declare/params.ts';
import { show } from '../declare/show.ts';
import type { ProjectionOptions } from '../graph/createProjection.ts';
import type { Neurons, Population, Stimulus } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { Delay } from '../graph/schema.ts';
import type { LinearNeurons, NeuronHooks, StimulusHooks } from '../hooks.ts';

const ms = (help: string, more: object = {}) => number({ min: 0, unit: 'ms', help, ...more });

/** Options of a network that delivers its spikes once per time window. */
export const deliveryShape = {
  delivery: optional(
    object(
      { window: ms('length of a time window; all delays are multiples of it', { exclusiveMin: true }) },
      'delivery of spikes once per time window, for large networks of lif neurons with random static synapses; default: event by event',
    ),
  ),
  emit: optional(
    object(
      { grid: ms('grid of times at which spikes leave; 0: each leaves at its threshold crossing') },
      'departure of spikes, with `delivery` in time windows: at the next multiple of `grid` after the threshold crossing',
    ),
  ),
};

/** `delivery`: length of time windows, ms (default: event by event). `emit`: grid of spike emission times, ms. */
export interface DeliveryOptions {
  readonly delivery?: { readonly window: number } | undefined;
  readonly emit?: { readonly grid: number } | undefined;
}

/** Projection with `count` synapses between random neurons; -1: Poisson input, one stimulus neuron per neuron. */
export interface WindowProjection {
  readonly projection: Projection;
  readonly count: number;
  readonly weight: Distribution;
  readonly delay: Delay;
}

const NOT_LINEAR =
  'a model other than `lif` with synapse "exponential", one set of time constants, and no noise or adaptation current';
const UNSUPPORTED = ['device', 'rule', 'modulator', 'shortTerm', 'receptor', 'sources', 'targets', 'dendriticDelay'];

/** @throws UserError "WHERE has PART, which delivery in windows does not support." */
export function refusePart(where: string, part: string): never {
  throw new UserError(`${where} has ${part}, which \`delivery\` in windows does not support.`);
}

/** Checks the options of a projection. @throws UserError that names the part that is not supported */
export function readProjectionOptions(source: Population, target: Population, o: ProjectionOptions, where: string) {
  const unsupported = UNSUPPORTED.find((key) => o[key as keyof ProjectionOptions]);
  if (unsupported) refusePart(where, `\`${unsupported}\``);
  if (target.kind === 'stimulus') refusePart(where, 'a stimulus as target');
  const { connect, delay = 0 } = o;
  if (source.kind === 'neurons') {
    if (!('total' in connect)) return refusePart(where, `connect \`${Object.keys(connect)}\` instead of \`total\``);
    const { n: count, weight, selfConnections } = connect.total;
    if (selfConnections === false) refusePart(where, 'selfConnections: false');
    return { count, weight, delay };
  }
  if (!('oneToOne' in connect)) return refusePart(where, 'a stimulus as source without connect `oneToOne`');
  const { weight } = connect.oneToOne;
  if (typeof weight !== 'number' || delay !== 0)
    refusePart(where, 'a stimulus as source, and a random weight or a delay');
  if (source.size !== target.size) refusePart(where, `populations of ${source.size} and ${target.size} neurons`);
  return { count: -1, weight, delay };
}

/** Parameters of a LIF population for delivery in time windows. @throws UserError that names an unsupported part */
export function requireLinearNeurons(population: Neurons, common: LinearNeurons | null, window: number): LinearNeurons {
  const where = `populations.${population.name}`;
  if (population.winnerTakeAll) refusePart(where, '`winnerTakeAll`');
  const linear = (population.model as Partial<NeuronHooks>).linearNeurons;
  if (linear === undefined) return refusePart(where, NOT_LINEAR);
  if (typeof linear === 'string') return refusePart(where, linear);
  const { tau, tauExc, tauInh, refractory } = linear;
  if (common && (tau !== common.tau || tauExc !== common.tauExc || tauInh !== common.tauInh))
    refusePart(where, 'time constants unlike those of other populations');
  for (const tauSyn of [tauExc, tauInh])
    if (Math.abs(tauSyn / tau - 1) < 1e-3) refusePart(where, 'equal membrane and synaptic time constants');
  if (refractory < window) refusePart(where, `refractory ${refractory} ms, below the window of ${window} ms`);
  return linear;
}

/** Poisson input of a population and its rate, Hz; null without input. @throws UserError for other stimuli */
export function findPoissonInput(population: Population, projections: readonly WindowProjection[]) {
  const inputs = projections.filter(({ projection, count }) => projection.target === population && count < 0);
  const [input] = inputs;
  if (input === undefined) return null;
  const { name, model } = input.projection.source as Stimulus;
  const uses = projections.filter(({ projection }) => projection.source.name === name);
  if (inputs.length > 1 || uses.length > 1)
    refusePart(`populations.${name}`, 'more than one target or further stimuli');
  const rate = (model as Partial<StimulusHooks>).steadyRate ?? null;
  if (rate === null) return refusePart(`populations.${name}`, 'a model other than `poisson` with one constant rate');
  return { projection: input.projection, weight: input.weight as number, rate };
}

/** Checks that only spikes of neurons are recorded, and that no function is called at given times. */
export function checkRecorders(
  populations: Iterable<Population>,
  projections: Iterable<Projection>,
  timers: Iterable<{ name: string }>,
) {
  for (const { name, kind, recorder, observers } of populations)
    if (observers.length > 0 || (kind === 'stimulus' && recorder))
      refusePart(`populations.${name}`, kind === 'stimulus' ? 'recorded spikes' : 'a recorded state');
  for (const { name, recorder } of projections) if (recorder) refusePart(`projections.${name}`, 'a recorder');
  for (const { name } of timers) refusePart(name, 'given times');
}

/** Number of steps in `ms`. @throws UserError unless `ms` is a positive multiple of `step` (option `name`) */
export function countSteps(ms: number, step: number, where: string, name = 'delivery.window'): number {
  const count = Math.round(ms / step);
  if (count >= 1 && Math.abs(count * step - ms) < 1e-9) return count;
  throw new UserError(`${where} is ${show(ms)} ms, but must be a positive multiple of \`${name}\`, ${step} ms.`);
}
