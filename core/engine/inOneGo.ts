import { rowLength, rowSize } from '../graph/edges.ts';
import type { ArrivalQueue, Projection } from '../graph/projection.ts';
import type { DeviceHooks, RuleHooks } from '../hooks.ts';
import type { Devices, PlasticityRule } from '../model.ts';

/** Whether arrivals of a projection can be handed on in one go: nothing about one depends on the one before. */
export const canBatch = ({ shortTerm, rule, recorder }: Projection): boolean =>
  shortTerm === null && !rule?.pulsesAtArrival && !recorder?.atArrivals;

/** Books the next `count` arrivals of a lane, whose devices were read, and takes them off; `ignored` found the target deaf, `heard` synapses did not. */
export function recordDeliveries(
  lane: ArrivalQueue,
  count: number,
  ignored: number,
  heard = countDelivered(lane, count, ignored),
): void {
  const { projection, times, rows, head } = lane;
  const rule: (PlasticityRule & Partial<RuleHooks>) | null = projection.rule;
  const end = head + count;
  projection.arrivals += count;
  projection.synapticEvents += heard;
  if (rule?.onPreBatch) rule.onPreBatch(times, rows, head, end);
  else if (rule) for (let k = head; k < end; k++) rule.onPre(rows[k]!, times[k]!);
  lane.consume(count);
}

/** Synapses at which the next `count` arrivals of a lane are heard. */
function countDelivered({ projection, times, rows, head }: ArrivalQueue, count: number, ignored: number): number {
  const { edges, target } = projection;
  const length = rowLength(edges);
  const groups = target.kind === 'neurons' ? target.groups : null;
  if (groups === null && !Number.isNaN(length)) return (count - ignored) * length;
  let heard = 0;
  for (let k = head + ignored; k < head + count; k++) {
    const row = rows[k]!;
    heard += groups === null ? rowSize(edges, row) : groups.countDelivered(edges, row, times[k]!);
  }
  return heard;
}

/** Reads the devices of arrivals `from` … `to - 1` of a lane. */
export function readDevices({ projection, times, rows }: ArrivalQueue, from: number, to: number): void {
  const devices: (Devices & Partial<DeviceHooks>) | null = projection.devices;
  if (devices?.readBatch) devices.readBatch(times, rows, from, to);
  else if (devices) for (let k = from; k < to; k++) devices.read(rows[k]!, times[k]!);
}
