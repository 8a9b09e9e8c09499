import { type Distribution, sampler } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { Arena, Floats, Precision } from '../kernels/arena.ts';
import { CounterRandom, type Seed, Stream } from '../random/random.ts';
import { checkedTime, snap } from '../time.ts';
import type { Edges } from './edges.ts';
import { fixedInDegree, type Pairs, withProbability } from './pairs.ts';

/** Who is connected to whom, as written in a network file. A list holds [pre, post, weight] or [pre, post, weight, delay]. */
export type Connect =
  | { readonly all: { readonly weight: Distribution; readonly selfConnections?: boolean } }
  | { readonly oneToOne: { readonly weight: Distribution } }
  | { readonly probability: { readonly p: number; readonly weight: Distribution; readonly selfConnections?: boolean } }
  | { readonly inDegree: { readonly k: number; readonly weight: Distribution; readonly selfConnections?: boolean } }
  | { readonly list: readonly (readonly number[])[] }
  /** Given weights, pre × post row-major; copied. */
  | { readonly matrix: { readonly weights: Floats } };

/** One axonal delay for all (ms), or uniform ones in multiples of `step`: synapses of one delay share a lane. */
export type Delay = number | { readonly uniform: readonly [number, number]; readonly step: number };

interface ConnectOptions {
  readonly pre: number;
  readonly post: number;
  /** In a recurrent projection, the postsynaptic index of presynaptic neuron 0; null between two populations. */
  readonly selfOffset: number | null;
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

export interface Connected {
  readonly edges: Edges;
  /** Delay of each lane, ms, ascending; lane l owns rows l × pre … (l + 1) × pre - 1. */
  readonly delays: readonly number[];
}

/** Builds the edges of one projection, of checked options. Refuses, with the memory needed, what cannot fit, and weights that are not finite. */
export function connect(o: ConnectOptions): Connected {
  const made = unchecked(o);
  checkFinite(made.edges, o);
  return made;
}

/** A weight that was drawn, given or rounded to 32 bits may be NaN or beyond what a float can hold. */
function checkFinite({ weights, weight, columns, starts, targets }: Edges, o: ConnectOptions): void {
  const path = `${o.where}.connect.${Object.keys(o.connect)[0]}`;
  const stored = o.precision === 'f32' ? Math.fround : (w: number) => w;
  const bad = weights === null ? -1 : weights.findIndex((w) => !Number.isFinite(w));
  if (weights === null ? Number.isFinite(stored(weight)) : bad < 0) return;
  const row = starts === null ? Math.floor(bad / columns) : starts.findIndex((_, r) => starts[r + 1]! > bad);
  const post = targets === null ? bad % columns : targets[bad]!;
  const which = weights === null ? `all are ${weight}` : `that of ${row % o.pre} to ${post} is ${weights[bad]}`;
  throw new UserError(
    `${path}: weights must be finite ${o.precision === 'f32' ? '32-bit ' : ''}numbers, but ${which}.`,
  );
}

function unchecked(o: ConnectOptions): Connected {
  const { where, pre, post, selfOffset } = o;
  const c = o.connect;
  if (typeof o.delay === 'number' && 'all' in c && !(selfOffset !== null && c.all.selfConnections === false))
    return dense(o, c.all.weight);
  if ('list' in c) return fromList(o, c.list);
  if ('matrix' in c) return fromMatrix(o, c.matrix.weights);
  if ('oneToOne' in c) {
    if (pre !== post) {
      throw new UserError(
        `${where}.connect.oneToOne needs equal sizes, but the populations have ${pre} and ${post} neurons.`,
      );
    }
    return sparse(o, c.oneToOne.weight, pre, (visit) => {
      for (let i = 0; i < pre; i++) visit(i, i, i);
    });
  }
  const options = 'all' in c ? c.all : 'probability' in c ? c.probability : c.inDegree;
  const self = options.selfConnections === false ? selfOffset : null;
  const draws = () => new Stream(o.seed, `${where}/connect`);
  if ('inDegree' in c) {
    const available = pre - (self === null ? 0 : 1);
    const { k, weight } = c.inDegree;
    if (k > available) {
      throw new UserError(
        `${where}.connect.inDegree.k is ${k}, but only ${available} neurons are there to choose from.`,
      );
    }
    return sparse(o, weight, k * post, (visit) => fixedInDegree(pre, post, k, self, draws(), visit));
  }
  const p = 'all' in c ? 1 : c.probability.p;
  return sparse(o, options.weight, p * pre * post, (visit) => withProbability(pre, post, p, self, draws(), visit));
}

function dense(o: ConnectOptions, weight: Distribution): Connected {
  const { pre, post, arena } = o;
  const each = o.plastic || typeof weight !== 'number';
  if (each) arena.reserve(pre * post * (o.precision === 'f32' ? 4 : 8), `${o.where} with ${pre * post} synapses`);
  const weights = each ? arena.floats(o.precision, pre * post) : null;
  const draw = sampler(weight, new Stream(o.seed, `${o.where}/weight`), `${o.where}.connect.all.weight`);
  if (weights !== null) for (let k = 0; k < weights.length; k++) weights[k] = draw();
  return edgesOf(o, [checkedTime(o.delay as number, `${o.where}.delay`)], { weights, weight });
}

/** Edges with these weights, or one for all: dense, or in compressed rows where there are `starts` and `targets`. */
function edgesOf(
  { pre, post }: ConnectOptions,
  delays: readonly number[],
  {
    weights,
    weight = Number.NaN,
    ...sparse
  }: Pick<Edges, 'weights'> &
    Partial<Pick<Edges, 'targets' | 'starts' | 'identity' | 'distinct'>> & {
      readonly weight?: Distribution;
    },
): Connected {
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
    positive: weights === null ? common >= 0 : weights.every((w) => w >= 0),
  };
  return { edges, delays };
}

