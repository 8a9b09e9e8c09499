import type { Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import type { Floats } from '../kernels/arena.ts';
import { Stream } from '../random/random.ts';
import { validateTime } from '../time.ts';
import {
  bytesPerSynapse,
  type ConnectOptions,
  type ConnectResult,
  connectPath,
  createEdges,
  weightSampler,
} from './connectOptions.ts';
import { drawDelays } from './delays.ts';
import { fromDistance } from './distance.ts';
import { fromEdges, fromList, fromMatrix, fromPairs } from './edgeList.ts';
import type { Edges } from './edges.ts';
import { fromWindows } from './maps.ts';
import { type Pairs, visitFixedInDegree, visitWithProbability } from './pairs.ts';
import { fromPooling } from './pooling.ts';

/** Builds the edges of one projection, of checked options. Refuses, with the memory needed, what cannot fit, and weights that are not finite. */
export function connect(o: ConnectOptions): ConnectResult {
  const made = unchecked(o);
  checkFinite(made.edges, o);
  return made;
}

/** Index of the first weight that is no finite number, -1 where there is none; a callback for each takes far longer. */
function firstNotFinite(weights: Floats): number {
  for (let k = 0; k < weights.length; k++) if (weights[k]! - weights[k]! !== 0) return k;
  return -1;
}

/** A weight that was drawn, given or rounded to 32 bits may be NaN or beyond what a float can hold. */
function checkFinite({ weights, weight, columns, starts, targets }: Edges, o: ConnectOptions): void {
  const stored = o.precision === 'f32' ? Math.fround : (w: number) => w;
  const bad = weights === null ? -1 : firstNotFinite(weights);
  if (weights === null ? Number.isFinite(stored(weight)) : bad < 0) return;
  const row = starts === null ? Math.floor(bad / columns) : starts.findIndex((_, r) => starts[r + 1]! > bad);
  const post = targets === null ? bad % columns : targets[bad]!;
  const which = weights === null ? `all are ${weight}` : `that of ${row % o.pre} to ${post} is ${weights[bad]}`;
  throw new UserError(
    `${connectPath(o)}: weights must be finite ${o.precision === 'f32' ? '32-bit ' : ''}numbers, but ${which}.`,
  );
}

function unchecked(o: ConnectOptions): ConnectResult {
  const { where, pre, post, selves } = o;
  const c = o.connect;
  if (typeof o.delay === 'number' && 'all' in c && !(selves !== null && c.all.selfConnections === false))
    return dense(o, c.all.weight);
  if ('list' in c) return fromList(o, c.list);
  if ('edges' in c) return fromEdges(o, c.edges);
  if ('pairs' in c) return fromPairs(o, c.pairs);
  if ('distance' in c) return fromDistance(o, c.distance);
  if ('matrix' in c) return fromMatrix(o, c.matrix.weights, c.matrix.shape);
  if ('windows' in c) return fromWindows(o, c.windows, false);
  if ('convolution' in c) return fromWindows(o, c.convolution, true);
  if ('pooling' in c) return fromPooling(o, c.pooling);
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
  const self = options.selfConnections === false ? selves : null;
  const draws = () => new Stream(o.seed, `${where}/connect`);
  if ('inDegree' in c) {
    const available = pre - (self === null ? 0 : 1);
    const { k, weight } = c.inDegree;
    if (k > available) {
      throw new UserError(
        `${where}.connect.inDegree.k is ${k}, but only ${available} neurons are there to choose from.`,
      );
    }
    return sparse(o, weight, k * post, (visit) => visitFixedInDegree(pre, post, k, self, draws(), visit));
  }
  const p = 'all' in c ? 1 : c.probability.p;
  return sparse(o, options.weight, p * pre * post, (visit) => visitWithProbability(pre, post, p, self, draws(), visit));
}

function dense(o: ConnectOptions, weight: Distribution): ConnectResult {
  const { pre, post, arena } = o;
  const each = o.plastic || typeof weight !== 'number';
  if (each) arena.reserve(pre * post * (o.precision === 'f32' ? 4 : 8), `${o.where} with ${pre * post} synapses`);
  const weights = each ? arena.floats(o.precision, pre * post) : null;
  const draw = weightSampler(o, weight);
  if (weights !== null) for (let k = 0; k < weights.length; k++) weights[k] = draw();
  return createEdges(o, [validateTime(o.delay as number, `${o.where}.delay`)], { weights, weight });
}

/** Pairs in the order of `pairs`, put into rows by a counting sort: one pass to count, one to place. */
function sparse(o: ConnectOptions, weight: Distribution, expected: number, pairs: Pairs): ConnectResult {
  const each = o.plastic || typeof weight !== 'number';
  o.arena.reserve(expected * bytesPerSynapse(o, each), `${o.where} with ${Math.round(expected)} synapses`);
  const [delayOf, delays] = drawDelays(o);
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
  const draw = weightSampler(o, weight);
  if (weights !== null) for (let k = 0; k < count; k++) weights[k] = draw();
  const identity = 'oneToOne' in o.connect && delays.length === 1;
  return createEdges(o, delays, { weights, weight, targets, starts, identity });
}
