import type { ArrivalQueue } from '../graph/projection.ts';
import type { DeviceHooks, NeuronHooks, RuleHooks } from '../hooks.ts';
import type { Devices, NeuronModel, PlasticityRule } from '../model.ts';

/**
 * Takes arrivals of a lane before `horizon` although they pulse their rows, where a kernel can do both, and settles their target.
 * Returns the last instant, or -1 with nothing done.
 */
export function deliverPlastic(lane: ArrivalQueue, horizon: number): number {
  const { projection, times, rows, head, tail } = lane;
  const { edges, target, shortTerm, recorder, modulatory } = projection;
  const rule: (PlasticityRule & Partial<RuleHooks>) | null = projection.rule;
  const devices: (Devices & Partial<DeviceHooks>) | null = projection.devices;
  if (!rule?.arrivalPulses || !devices?.readBatch || target.kind === 'stimulus' || times[head]! < target.inhibitedUntil)
    return -1;
  if (shortTerm !== null || recorder !== null || modulatory || target.groups !== null) return -1;
  const model: NeuronModel & Partial<NeuronHooks> = target.model;
  const pulses = model.receivePlastic ? rule.arrivalPulses(times[head]!) : null;
  const taken = pulses === null ? 0 : model.receivePlastic!(pulses, edges, times, rows, head, tail, horizon);
  if (taken === 0) return -1;
  const last = times[head + taken - 1]!;
  projection.arrivals += taken;
  projection.synapticEvents += taken * edges.columns;
  devices.readBatch(times, rows, head, head + taken, pulses!.devices.sums);
  lane.consume(taken);
  model.testThresholds(last);
  return last;
}
