import type { Edges } from '../graph/edges.ts';
import type { NeuronModel } from '../model.ts';

/** `NeuronModel.stretch` for models without a kernel of their own: instant by instant. */
export function stretchByInstant(
  model: NeuronModel,
  edges: Edges,
  times: Float64Array,
  rows: Uint32Array,
  from: number,
  to: number,
): number {
  for (let k = from; k < to; k++) {
    const t = times[k]!;
    model.receive(edges, rows[k]!, 1, t);
    if (k + 1 < to && times[k + 1] === t) continue;
    model.settle(t);
    if (model.firedCount > 0 || (k + 1 < to && model.next <= times[k + 1]!)) return k + 1 - from;
  }
  return to - from;
}

/** Index after the last arrival of the instant of arrival k. */
export function endOfInstant(times: Float64Array, k: number, to: number): number {
  let end = k + 1;
  while (end < to && times[end] === times[k]) end++;
  return end;
}
