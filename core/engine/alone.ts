import type { ArrivalQueue } from '../graph/projection.ts';
import type { NeuronHooks } from '../hooks.ts';
import type { NeuronModel } from '../model.ts';

/**
 * The next arrival of a lane, at t, if no other shares its instant and it may pulse its row: rule and devices see it as ever, but it
 * is delivered and its target tested in one call of a kernel. False, with nothing done, where that cannot be.
 */
export function deliverSingle(lane: ArrivalQueue, t: number): boolean {
  const { projection, times, rows, head, tail } = lane;
  const { edges, target, shortTerm, recorder, modulatory, devices, rule } = projection;
  if (target.kind === 'stimulus' || (head + 1 < tail && times[head + 1] === t) || t < target.inhibitedUntil)
    return false;
  if (rule?.deliversFirst || shortTerm !== null || recorder?.atArrivals || modulatory || devices?.isSteady === false)
    return false;
  const model: NeuronModel & Partial<NeuronHooks> = target.model;
  if (!model.receiveUntilSpike || edges.targets !== null) return false;
  rule?.onPre(rows[head]!, t);
  projection.arrivals++;
  devices?.read(rows[head]!, t);
  projection.synapticEvents +=
    target.groups === null ? edges.columns : target.groups.countDelivered(edges, rows[head]!, t);
  if (model.receiveUntilSpike(edges, times, rows, head, head + 1) === 0) {
    model.receive(edges, rows[head]!, 1, t);
    model.testThresholds(t);
  }
  lane.consume(1);
  return true;
}
