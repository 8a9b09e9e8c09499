import { prefixErrors, UserError } from '../declare/errors.ts';
import type { Projection } from '../graph/projection.ts';
import type { SpikeQueue } from '../graph/spikeQueue.ts';
import type { TypedArray } from '../kernels/arena.ts';
import type { Stateful } from '../model.ts';
import type { Network } from '../network.ts';
import { MAX_TIME } from '../time.ts';

/** State of a network at a tick, as named arrays: clock, model states, random streams, spikes in flight, counters. */
export type Snapshot = Map<string, TypedArray>;

const isCount = (count: number, max: number) => Number.isInteger(count) && count >= 0 && count <= max;

interface ArrayType<T> {
  new (length: number): T;
  readonly name: string;
}

/** Saves the state of a network between two ticks. Recorders must have been flushed. */
export function save(net: Network): Snapshot {
  const all: Snapshot = new Map([['clock', Float64Array.of(net.settledTime)]]);
  const addPart = (path: string, stateful: Stateful | null) => {
    for (const [key, value] of Object.entries(stateful?.state ?? {})) all.set(`${path}.${key}`, value.slice());
  };
  const addQueue = (path: string, l: SpikeQueue) => {
    const { times, rows } = l.save();
    all.set(`${path}.times`, times).set(`${path}.rows`, rows);
  };
  if (net.windows) addPart('windows', net.windows.state);
  for (const p of net.populations.values()) {
    const path = `populations.${p.name}`;
    addPart(`${path}.model`, p.model);
    if (p.kind === 'neurons') addPart(`${path}.inhibition`, p.inhibition);
    if (p.kind === 'stimulus') {
      const { times, neurons, spikeCount, recorded, capacity } = p.block;
      all.set(`${path}.counters`, Float64Array.of(p.spikes, 0, capacity));
      all.set(`${path}.block.times`, times.slice(recorded, spikeCount));
      all.set(`${path}.block.neurons`, neurons.slice(recorded, spikeCount));
      addQueue(`${path}.post`, p.post);
    } else {
      all.set(`${path}.counters`, Float64Array.of(p.spikes, p.lastFiredNeuron, 0));
    }
  }
  for (const p of net.projections.values()) {
    const path = `projections.${p.name}`;
    all.set(`${path}.counters`, Float64Array.of(p.arrivals, p.synapticEvents));
    visitParts(p, path, addPart, addQueue);
  }
  return all;
}

function visitParts(
  p: Projection,
  path: string,
  visitPart: (path: string, stateful: Stateful | null) => void,
  visitQueue: (path: string, queue: SpikeQueue, count: number) => void,
) {
  for (const key of ['shortTerm', 'devices', 'rule'] as const) visitPart(`${path}.${key}`, p[key]);
  for (const [i, l] of p.queues.entries()) visitQueue(`${path}.lanes.${i}`, l, p.edges.rows);
  if (p.dendrite !== null) visitQueue(`${path}.dendrite`, p.dendrite, p.edges.columns);
}

/** Restores the state of a network built from the same description. @throws UserError for missing or differing arrays */
export function load(net: Network, snapshot: Snapshot) {
  const unused = new Set(snapshot.keys());
  const takeArray = <T extends TypedArray>(key: string, Type: ArrayType<T>, min: number, max = min): T => {
    const value = snapshot.get(key);
    if (value === undefined) throw new UserError(`the checkpoint lacks ${key}; it belongs to another network.`);
    unused.delete(key);
    if (!(value instanceof Type))
      throw new UserError(`the checkpoint has a ${value.constructor.name} ${key}, but must have a ${Type.name}.`);
    if (value.length < min || value.length > max)
      throw new UserError(`the checkpoint has ${value.length} values of ${key}, but this network has ${max}.`);
    return value;
  };
  const loadPart = (path: string, stateful: Stateful | null) => {
    for (const [key, value] of Object.entries(stateful?.state ?? {})) {
      value.set(takeArray(`${path}.${key}`, value.constructor as ArrayType<TypedArray>, value.length));
    }
    prefixErrors(path, () => stateful?.onCheckpointLoaded?.());
  };
  const [clock] = takeArray('clock', Float64Array, 1);
  if (!(clock === -1 || (clock! >= 0 && clock! <= MAX_TIME)))
    throw new UserError(`the checkpoint has the clock at ${clock} ms, but must have 0 to ${MAX_TIME} ms, or -1 (new).`);
  const takeSpikes = (path: string, key: string, count: number, max = Infinity) => {
    const times = takeArray(`${path}.times`, Float64Array, 0, max);
    const indices = takeArray(`${path}.${key}`, Uint32Array, times.length);
    for (let k = 0; k < times.length; k++) {
      if (!(times[k]! >= (k === 0 ? clock! : times[k - 1]!)))
        throw new UserError(
          `the checkpoint has ${times[k]} ms as entry ${k} of ${path}.times, but times must ascend from the clock, ${clock} ms.`,
        );
      if (indices[k]! >= count)
        throw new UserError(
          `the checkpoint has ${indices[k]} as entry ${k} of ${path}.${key}, but must be below ${count}.`,
        );
    }
    return { times, indices };
  };
  const loadQueue = (path: string, l: SpikeQueue, count: number) => {
    const { times, indices } = takeSpikes(path, 'rows', count);
    l.load({ times, rows: indices });
  };
  if (net.windows) loadPart('windows', net.windows.state);
  for (const p of net.populations.values()) {
    const path = `populations.${p.name}`;
    loadPart(`${path}.model`, p.model);
    if (p.kind === 'neurons') loadPart(`${path}.inhibition`, p.inhibition);
    const [spikes, second, third] = takeArray(`${path}.counters`, Float64Array, 3);
    p.spikes = spikes!;
    if (p.kind === 'stimulus') {
      const { times, indices } = takeSpikes(`${path}.block`, 'neurons', p.size, p.block.times.length);
      p.block.times.set(times);
      p.block.neurons.set(indices);
      p.block.spikeCount = times.length;
      if (!isCount(second!, times.length) || !isCount(third!, p.block.times.length))
        throw new UserError(
          `the checkpoint has the spike counts ${second} and ${third} in ${path}.counters, but they must not exceed the block.`,
        );
      p.block.recorded = second!;
      p.block.capacity = third!;
      loadQueue(`${path}.post`, p.post, p.size);
    } else {
      if (!(second! >= -1 && second! < p.size))
        throw new UserError(
          `the checkpoint has neuron ${second} as the last to fire in ${path}, which has ${p.size} neurons.`,
        );
      p.lastFiredNeuron = second!;
    }
  }
  for (const p of net.projections.values()) {
    const path = `projections.${p.name}`;
    const [arrivals, synapticEvents] = takeArray(`${path}.counters`, Float64Array, 2);
    p.arrivals = arrivals!;
    p.synapticEvents = synapticEvents!;
    visitParts(p, path, loadPart, loadQueue);
  }
  const [left] = unused;
  if (left !== undefined) throw new UserError(`the checkpoint holds ${left}, which this network does not have.`);
  net.resumeAt(clock!);
}
