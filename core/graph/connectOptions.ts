import { createSampler, type Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import type { Arena, Precision } from '../kernels/arena.ts';
import { exp } from '../math.ts';
import { CounterRandom, RandomStream, type Seed } from '../random/random.ts';
import { findFirstAtOrAfter, snap, validateTime } from '../time.ts';
import { type Edges, findMinWeight } from './edges.ts';
import type { NeuronPositions } from './positions.ts';
import type { Connect, Delay } from './schema.ts';
import type { SourceNeurons } from './sourceNeurons.ts';

/**
 * Conversion of neuron indices in a recurrent projection: `getNeuron` from presynaptic to postsynaptic index, `getTerminal`
 * the reverse. Both return -1 for a neuron that is on one side only.
 */
export type SelfConnectionMap = Pick<SourceNeurons, 'getNeuron' | 'getTerminal'>;

export interface ConnectOptions {
  readonly preCount: number;
  readonly postCount: number;
  /** Positions of the source neurons (`terminals`) and of the target neurons; null if a population has no positions. */
  readonly positions?: {
    readonly pre: NeuronPositions | null;
    readonly post: NeuronPositions | null;
    readonly terminals: SourceNeurons;
  };
  /** Map between presynaptic and postsynaptic indices; null unless source and target are the same population. */
  readonly selfMap: SelfConnectionMap | null;
  readonly connect: Connect;
  readonly delay: Delay;
  readonly precision: Precision;
  /** True if each synapse stores a weight, even if all weights are equal, because devices change the weights. */
  readonly isPlastic: boolean;
  readonly seed: Seed;
  /** Path of the projection in error messages and in the names of its random streams. */
  readonly projectionPath: string;
  readonly arena: Arena;
}

export interface ConnectResult {
  readonly edges: Edges;
  /** Delay of each spike queue, ms, ascending; queue q has rows q × preCount … (q + 1) × preCount - 1. */
  readonly delays: readonly number[];
}

export const getConnectPath = (o: ConnectOptions): string => `${o.projectionPath}.connect.${Object.keys(o.connect)[0]}`;

export const computeBytesPerSynapse = ({ precision, postCount: post }: ConnectOptions, hasWeights: boolean): number =>
  (hasWeights ? (precision === 'f32' ? 4 : 8) : 0) + (post <= 65536 ? 2 : 4);

export const createWeightSampler = (o: ConnectOptions, weight: Distribution): (() => number) =>
  createSampler(weight, new RandomStream(o.seed, `${o.projectionPath}/weight`), `${getConnectPath(o)}.weight`);

/** Creates edges: sparse if `starts` and `targets` are given, else dense. */
export function createEdges(
  { preCount: pre, postCount: post }: Pick<ConnectOptions, 'preCount' | 'postCount'>,
  delays: readonly number[],
  {
    weights,
    weight = Number.NaN,
    ...sparse
  }: Pick<Edges, 'weights'> &
    Partial<Pick<Edges, 'targets' | 'starts' | 'isOneToOne' | 'hasDistinctTargets' | 'blocks'>> & {
      readonly weight?: Distribution;
    },
): ConnectResult {
  const dense = { targets: null, starts: null, isOneToOne: false, hasDistinctTargets: true };
  const common = weights === null ? (weight as number) : Number.NaN;
  const edges = {
    rows: delays.length * pre,
    columns: post,
    count: sparse.targets?.length ?? pre * post,
    weights,
    weight: common,
    ...dense,
    ...sparse,
    minWeight: weights === null ? Math.min(common, 0) : findMinWeight(weights),
  };
  return { edges, delays };
}

/**
 * Returns a function that draws the delay index of a synapse, and the delays (ms, ascending). Drawn indices do not
 * depend on the order of calls.
 */
export function drawDelays(
  o: ConnectOptions,
): [delayIndexOf: (entity: number, count?: number) => number, delays: number[]] {
  const where = `${o.projectionPath}.delay`;
  if (typeof o.delay === 'number') return [() => 0, [validateTime(o.delay, where)]];
  const random = new CounterRandom(o.seed, `${o.projectionPath}/delay`);
  const { step } = o.delay;
  const list = (first: number, last: number) => {
    const n = last - first + 1;
    if (!(n >= 1 && n <= 4096 && first >= 0)) {
      throw new UserError(
        `${where} spans ${n} steps of ${step} ms, but 1 to 4096 distinct delays >= 0 ms are allowed.`,
      );
    }
    validateTime(last * step, where);
    return Array.from({ length: n }, (_, i) => snap((first + i) * step));
  };
  if ('uniform' in o.delay) {
    const [low, high] = o.delay.uniform;
    const delays = list(Math.ceil(low / step), Math.floor(high / step));
    return [(entity, count = 0) => Math.floor(random.uniform(entity, count) * delays.length), delays];
  }
  const { mean, sd, min = 0, max = mean + 6 * sd } = o.delay.normal;
  const first = Math.round(Math.max(min, mean - 6 * sd) / step);
  const delays = list(first, Math.round(Math.min(max, mean + 6 * sd) / step));
  const cumulative = integrateNormalSteps({ mean, sd, min, max }, step, first, delays.length);
  const total = cumulative[delays.length - 1]!;
  return [
    (entity, count = 0) => findFirstAtOrAfter(cumulative, 0, delays.length, random.uniform(entity, count) * total),
    delays,
  ];
}

/**
 * Cumulative probability (not normalised) of `n` multiples of `step` from `first` × step: integral of the truncated normal
 * density over the interval that is rounded to each multiple, by Simpson's rule.
 */
function integrateNormalSteps(
  { mean, sd, min, max }: Readonly<Record<'mean' | 'sd' | 'min' | 'max', number>>,
  step: number,
  first: number,
  n: number,
): Float64Array {
  const density = (t: number) => exp(-0.5 * ((t - mean) / sd) ** 2);
  const pieces = 2 * Math.ceil((4 * step) / sd) + 6;
  const cumulative = new Float64Array(n);
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const from = Math.max(min, (first + k - 0.5) * step);
    const width = (Math.min(max, (first + k + 0.5) * step) - from) / pieces;
    let integral = density(from) + density(from + pieces * width);
    for (let i = 1; i < pieces; i++) integral += (i % 2 === 1 ? 4 : 2) * density(from + i * width);
    sum += Math.max(0, (integral * width) / 3);
    cumulative[k] = sum;
  }
  return cumulative;
}

/** Delay of a pair (pre, post), ms: one common value, or drawn per pair. */
export function createPairDelaySampler(o: ConnectOptions): (pre: number, post: number) => number {
  const { delay } = o;
  if (typeof delay === 'number') return () => delay;
  const [delayIndexOf, delays] = drawDelays(o);
  return (pre, post) => delays[delayIndexOf(pre, post + 1)]!; // draw 0 is reserved for connection rules that number their pairs
}