/** Pairs in the order of `pairs`, put into rows by a counting sort: one pass to count, one to place. */
function sparse(o: ConnectOptions, weight: Distribution, expected: number, pairs: Pairs): Connected {
  const each = o.plastic || typeof weight !== 'number';
  const bytes = (each ? (o.precision === 'f32' ? 4 : 8) : 0) + (o.post <= 65536 ? 2 : 4);
  o.arena.reserve(expected * bytes, `${o.where} with ${Math.round(expected)} synapses`);
  const [delayOf, delays] = lanes(o);
  const starts = o.arena.u32(delays.length * o.pre + 1);
  pairs((pre, _post, index) => {
    starts[delayOf(index) * o.pre + pre + 1]!++;
  });
  for (let r = 1; r < starts.length; r++) starts[r]! += starts[r - 1]!;
  const count = starts[starts.length - 1]!;
  const targets = o.arena.indices(o.post, count);
  const next = starts.slice();
  pairs((pre, post, index) => {
    targets[next[delayOf(index) * o.pre + pre]!++] = post;
  });
  const weights: Floats | null = each ? o.arena.floats(o.precision, count) : null;
  const draw = sampler(
    weight,
    new Stream(o.seed, `${o.where}/weight`),
    `${o.where}.connect.${Object.keys(o.connect)[0]}.weight`,
  );
  if (weights !== null) for (let k = 0; k < count; k++) weights[k] = draw();
  const identity = 'oneToOne' in o.connect && delays.length === 1;
  return edgesOf(o, delays, { weights, weight, targets, starts, identity });
}

