import { createSampler, type Distribution } from '../declare/distribution.ts';
import type { Arena, Floats, Indices, Precision } from '../kernels/arena.ts';
import { type Seed, Stream } from '../random/random.ts';
import type { DistanceRule } from './distanceRule.ts';
import type { Edges } from './edges.ts';
import type { Convolution, Pooling, Windows } from './mapTypes.ts';
import type { NeuronPositions } from './positions.ts';
import type { Sources } from './sources.ts';

/** Who is connected to whom, as written in a network file. A list holds [pre, post, weight] or [pre, post, weight, delay]. */
export type Connect =
  | { readonly all: { readonly weight: Distribution; readonly selfConnections?: boolean } }
  | { readonly oneToOne: { readonly weight: Distribution } }
  | { readonly probability: { readonly p: number; readonly weight: Distribution; readonly selfConnections?: boolean } }
  | { readonly inDegree: { readonly k: number; readonly weight: Distribution; readonly selfConnections?: boolean } }
  | { readonly list: readonly (readonly number[])[] }
  /** Synapse k leads from pre[k] to post[k]; the weight, and the delay (ms), of each or of all. Copied. */
  | { readonly edges: EdgeArrays }
  /** Of a function of the pair (i, j). */
  | { readonly pairs: PairFunction }
  /** Of the distance between the positions of both. */
  | { readonly distance: DistanceRule }
  /** Parts of a map, each to neurons of its own. */
  | { readonly windows: Windows }
  /** Such parts at every place, with a kernel that all have in common. */
  | { readonly convolution: Convolution }
  /** To a smaller map, with fixed weights. */
  | { readonly pooling: Pooling }
  /** Given weights, pre × post row-major; copied. The shape is checked where it is given. */
  | { readonly matrix: { readonly weights: Floats; readonly shape?: readonly [pre: number, post: number] } };

/** The weight of the synapse from neuron i to neuron j, or that and its delay (ms); nothing, null or false: there is none. */
export type PairFunction = (
  i: number,
  j: number,
) => number | { readonly weight: number; readonly delay?: number } | null | undefined | false;

export interface EdgeArrays {
  readonly pre: Indices | Int32Array;
  readonly post: Indices | Int32Array;
  readonly weight: number | Floats;
  /** Default: that of the projection. */
  readonly delay?: number | Floats;
}

/** One axonal delay for all (ms), or uniform ones in multiples of `step`: synapses of one delay share a lane. */
export type Delay = number | { readonly uniform: readonly [number, number]; readonly step: number };

/** Which postsynaptic neuron a presynaptic one is, and the other way round; -1: none. */
export type SelfConnectionMap = Pick<Sources, 'neuron' | 'terminal'>;

export interface ConnectOptions {
  readonly pre: number;
  readonly post: number;
  /** Where the neurons of both populations are, if they are anywhere, and which of the source the presynaptic ones are. */
  readonly places?: {
    readonly pre: NeuronPositions | null;
    readonly post: NeuronPositions | null;
    readonly terminals: Sources;
  };
  /** In a recurrent projection, which of its postsynaptic neurons the presynaptic ones are; null between two populations. */
  readonly selves: SelfConnectionMap | null;
  readonly connect: Connect;
  readonly delay: Delay;
  readonly precision: Precision;
  /** Whether each synapse needs a weight of its own even where all are equal (because a rule moves them). */
  readonly plastic: boolean;
  readonly seed: Seed;
  /** Path of the projection, for errors and for its random streams. */
  readonly where: string;
  readonly arena: Arena;
}

export interface ConnectResult {
  readonly edges: Edges;
  /** Delay of each lane, ms, ascending; lane l owns rows l × pre … (l + 1) × pre - 1. */
  readonly delays: readonly number[];
}

/** How errors name the way to connect. */
export const connectPath = (o: ConnectOptions): string => `${o.where}.connect.${Object.keys(o.connect)[0]}`;

/** Bytes that a synapse of sparse edges takes, with a weight of its own or without. */
export const bytesPerSynapse = ({ precision, post }: ConnectOptions, own: boolean): number =>
  (own ? (precision === 'f32' ? 4 : 8) : 0) + (post <= 65536 ? 2 : 4);

/** Draws weights. */
export const weightSampler = (o: ConnectOptions, weight: Distribution): (() => number) =>
  createSampler(weight, new Stream(o.seed, `${o.where}/weight`), `${connectPath(o)}.weight`);

function leastOf(weights: Floats): number {
  let least = 0;
  for (let k = 0; k < weights.length; k++)
    if (!(weights[k]! >= least)) least = weights[k]! < least ? weights[k]! : -Infinity; // NaN may do anything
  return least;
}

/** Edges with these weights, or one for all: dense, or in compressed rows where there are `starts` and `targets`. */
export function createEdges(
  { pre, post }: ConnectOptions,
  delays: readonly number[],
  {
    weights,
    weight = Number.NaN,
    ...sparse
  }: Pick<Edges, 'weights'> &
    Partial<Pick<Edges, 'targets' | 'starts' | 'identity' | 'distinct' | 'blocks'>> & {
      readonly weight?: Distribution;
    },
): ConnectResult {
  const dense = { targets: null, starts: null, identity: false, distinct: true };
  const common = weights === null ? (weight as number) : Number.NaN;
  const edges = {
    rows: delays.length * pre,
    columns: post,
    count: sparse.targets?.length ?? pre * post,
    weights,
    weight: common,
    ...dense,
    ...sparse,
    least: weights === null ? Math.min(common, 0) : leastOf(weights),
  };
  return { edges, delays };
}
