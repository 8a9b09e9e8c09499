import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { Floats, Indices } from '../kernels/arena.ts';
import { MAX_TIME, snap, validateTime } from '../time.ts';
import {
  bytesPerSynapse,
  type ConnectOptions,
  type ConnectResult,
  createEdges,
  type EdgeArrays,
} from './connectOptions.ts';
import { pairDelay } from './delays.ts';
import { countingStarts } from './edges.ts';

/** What entry k of a list or of arrays is called in a sentence. */
export interface EdgeErrorPaths {
  readonly neuron: (side: 'pre' | 'post', k: number) => string;
  readonly delay: (k: number) => string;
}

/**
 * Given synapses in compressed rows, ascending in (delay, pre, post, weight): nothing depends on the order in which they are
 * given. Counting sorts: the time is linear in synapses and neurons.
 */
export function compressEdges(o: ConnectOptions, given: EdgeArrays, names: EdgeErrorPaths): ConnectResult {
  const { pre, post, weight } = given;
  const count = pre.length;
  for (let k = 0; k < count; k++) {
    if (!(pre[k]! >= 0 && pre[k]! < o.pre)) throw outOfRangeError(names.neuron('pre', k), 'presynaptic', pre[k], o.pre);
    if (!(post[k]! >= 0 && post[k]! < o.post))
      throw outOfRangeError(names.neuron('post', k), 'postsynaptic', post[k], o.post);
  }
  const each = typeof weight === 'number' ? null : weight;
  const own = o.plastic || each !== null;
  const { laneOf, delays } = lanes(o, given, names);
  o.arena.reserve(
    count * bytesPerSynapse(o, own) + delays.length * o.pre * 4,
    `${o.where} with ${count} synapses and ${delays.length} delays`,
  );
  const rows = new Uint32Array(pre);
  if (laneOf !== null) for (let k = 0; k < count; k++) rows[k]! += laneOf[k]! * o.pre;
  const starts = countingStarts(rows, o.arena.u32(delays.length * o.pre + 1));
  const targets = o.arena.indices(o.post, count);
  const weights = own ? o.arena.floats(o.precision, count) : null;
  const columns = countingStarts(post, new Uint32Array(o.post + 1));
  if (each === null) {
    intoRows(columns, intoColumns(columns, post, rows), null, starts, targets, null);
    weights?.fill(weight as number);
  } else {
    const values = new Float64Array(count);
    intoRows(columns, intoColumns(columns, post, rows, each, values), values, starts, targets, weights);
  }
  const distinct = sortParallels(starts, targets, each === null ? null : weights);
  return createEdges(o, delays, {
    weights,
    weight: each === null ? (weight as number) : Number.NaN,
    targets,
    starts,
    distinct,
  });
}

export const outOfRangeError = (where: string, which: string, found: unknown, size: number): UserError =>
  new UserError(`${where} names ${which} neuron ${show(found)}, but there are ${size} (0 to ${size - 1}).`);

/** Delays that are looked up fast: as many as 10 bits tell apart. */
const KEPT = 1024;

/** The delays that occur, ascending, and which of them each synapse has; null where there is one. */
function lanes(o: ConnectOptions, { pre, post, delay: own }: EdgeArrays, names: EdgeErrorPaths) {
  const delayOf = pairDelay(o);
  const common = typeof own === 'number' ? own : pre.length === 0 ? delayOf(0, 0) : o.delay;
  if (typeof common === 'number' && (typeof own !== 'object' || pre.length === 0))
    return { laneOf: null, delays: [validateTime(common, names.delay(0))] };
  const delay = typeof own === 'object' ? own : Float64Array.from(pre, (i, k) => delayOf(i, post[k]!));
  const laneOf = new Uint32Array(pre.length);
  const seen = new Map<number, number>(); // a delay and its number in the order in which they come
  const [lately, numbers] = [new Float64Array(KEPT).fill(-1), new Uint32Array(KEPT)]; // before the map, which is slow
  for (let k = 0; k < delay.length; k++) {
    const ms: number = delay[k]!;
    const snapped: number = ms >= 0 && ms <= MAX_TIME ? snap(ms) : validateTime(ms, names.delay(k));
    const slot = Math.imul(snapped * 2 ** 20, 0x9e3779b1) >>> 22;
    if (lately[slot] !== snapped) {
      const number: number = seen.get(snapped) ?? seen.size;
      seen.set(snapped, number);
      lately[slot] = snapped;
      numbers[slot] = number;
    }
    laneOf[k] = numbers[slot]!;
  }
  const ascending = [...seen].sort(([a], [b]) => a - b);
  const ranks = new Uint32Array(seen.size);
  for (const [rank, [, number]] of ascending.entries()) ranks[number] = rank;
  for (let k = 0; k < laneOf.length; k++) laneOf[k] = ranks[laneOf[k]!]!;
  return { laneOf, delays: ascending.map(([ms]) => ms) };
}

/** The rows of all synapses, and their weights into `values`, sorted by column. What is sorted is moved, not its indices: that misses the cache less. */
function intoColumns(
  columns: Uint32Array,
  post: ArrayLike<number>,
  rows: Uint32Array,
  weights?: Floats,
  values?: Float64Array,
): Uint32Array {
  const next = columns.slice();
  const sorted = new Uint32Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const place = next[post[k]!]!++;
    sorted[place] = rows[k]!;
    if (weights !== undefined) values![place] = weights[k]!;
  }
  return sorted;
}

/** Puts what is sorted by column into rows: in each of them columns ascend. */
function intoRows(
  columns: Uint32Array,
  rows: Uint32Array,
  values: Float64Array | null,
  starts: Uint32Array,
  targets: Indices,
  weights: Floats | null,
): void {
  const next = starts.slice();
  for (let column = 0; column + 1 < columns.length; column++) {
    for (let i = columns[column]!; i < columns[column + 1]!; i++) {
      const place = next[rows[i]!]!++;
      targets[place] = column;
      if (values !== null) weights![place] = values[i]!;
    }
  }
}

/** Sorts synapses of one row to one column by weight; returns whether there are none such. */
function sortParallels(starts: Uint32Array, targets: Indices, weights: Floats | null): boolean {
  let distinct = true;
  for (let row = 0; row + 1 < starts.length; row++) {
    const end = starts[row + 1]!;
    for (let from = starts[row]!, to = from + 1; from < end; from = to++) {
      while (to < end && targets[to] === targets[from]) to++;
      if (to - from === 1) continue;
      distinct = false;
      weights?.subarray(from, to).sort();
    }
  }
  return distinct;
}
