import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { Floats, Indices } from '../kernels/arena.ts';
import { checkedTime, LONGEST, snap } from '../time.ts';
import { type Connected, type ConnectOptions, edgesOf, type GivenEdges } from './connected.ts';

/** What entry k of a list or of arrays is called in a sentence. */
interface Names {
  readonly neuron: (side: 'pre' | 'post', k: number) => string;
  readonly delay: (k: number) => string;
}

/**
 * Given synapses in compressed rows, ascending in (delay, pre, post, weight): nothing depends on the order in which they are
 * given. Counting sorts: the time is linear in synapses and neurons.
 */
function compressed(o: ConnectOptions, given: GivenEdges, names: Names): Connected {
  const { pre, post, weight } = given;
  const count = pre.length;
  for (let k = 0; k < count; k++) {
    if (!(pre[k]! >= 0 && pre[k]! < o.pre)) throw nobody(names.neuron('pre', k), 'presynaptic', pre[k], o.pre);
    if (!(post[k]! >= 0 && post[k]! < o.post)) throw nobody(names.neuron('post', k), 'postsynaptic', post[k], o.post);
  }
  const each = typeof weight === 'number' ? null : weight;
  const own = o.plastic || each !== null;
  const bytes = (own ? (o.precision === 'f32' ? 4 : 8) : 0) + (o.post <= 65536 ? 2 : 4);
  const { laneOf, delays } = lanes(o, given, names);
  o.arena.reserve(
    count * bytes + delays.length * o.pre * 4,
    `${o.where} with ${count} synapses and ${delays.length} delays`,
  );
  const starts = o.arena.u32(delays.length * o.pre + 1);
  const rows = new Uint32Array(pre);
  if (laneOf !== null) for (let k = 0; k < count; k++) rows[k]! += laneOf[k]! * o.pre;
  const order = countingSort(rows, countingSort(post, null, new Uint32Array(o.post + 1)), starts);
  const targets = o.arena.indices(o.post, count);
  for (let i = 0; i < count; i++) targets[i] = post[order[i]!]!;
  const distinct = sortParallels(order, starts, targets, each);
  const weights = own ? o.arena.floats(o.precision, count) : null;
  if (each === null) weights?.fill(weight as number);
  else for (let i = 0; i < count; i++) weights![i] = each[order[i]!]!;
  return edgesOf(o, delays, {
    weights,
    weight: each === null ? (weight as number) : Number.NaN,
    targets,
    starts,
    distinct,
  });
}

const nobody = (where: string, which: string, found: unknown, size: number): UserError =>
  new UserError(`${where} names ${which} neuron ${show(found)}, but there are ${size} (0 to ${size - 1}).`);

/** The delays that occur, ascending, and which of them each synapse has; null where there is one. */
function lanes(o: ConnectOptions, { pre, delay = o.delay as number }: GivenEdges, names: Names) {
  if (typeof delay === 'number' || pre.length === 0)
    return {
      laneOf: null,
      delays: [checkedTime(typeof delay === 'number' ? delay : (o.delay as number), names.delay(0))],
    };
  const laneOf = new Uint32Array(pre.length);
  const seen = new Map<number, number>(); // a delay and its number in the order in which they come
  for (let k = 0; k < delay.length; k++) {
    const ms = delay[k]!;
    const snapped = ms >= 0 && ms <= LONGEST ? snap(ms) : checkedTime(ms, names.delay(k));
    let number = seen.get(snapped);
    if (number === undefined) seen.set(snapped, (number = seen.size));
    laneOf[k] = number;
  }
  const ascending = [...seen].sort(([a], [b]) => a - b);
  const ranks = new Uint32Array(seen.size);
  for (const [rank, [, number]] of ascending.entries()) ranks[number] = rank;
  for (let k = 0; k < laneOf.length; k++) laneOf[k] = ranks[laneOf[k]!]!;
  return { laneOf, delays: ascending.map(([ms]) => ms) };
}

