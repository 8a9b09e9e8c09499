import { rowLength } from '../graph/edges.ts';
import type { ArrivalLane, Projection } from '../graph/projection.ts';
import type { DeviceHooks, RuleHooks } from '../hooks.ts';
import type { Devices, PlasticityRule } from '../model.ts';

/** Whether arrivals of a projection can be handed on in one go: nothing about one depends on the one before. */
export const inOneGo = ({ shortTerm, rule, recorder }: Projection): boolean =>
  shortTerm === null && !rule?.pulsesAtArrival && !recorder?.atArrivals;

/** Books the next `count` arrivals of a lane, whose devices were read, and takes them off; `ignored` found the target deaf. */
export function take(lane: ArrivalLane, count: number, ignored: number): void {
  const { projection, times, rows, head } = lane;
  const { edges } = projection;
  const rule: (PlasticityRule & Partial<RuleHooks>) | null = projection.rule;
  const end = head + count;
  const length = rowLength(edges);
  projection.arrivals += count;
  const groups = projection.target.kind === 'neurons' ? projection.target.groups : null;
  if (groups !== null)
    for (let k = head + ignored; k < end; k++) projection.synapticEvents += groups.heard(edges, rows[k]!, times[k]!);
  else if (!Number.isNaN(length)) projection.synapticEvents += (count - ignored) * length;
  else
    for (let k = head + ignored; k < end; k++)
      projection.synapticEvents += edges.starts![rows[k]! + 1]! - edges.starts![rows[k]!]!;
  if (rule?.arriveAll) rule.arriveAll(times, rows, head, end);
  else if (rule) for (let k = head; k < end; k++) rule.arrive(rows[k]!, times[k]!);
  lane.consume(count);
}

/** Reads the devices of arrivals `from` … `to - 1` of a lane. */
export function read({ projection, times, rows }: ArrivalLane, from: number, to: number): void {
  const devices: (Devices & Partial<DeviceHooks>) | null = projection.devices;
  if (devices?.readAll) devices.readAll(times, rows, from, to);
  else if (devices) for (let k = from; k < to; k++) devices.read(rows[k]!, times[k]!);
}
