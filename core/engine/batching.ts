/** Limits and counters of calls that deliver several arrivals of one spike queue to its target neurons. */
import { type Edges, getRowLength, getUniformRowLength } from '../graph/edges.ts';
import type { Population } from '../graph/population.ts';
import type { ArrivalQueue, Projection } from '../graph/projection.ts';
import type { NeuronHooks } from '../hooks.ts';
import type { EdgesRecord } from '../kernels/records.ts';
import type { NeuronModel } from '../model.ts';

/**
 * Maximum number of synaptic events per delivery call. It limits a call to about 0.1 s, because a run can be
 * interrupted only between calls. A single arrival may exceed it.
 */
export const MAX_SYNAPTIC_EVENTS_PER_CALL = 2 ** 22;

export const MAX_ARRIVALS_PER_CALL = 1024;

export type NeuronModelWithHooks = NeuronModel & Partial<NeuronHooks>;

export const findModelWithoutWta = (population: Population): NeuronModelWithHooks | null =>
  population.kind === 'neurons' && population.winnerTakeAll === null ? population.model : null;

/** Number of spikes after which a delivery call ends, at the end of the current tick. */
export const MAX_SPIKES_PER_CALL = 1024;

export const fillEdgesRecord = (r: EdgesRecord, { starts, targets, weights, weight, columns }: Edges): EdgesRecord =>
  Object.assign(r, { starts, targets, weights, weight, columns, hasWideTargets: targets?.BYTES_PER_ELEMENT === 4 });

export const computeMaxArrivals = ({ count, rows }: Edges): number =>
  Math.max(1, Math.floor(MAX_SYNAPTIC_EVENTS_PER_CALL / (count / rows)));

/** True if arrivals of a projection can be delivered in one call, because no arrival changes the effect of the next one. */
export const canBatch = ({ shortTerm, rule, recorder }: Projection): boolean =>
  shortTerm === null && !rule?.pulsesAtArrival && !recorder?.recordsArrivals;

/**
 * Counts the next `count` deliveries and removes them from the queue. Device reads must have been counted.
 * @param ignored number of deliveries to an inhibited target, the first ones of the `count`
 * @param delivered number of synaptic events
 */
export function recordDeliveries(
  queue: ArrivalQueue,
  count: number,
  ignored: number,
  delivered = countDelivered(queue, count, ignored),
) {
  const { projection, times, rows, head } = queue;
  const { rule } = projection;
  const end = head + count;
  projection.arrivals += count;
  projection.synapticEvents += delivered;
  if (rule?.onPreBatch) rule.onPreBatch(times, rows, head, end);
  else if (rule) for (let k = head; k < end; k++) rule.onPre(rows[k]!, times[k]!);
  queue.removeFirst(count);
}

/** Number of synaptic events of the next `count` arrivals of a queue; synapses to inhibited neurons do not count. */
function countDelivered({ projection, times, rows, head }: ArrivalQueue, count: number, ignored: number): number {
  const { edges, target } = projection;
  const length = getUniformRowLength(edges);
  const groups = target.kind === 'neurons' ? target.groupInhibition : null;
  if (groups === null && !Number.isNaN(length)) return (count - ignored) * length;
  let delivered = 0;
  for (let k = head + ignored; k < head + count; k++) {
    const row = rows[k]!;
    delivered += groups === null ? getRowLength(edges, row) : groups.countUninhibitedSynapses(edges, row, times[k]!);
  }
  return delivered;
}

/** Reads devices at arrivals `from` … `to - 1`: counts the reads and, with noise or drift, updates the weights. */
export function readDevices({ projection, times, rows }: ArrivalQueue, from: number, to: number) {
  const { devices } = projection;
  if (devices?.readBatch) devices.readBatch(times, rows, from, to);
  else if (devices) for (let k = from; k < to; k++) devices.readRow(rows[k]!, times[k]!);
}