/** The lane of the index-th pair. Delays are drawn from the number of the pair, so that both passes agree. */
function lanes(o: ConnectOptions): [(index: number) => number, number[]] {
  const where = `${o.where}.delay`;
  if (typeof o.delay === 'number') return [() => 0, [checkedTime(o.delay, where)]];
  const { uniform, step } = o.delay;
  const [low, high] = uniform;
  checkedTime(high, `${where}.uniform`);
  const first = Math.ceil(low / step);
  const n = Math.floor(high / step) - first + 1;
  if (!(n >= 1 && n <= 4096 && low >= 0)) {
    throw new UserError(
      `${where} spans ${n} steps of ${step} ms, but 1 to 4096 distinct delays from 0 ms on are allowed.`,
    );
  }
  const random = new CounterRandom(o.seed, `${o.where}/delay`);
  const laneOf = (index: number): number => Math.floor(random.uniform(index, 0) * n);
  return [laneOf, Array.from({ length: n }, (_, i) => snap((first + i) * step))];
}

function fromList(o: ConnectOptions, list: readonly (readonly number[])[]): Connected {
  const path = `${o.where}.connect.list`;
  const base = o.delay;
  if (typeof base !== 'number')
    throw new UserError(
      `${o.where}.delay must be a number with a list; a delay of its own is the fourth entry of a synapse.`,
    );
  list.forEach((entry, i) => {
    const [pre, post, weight] = entry;
    if (entry.length > 4)
      throw new UserError(
        `${path}[${i}] has ${entry.length} entries, but a synapse is [pre, post, weight] or [pre, post, weight, delay].`,
      );
    const bad = (what: string, value: unknown, limit: number) =>
      new UserError(`${path}[${i}] names ${what} neuron ${show(value)}, but there are ${limit} (0 to ${limit - 1}).`);
    if (!Number.isInteger(pre) || pre! < 0 || pre! >= o.pre) throw bad('presynaptic', pre, o.pre);
    if (!Number.isInteger(post) || post! < 0 || post! >= o.post) throw bad('postsynaptic', post, o.post);
    if (!Number.isFinite(weight))
      throw new UserError(`${path}[${i}] has weight ${show(weight)}, but it must be a number.`);
  });
  const delay = list.map((entry, i) =>
    checkedTime(entry[3] ?? base, entry.length > 3 ? `${path}[${i}][3]` : `${o.where}.delay`),
  );
  const delays = [...new Set(delay.length > 0 ? delay : [checkedTime(base, `${o.where}.delay`)])].sort((a, b) => a - b);
  const laneOf = new Map(delays.map((d, lane) => [d, lane]));
  const rowOf = (i: number) => laneOf.get(delay[i]!)! * o.pre + list[i]![0]!;
  const order = list
    .map((_, i) => i)
    .sort((a, b) => rowOf(a) - rowOf(b) || list[a]![1]! - list[b]![1]! || list[a]![2]! - list[b]![2]!);
  const starts = o.arena.u32(delays.length * o.pre + 1);
  const targets = o.arena.indices(o.post, list.length);
  const weights = o.arena.floats(o.precision, list.length);
  order.forEach((i, k) => {
    starts[rowOf(i) + 1]!++;
    targets[k] = list[i]![1]!;
    weights[k] = list[i]![2]!;
  });
  for (let r = 1; r < starts.length; r++) starts[r]! += starts[r - 1]!;
  const distinct = order.every((i, k) => k === 0 || rowOf(i) !== rowOf(order[k - 1]!) || targets[k] !== targets[k - 1]);
  return edgesOf(o, delays, { weights, targets, starts, distinct });
}

function fromMatrix(o: ConnectOptions, given: Floats): Connected {
  const { pre, post, precision, where, arena } = o;
  if (given.length !== pre * post) {
    throw new UserError(`${where}.connect.matrix.weights has length ${given.length}, but must have ${pre} × ${post}.`);
  }
  if (typeof o.delay !== 'number') throw new UserError(`${where}.delay must be a number with a matrix.`);
  const weights = arena.floats(precision, given.length);
  weights.set(given);
  return edgesOf(o, [checkedTime(o.delay, `${where}.delay`)], { weights });
}
