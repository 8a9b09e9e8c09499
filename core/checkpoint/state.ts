import { prefixErrors, UserError } from '../declare/errors.ts';
import type { Projection } from '../graph/projection.ts';
import type { SpikeQueue } from '../graph/spikeQueue.ts';
import type { TypedArray } from '../kernels/arena.ts';
import type { Stateful } from '../model.ts';
import type { Network } from '../network.ts';
import { MAX_TIME } from '../time.ts';

/** Everything a network is at an instant, as named arrays: clocks, states, random streams, spikes in flight, counts. */
export type Snapshot = Map<string, TypedArray>;

const isCount = (count: number, most: number): boolean => Number.isInteger(count) && count >= 0 && count <= most;

interface ArrayType<T> {
  new (length: number): T;
  readonly name: string;
}

/** Takes a snapshot between two instants. Recorders must have been flushed. */
export function save(net: Network): Snapshot {
  const all: Snapshot = new Map([['clock', Float64Array.of(net.settledTime)]]);
  const part = (path: string, stateful: Stateful | null): void => {
    for (const [key, value] of Object.entries(stateful?.state ?? {})) all.set(`${path}.${key}`, value.slice());
  };
  const lane = (path: string, l: SpikeQueue): void => {
    const { times, rows } = l.save();
    all.set(`${path}.times`, times).set(`${path}.rows`, rows);
  };
  for (const p of net.populations.values()) {
    const path = `populations.${p.name}`;
    part(`${path}.model`, p.model);
    if (p.kind === 'neurons') part(`${path}.groups`, p.groups);
    if (p.kind === 'stimulus') {
      const { times, neurons, count, noted, capacity } = p.block;
      all.set(`${path}.counters`, Float64Array.of(p.spikes, 0, capacity));
      all.set(`${path}.block.times`, times.slice(noted, count));
      all.set(`${path}.block.neurons`, neurons.slice(noted, count));
      lane(`${path}.post`, p.post);
    } else {
      all.set(`${path}.counters`, Float64Array.of(p.spikes, p.inhibitedUntil, p.lastSpike));
    }
  }
  for (const p of net.projections.values()) {
    const path = `projections.${p.name}`;
    all.set(`${path}.counters`, Float64Array.of(p.arrivals, p.synapticEvents));
    eachPart(p, path, part, lane);
  }
  return all;
}

/** What of a projection has a state, in the order of a checkpoint. */
function eachPart(
  p: Projection,
  path: string,
  part: (path: string, stateful: Stateful | null) => void,
  lane: (path: string, lane: SpikeQueue, rows: number) => void,
): void {
  for (const key of ['shortTerm', 'devices', 'rule'] as const) part(`${path}.${key}`, p[key]);
  for (const [i, l] of p.queues.entries()) lane(`${path}.lanes.${i}`, l, p.edges.rows);
  if (p.dendrite !== null) lane(`${path}.dendrite`, p.dendrite, p.edges.columns);
}

/** Makes a network, built from the same description, what the snapshot says. Anything missing or of another size is refused. */
export function load(net: Network, snapshot: Snapshot): void {
  const unused = new Set(snapshot.keys());
  /** The array of that name, if it is of type `Type` and has `least` to `most` entries. */
  const take = <T extends TypedArray>(key: string, Type: ArrayType<T>, least: number, most = least): T => {
    const value = snapshot.get(key);
    if (value === undefined) throw new UserError(`the checkpoint lacks ${key}; it belongs to another network.`);
    unused.delete(key);
    if (!(value instanceof Type))
      throw new UserError(`the checkpoint has ${key} as ${value.constructor.name}, but the network as ${Type.name}.`);
    if (value.length < least || value.length > most)
      throw new UserError(`the checkpoint has ${value.length} values of ${key}, but the network has ${most}.`);
    return value;
  };
  const part = (path: string, stateful: Stateful | null): void => {
    for (const [key, value] of Object.entries(stateful?.state ?? {})) {
      value.set(take(`${path}.${key}`, value.constructor as ArrayType<TypedArray>, value.length));
    }
    prefixErrors(path, () => stateful?.restored?.());
  };
  const [past] = take('clock', Float64Array, 1);
  if (!(past === -1 || (past! >= 0 && past! <= MAX_TIME)))
    throw new UserError(`the checkpoint has ${past} as its clock, which cannot be.`);
  /** Spikes in flight, of or to `count` neurons. */
  const inFlight = (path: string, key: string, count: number, most = Infinity) => {
    const times = take(`${path}.times`, Float64Array, 0, most);
    const indices = take(`${path}.${key}`, Uint32Array, times.length);
    for (let k = 0; k < times.length; k++) {
      if (!(times[k]! >= (k === 0 ? past! : times[k - 1]!)))
        throw new UserError(`the checkpoint has ${times[k]} as entry ${k} of ${path}.times, which comes too early.`);
      if (indices[k]! >= count)
        throw new UserError(
          `the checkpoint has ${indices[k]} as entry ${k} of ${path}.${key}, but the network has ${count} there.`,
        );
    }
    return { times, indices };
  };
  const lane = (path: string, l: SpikeQueue, count: number): void => {
    const { times, indices } = inFlight(path, 'rows', count);
    l.load({ times, rows: indices });
  };
  for (const p of net.populations.values()) {
    const path = `populations.${p.name}`;
    part(`${path}.model`, p.model);
    if (p.kind === 'neurons') part(`${path}.groups`, p.groups);
    const [spikes, second, third] = take(`${path}.counters`, Float64Array, 3);
    p.spikes = spikes!;
    if (p.kind === 'stimulus') {
      const { times, indices } = inFlight(`${path}.block`, 'neurons', p.size, p.block.times.length);
      p.block.times.set(times);
      p.block.neurons.set(indices);
      p.block.count = times.length;
      if (!isCount(second!, times.length) || !isCount(third!, p.block.times.length))
        throw new UserError(`the checkpoint has ${second} and ${third} in ${path}.counters, which cannot be.`);
      p.block.noted = second!;
      p.block.capacity = third!;
      lane(`${path}.post`, p.post, p.size);
    } else {
      if (!(third! >= -1 && third! < p.size))
        throw new UserError(`the checkpoint has ${third} as the last neuron of ${path}, but there are ${p.size}.`);
      p.inhibitedUntil = second!;
      p.lastSpike = third!;
    }
  }
  for (const p of net.projections.values()) {
    const path = `projections.${p.name}`;
    const [arrivals, synapticEvents] = take(`${path}.counters`, Float64Array, 2);
    p.arrivals = arrivals!;
    p.synapticEvents = synapticEvents!;
    eachPart(p, path, part, lane);
  }
  const [left] = unused;
  if (left !== undefined) throw new UserError(`the checkpoint holds ${left}, which this network does not have.`);
  net.resumeAt(past!);
}
