import { UserError } from '../declare/errors.ts';
import type { Lane } from '../graph/lane.ts';
import type { TypedArray } from '../kernels/arena.ts';
import type { Stateful } from '../model.ts';
import type { Network } from '../network.ts';

/** Everything a network is at an instant, as named arrays: clocks, states, random streams, spikes in flight, counts. */
export type Snapshot = Map<string, TypedArray>;

/** Takes a snapshot between two instants. Recorders must have been flushed. */
export function save(net: Network): Snapshot {
  const all: Snapshot = new Map([['clock', Float64Array.of(net.past)]]);
  const part = (path: string, stateful: Stateful | null): void => {
    for (const [key, value] of Object.entries(stateful?.state ?? {})) all.set(`${path}.${key}`, value.slice());
  };
  const lane = (path: string, l: Lane): void => {
    const { times, rows } = l.save();
    all.set(`${path}.times`, times).set(`${path}.rows`, rows);
  };
  for (const p of net.populations.values()) {
    const path = `populations.${p.name}`;
    part(`${path}.model`, p.model);
    if (p.kind === 'stimulus') {
      const { times, neurons, count, noted, capacity } = p.block;
      all.set(`${path}.counters`, Float64Array.of(p.spikes, 0, capacity));
      all.set(`${path}.block.times`, times.slice(noted, count));
      all.set(`${path}.block.neurons`, neurons.slice(noted, count));
      lane(`${path}.post`, p.post);
    } else {
      all.set(`${path}.counters`, Float64Array.of(p.spikes, p.deafUntil, p.lastSpike));
    }
  }
  for (const p of net.projections.values()) {
    const path = `projections.${p.name}`;
    all.set(`${path}.counters`, Float64Array.of(p.arrivals, p.synapticEvents));
    part(`${path}.shortTerm`, p.shortTerm);
    part(`${path}.devices`, p.devices);
    part(`${path}.rule`, p.rule);
    p.lanes.forEach((l, i) => {
      lane(`${path}.lanes.${i}`, l);
    });
    if (p.dendrite !== null) lane(`${path}.dendrite`, p.dendrite);
  }
  return all;
}

/** Makes a network, built from the same description, what the snapshot says. Anything missing or of another size is refused. */
export function load(net: Network, snapshot: Snapshot): void {
  const unused = new Set(snapshot.keys());
  const take = (key: string): TypedArray => {
    const value = snapshot.get(key);
    if (value === undefined) throw new UserError(`the checkpoint lacks ${key}; it belongs to another network.`);
    unused.delete(key);
    return value;
  };
  const part = (path: string, stateful: Stateful | null): void => {
    for (const [key, value] of Object.entries(stateful?.state ?? {})) {
      const saved = take(`${path}.${key}`);
      if (saved.constructor !== value.constructor || saved.length !== value.length) {
        throw new UserError(
          `the checkpoint has ${saved.length} values of ${path}.${key}, but the network has ${value.length}.`,
        );
      }
      value.set(saved);
    }
    stateful?.restored?.();
  };
  const lane = (path: string, l: Lane): void => {
    l.load({ times: take(`${path}.times`) as Float64Array, rows: take(`${path}.rows`) as Uint32Array });
  };
  for (const p of net.populations.values()) {
    const path = `populations.${p.name}`;
    part(`${path}.model`, p.model);
    const [spikes, second, third] = take(`${path}.counters`);
    p.spikes = spikes!;
    if (p.kind === 'stimulus') {
      const times = take(`${path}.block.times`);
      p.block.times.set(times);
      p.block.neurons.set(take(`${path}.block.neurons`));
      p.block.count = times.length;
      p.block.noted = second!;
      p.block.capacity = third!;
      lane(`${path}.post`, p.post);
    } else {
      p.deafUntil = second!;
      p.lastSpike = third!;
    }
  }
  for (const p of net.projections.values()) {
    const path = `projections.${p.name}`;
    const [arrivals, synapticEvents] = take(`${path}.counters`);
    p.arrivals = arrivals!;
    p.synapticEvents = synapticEvents!;
    part(`${path}.shortTerm`, p.shortTerm);
    part(`${path}.devices`, p.devices);
    part(`${path}.rule`, p.rule);
    p.lanes.forEach((l, i) => {
      lane(`${path}.lanes.${i}`, l);
    });
    if (p.dendrite !== null) lane(`${path}.dendrite`, p.dendrite);
  }
  const [past] = take('clock');
  const [left] = unused;
  if (left !== undefined) throw new UserError(`the checkpoint holds ${left}, which this network does not have.`);
  net.resumeAt(past!);
}
