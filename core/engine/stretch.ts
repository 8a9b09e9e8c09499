import type { ArrivalQueue } from '../graph/projection.ts';
import type { NeuronHooks } from '../hooks.ts';
import type { NeuronModel } from '../model.ts';
import { readDevices, recordDeliveries } from './inOneGo.ts';
import type { SpikeCollector } from './spikeCollector.ts';
import { maxArrivalsPerCall } from './work.ts';

const MAX_ARRIVALS_PER_CALL = 1024;

/**
 * Takes arrivals of a lane that may be handed on in one go, before `horizon` and up to the first spike of their target, which is
 * settled then. Returns the last instant.
 */
export function deliverUntilSpike(lane: ArrivalQueue, horizon: number): number {
  const { projection, head, times } = lane;
  const { target } = projection;
  const most = lane.length === 1 ? 1 : Math.min(MAX_ARRIVALS_PER_CALL, maxArrivalsPerCall(projection.edges));
  const end = lane.endBefore(horizon, most);
  let heard = target.kind === 'neurons' ? head : end;
  if (target.kind === 'neurons') while (heard < end && times[heard]! < target.inhibitedUntil) heard++;
  readDevices(lane, head, heard);
  const reached = target.kind === 'neurons' && heard < end ? deliver(target.model, lane, heard, end) : end;
  const last = times[reached - 1]!;
  recordDeliveries(lane, reached - head, target.kind === 'neurons' ? heard - head : 0);
  return last;
}

/**
 * The same on past spikes of the target, where its model does that, but not past the `last` one: -1, with nothing done, where it does not, or
 * where more than that could come.
 */
export function deliverPastSpikes(lane: ArrivalQueue, horizon: number, firing: SpikeCollector, last: number): number {
  const { projection, head, times, rows } = lane;
  const { target, edges, devices } = projection;
  if (target.kind !== 'neurons' || devices?.isSteady === false) return -1;
  const { groups, winnerTakeAll } = target;
  const model: NeuronModel & Partial<NeuronHooks> = target.model;
  if (!model.receivePastSpikes || (winnerTakeAll && !groups)) return -1;
  if ((groups?.remainingSpikes ?? Infinity) > last) return -1;
  firing.deliveredCount = 0;
  const end = lane.endBefore(horizon, Math.min(MAX_ARRIVALS_PER_CALL, maxArrivalsPerCall(edges)));
  let to = head + model.receivePastSpikes(edges, times, rows, head, end, groups, firing);
  if (to === head) return -1;
  // All groups are silent after the last spike: what came then was not heard.
  if (firing.count === last) while (times[to - 1]! > firing.time(last - 1)) to--;
  readDevices(lane, head, to);
  recordDeliveries(lane, to - head, 0, groups ? firing.deliveredCount : undefined);
  if (groups) target.inhibitedUntil = groups.allInhibitedUntil;
  return times[to - 1]!;
}

/** Reads and delivers arrivals `from` … and tests at each instant; returns where it stopped, at `to` or after a spike. */
function deliver(model: NeuronModel & Partial<NeuronHooks>, lane: ArrivalQueue, from: number, to: number): number {
  const { times, rows } = lane;
  const { edges, devices } = lane.projection;
  const steady = devices?.isSteady !== false;
  for (let k = from; k < to; ) {
    const start = k;
    const end = steady ? to : endOfTick(times, k, to);
    const single = end === k + 1;
    // Unsteady devices put what is read into the edges: at each instant, and between arrivals that share it.
    if (!steady && single) devices!.read(rows[k]!, times[k]!);
    if (steady || single) k += model.receiveUntilSpike?.(edges, times, rows, k, end) ?? 0;
    if (k === start) {
      for (const until = endOfTick(times, k, to); k < until; k++) {
        if (!steady && !single) devices!.read(rows[k]!, times[k]!);
        model.receive(edges, rows[k]!, 1, times[k]!);
      }
      model.testThresholds(times[start]!);
    }
    if (model.firedCount > 0 || (k < to && model.next <= times[k]!)) to = k;
    if (steady) readDevices(lane, start, k);
  }
  return to;
}

/** Index after the last arrival of the instant of arrival k. */
function endOfTick(times: Float64Array, k: number, to: number): number {
  let end = k + 1;
  while (end < to && times[end] === times[k]) end++;
  return end;
}
