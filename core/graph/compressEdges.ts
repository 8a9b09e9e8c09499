import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { Floats, Indices } from '../kernels/arena.ts';
import { MAX_TIME, snap, validateTime } from '../time.ts';
import {
  type ConnectOptions,
  type ConnectResult,
  computeBytesPerSynapse,
  createEdges,
  createPairDelaySampler,
  getConnectPath,
} from './connectOptions.ts';
import { computePrefixSums } from './edges.ts';
import type { EdgeArrays } from './schema.ts';

interface EdgeErrorPaths {
  readonly formatNeuronPath: (side: 'pre' | 'post', k: number) => string;
  readonly formatDelayPath: (k: number) => string;
}

/**
 * Sorts synapses into compressed rows, ascending in (delay, pre, post, weight), so that results do not depend on the
 * order of the arrays.
 */
export function compressEdges(
  o: ConnectOptions,
  edges: EdgeArrays,
  { formatNeuronPath = () => getConnectPath(o), formatDelayPath }: Partial<EdgeErrorPaths> = {},
): ConnectResult {
  const { pre, post, weight } = edges;
  const count = pre.length;
  for (let k = 0; k < count; k++) {
    if (!(pre[k]! >= 0 && pre[k]! < o.preCount))
      throw createNeuronIndexError(formatNeuronPath('pre', k), 'presynaptic', pre[k], o.preCount);
    if (!(post[k]! >= 0 && post[k]! < o.postCount))
      throw createNeuronIndexError(formatNeuronPath('post', k), 'postsynaptic', post[k], o.postCount);
  }
  const each = typeof weight === 'number' ? null : weight;
  const hasWeights = o.isPlastic || each !== null;
  const { delayIndex, delays } = findDelays(o, edges, formatDelayPath);
  o.arena.requireSpaceFor(
    count * computeBytesPerSynapse(o, hasWeights) + delays.length * o.preCount * 4,
    `${o.projectionPath} with ${count} synapses and ${delays.length} delays`,
  );
  const rows = new Uint32Array(pre);
  if (delayIndex !== null) for (let k = 0; k < count; k++) rows[k]! += delayIndex[k]! * o.preCount;
  const starts = computePrefixSums(rows, o.arena.u32(delays.length * o.preCount + 1));
  const targets = o.arena.indices(o.postCount, count);
  const weights = hasWeights ? o.arena.floats(o.precision, count) : null;
  if (each === null) weights?.fill(weight as number);
  sortIntoRows(rows, edges, o.postCount, starts, targets, weights);
  const hasDistinctTargets = sortParallelSynapses(starts, targets, each === null ? null : weights);
  return createEdges(o, delays, {
    weights,
    weight: each === null ? (weight as number) : Number.NaN,
    targets,
    starts,
    hasDistinctTargets,
  });
}

export const createNeuronIndexError = (where: string, which: string, found: unknown, size: number): UserError =>
  new UserError(`${where} names ${which} neuron ${show(found)}, but there are ${size} (0 to ${size - 1}).`);

/** Number of slots of the delay cache; a hash of 10 bits selects the slot. */
const CACHE_SLOTS = 1024;

/** Finds the distinct delays (ms, ascending) and the delay index of each synapse; null if all delays are equal. */
function findDelays(
  o: ConnectOptions,
  { pre, post, delay: givenDelay }: EdgeArrays,
  formatPath = (_k: number) => (givenDelay === undefined ? `${o.projectionPath}.delay` : `${getConnectPath(o)}.delay`),
) {
  const delayOf = createPairDelaySampler(o);
  const common = typeof givenDelay === 'number' ? givenDelay : pre.length === 0 ? delayOf(0, 0) : o.delay;
  if (typeof common === 'number' && (typeof givenDelay !== 'object' || pre.length === 0))
    return { delayIndex: null, delays: [validateTime(common, formatPath(0))] };
  const delay = typeof givenDelay === 'object' ? givenDelay : Float64Array.from(pre, (i, k) => delayOf(i, post[k]!));
  const delayIndex = new Uint32Array(pre.length);
  const seen = new Map<number, number>(); // index of each delay, in order of first occurrence
  const [cachedDelays, numbers] = [new Float64Array(CACHE_SLOTS).fill(-1), new Uint32Array(CACHE_SLOTS)]; // cache for the map, which is slow
  for (let k = 0; k < delay.length; k++) {
    const ms: number = delay[k]!;
    const snapped: number = ms >= 0 && ms <= MAX_TIME ? snap(ms) : validateTime(ms, formatPath(k));
    const slot = Math.imul(snapped * 2 ** 20, 0x9e3779b1) >>> 22;
    if (cachedDelays[slot] !== snapped) {
      const number: number = seen.get(snapped) ?? seen.size;
      seen.set(snapped, number);
      cachedDelays[slot] = snapped;
      numbers[slot] = number;
    }
    delayIndex[k] = numbers[slot]!;
  }
  const ascending = [...seen].sort(([a], [b]) => a - b);
  const ranks = new Uint32Array(seen.size);
  for (const [rank, [, number]] of ascending.entries()) ranks[number] = rank;
  for (let k = 0; k < delayIndex.length; k++) delayIndex[k] = ranks[delayIndex[k]!]!;
  return { delayIndex, delays: ascending.map(([ms]) => ms) };
}

/** Sorts synapses by column (counting sort), then into rows, so that columns ascend within each row. */
function sortIntoRows(
  rows: Uint32Array,
  { post, weight }: EdgeArrays,
  columnCount: number,
  starts: Uint32Array,
  targets: Indices,
  weights: Floats | null,
) {
  const columns = computePrefixSums(post, new Uint32Array(columnCount + 1));
  const nextInColumn = columns.slice();
  const sortedRows = new Uint32Array(rows.length);
  const sortedWeights = typeof weight === 'number' ? null : new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const index = nextInColumn[post[k]!]!++;
    sortedRows[index] = rows[k]!;
    if (sortedWeights !== null) sortedWeights[index] = (weight as Floats)[k]!;
  }
  const nextInRow = starts.slice();
  for (let column = 0; column < columnCount; column++) {
    for (let i = columns[column]!; i < columns[column + 1]!; i++) {
      const index = nextInRow[sortedRows[i]!]!++;
      targets[index] = column;
      if (sortedWeights !== null) weights![index] = sortedWeights[i]!;
    }
  }
}

/** Sorts parallel synapses (same row and column) by weight. Returns true if there are no parallel synapses. */
function sortParallelSynapses(starts: Uint32Array, targets: Indices, weights: Floats | null) {
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