/** Indices of `keys`, in the order of `from` (null: ascending), sorted by key; `starts`, of zeros, gets where each key begins. */
function countingSort(keys: ArrayLike<number>, from: Uint32Array | null, starts: Uint32Array): Uint32Array {
  const count = keys.length;
  for (let k = 0; k < count; k++) starts[keys[k]! + 1]!++;
  for (let key = 1; key < starts.length; key++) starts[key]! += starts[key - 1]!;
  const next = starts.slice();
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const k = from === null ? i : from[i]!;
    order[next[keys[k]!]!++] = k;
  }
  return order;
}

/** Sorts synapses of one row to one column by weight; returns whether there are none such. */
function sortParallels(order: Uint32Array, starts: Uint32Array, targets: Indices, weights: Floats | null): boolean {
  let distinct = true;
  for (let row = 0; row + 1 < starts.length; row++) {
    const end = starts[row + 1]!;
    for (let from = starts[row]!, to = from + 1; from < end; from = to++) {
      while (to < end && targets[to] === targets[from]) to++;
      if (to - from === 1) continue;
      distinct = false;
      if (weights !== null) order.subarray(from, to).sort((a, b) => weights[a]! - weights[b]!);
    }
  }
  return distinct;
}

export function fromEdges(o: ConnectOptions, given: GivenEdges): Connected {
  const path = `${o.where}.connect.edges`;
  const { pre, post, weight, delay } = given;
  for (const [name, list] of Object.entries({ post, weight, delay }))
    if (typeof list === 'object' && list.length !== pre.length)
      throw new UserError(`${path}.${name} has length ${list.length}, but pre has ${pre.length}.`);
  if (delay === undefined && typeof o.delay !== 'number')
    throw new UserError(`${o.where}.delay must be a number with edges; give each its own as ${path}.delay.`);
  return compressed(o, given, {
    neuron: (side, k) => `${path}.${side}[${k}]`,
    delay: (k) =>
      delay === undefined ? `${o.where}.delay` : `${path}.delay${typeof delay === 'number' ? '' : `[${k}]`}`,
  });
}

export function fromList(o: ConnectOptions, list: readonly (readonly number[])[]): Connected {
  const path = `${o.where}.connect.list`;
  const base = o.delay;
  if (typeof base !== 'number')
    throw new UserError(
      `${o.where}.delay must be a number with a list; a delay of its own is the fourth entry of a synapse.`,
    );
  const given = {
    pre: new Uint32Array(list.length),
    post: new Uint32Array(list.length),
    weight: new Float64Array(list.length),
    delay: new Float64Array(list.length),
  };
  list.forEach((entry, k) => {
    const [pre, post, weight, delay = base] = entry;
    if (entry.length > 4)
      throw new UserError(
        `${path}[${k}] has ${entry.length} entries, but a synapse is [pre, post, weight] or [pre, post, weight, delay].`,
      );
    if (!Number.isInteger(pre) || pre! < 0) throw nobody(`${path}[${k}]`, 'presynaptic', pre, o.pre);
    if (!Number.isInteger(post) || post! < 0) throw nobody(`${path}[${k}]`, 'postsynaptic', post, o.post);
    if (!Number.isFinite(weight))
      throw new UserError(`${path}[${k}] has weight ${show(weight)}, but it must be a number.`);
    given.pre[k] = Math.min(pre!, 2 ** 32 - 1);
    given.post[k] = Math.min(post!, 2 ** 32 - 1);
    given.weight[k] = weight!;
    given.delay[k] = checkedTime(delay, entry.length > 3 ? `${path}[${k}][3]` : `${o.where}.delay`);
  });
  return compressed(o, given, { neuron: (_, k) => `${path}[${k}]`, delay: () => `${o.where}.delay` });
}

export function fromMatrix(o: ConnectOptions, given: Floats): Connected {
  const { pre, post, precision, where, arena } = o;
  if (given.length !== pre * post) {
    throw new UserError(`${where}.connect.matrix.weights has length ${given.length}, but must have ${pre} × ${post}.`);
  }
  if (typeof o.delay !== 'number') throw new UserError(`${where}.delay must be a number with a matrix.`);
  const weights = arena.floats(precision, given.length);
  weights.set(given);
  return edgesOf(o, [checkedTime(o.delay, `${where}.delay`)], { weights });
}
