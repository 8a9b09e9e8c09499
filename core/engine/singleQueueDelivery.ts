import type { ArrivalQueue } from '../graph/projection.ts';
import {
  canBatch,
  computeMaxArrivals,
  MAX_ARRIVALS_PER_CALL,
  MAX_SPIKES_PER_CALL,
  type NeuronModelWithHooks,
  readDevices,
  recordDeliveries,
} from './batching.ts';
import type { EngineState } from './engineState.ts';
import { deliverQueueAt } from './referenceDelivery.ts';
import type { SpikeCollector } from './spikeCollector.ts';
import type { DeliveryStrategy, PopulationEventSource, TargetState } from './targetState.ts';

/**
 * Single-queue delivery: processes one queue up to the next event of any other source. If synapses and neurons allow
 * it, one call delivers several arrivals.
 */
export class SingleQueueDelivery implements DeliveryStrategy {
  readonly #target: TargetState;
  readonly #engine: EngineState;

  static supports = (): boolean => true;

  constructor(target: TargetState, engine: EngineState) {
    this.#target = target;
    this.#engine = engine;
  }

  processEvents(queue: PopulationEventSource, until: number): number {
    const { scheduler } = this.#engine;
    if (queue.kind !== 'arrivals') return -1;
    const nextOther = scheduler.earliestTime;
    if (!(nextOther > queue.next)) return -1;
    const horizon = Math.min(nextOther, until);
    return canBatch(queue.projection) ? this.#deliverBatches(queue, horizon) : this.#deliverTicks(queue, horizon);
  }

  /** Delivers arrivals in batches, up to the first spike that other parts of the network depend on. */
  #deliverBatches(queue: ArrivalQueue, horizon: number): number {
    const { spikeCollector, spikeCountdown, interruptFlag } = this.#engine;
    const { population, mustCommitEachSpike } = this.#target;
    // A neuron model without the method `receiveUntilSpike` gets arrivals one by one, so that a batch saves no time.
    if (!('receiveUntilSpike' in population.model) && queue.findEndBefore(horizon, 2) === queue.head + 1) return -1;
    const maxSpikes = spikeCountdown.getRemainingSpikes(population);
    if (!mustCommitEachSpike) {
      const t = deliverPastSpikes(queue, horizon, spikeCollector, maxSpikes);
      if (t >= 0) return t;
    }
    const limit = mustCommitEachSpike ? 1 : Math.min(MAX_SPIKES_PER_CALL, maxSpikes);
    for (;;) {
      const t = deliverUntilSpike(queue, horizon);
      if (population.kind !== 'neurons') return t;
      spikeCollector.collectSpikes(population, t);
      const { next } = queue;
      if (spikeCollector.count >= limit || !(next < horizon && next < population.model.nextSpikeTime)) return t;
      if (limit === 1 || Atomics.load(interruptFlag, 0) !== 0) return t;
    }
  }

  /** Delivers arrivals tick by tick, with the threshold crossings of the target between them. */
  #deliverTicks(queue: ArrivalQueue, horizon: number): number {
    const { spikeCollector, interruptFlag } = this.#engine;
    const { population, incoming } = this.#target;
    const neurons = population.kind === 'neurons' ? population : null;
    if (neurons !== null) neurons.next = Infinity; // this method handles the crossings; `commitSpikes` sets `next` again
    for (let t = queue.next; ; ) {
      const crossing = neurons === null ? Infinity : neurons.model.nextSpikeTime;
      if (neurons !== null && crossing <= t) {
        neurons.model.collectCrossings(t);
        spikeCollector.collectSpikes(neurons, t);
      }
      const last = crossing > t ? deliverPlastic(queue, Math.min(crossing, horizon)) : -1;
      const isTested = last >= 0 || (crossing > t && queue.next === t && deliverSingle(queue, t));
      if (last >= 0) t = last;
      else if (!isTested && queue.next === t) deliverQueueAt(queue, t, spikeCollector);
      if (neurons !== null) {
        if (!isTested) neurons.model.testThresholds(t);
        spikeCollector.collectSpikes(neurons, t);
      }
      const next = neurons === null ? queue.next : Math.min(queue.next, neurons.model.nextSpikeTime);
      if (spikeCollector.count > 0 || next >= horizon || Atomics.load(interruptFlag, 0) !== 0) return t;
      for (const { recorder } of incoming) recorder?.finishTick(t);
      t = next;
    }
  }
}

/**
 * Delivers arrivals of a queue before `horizon`, up to the first spike of the target, with threshold tests. Returns the
 * time of the last delivery.
 */
function deliverUntilSpike(queue: ArrivalQueue, horizon: number): number {
  const { projection, head, times } = queue;
  const neurons = projection.target.kind === 'neurons' ? projection.target : null;
  const limit = queue.length === 1 ? 1 : Math.min(MAX_ARRIVALS_PER_CALL, computeMaxArrivals(projection.edges));
  const end = queue.findEndBefore(horizon, limit);
  let start = neurons ? head : end;
  while (start < end && times[start]! < neurons!.inhibition.allInhibitedUntil) start++;
  readDevices(queue, head, start);
  const reached = neurons && start < end ? deliverRange(neurons.model, queue, start, end) : end;
  const last = times[reached - 1]!;
  const [arrivalCount, ignoredCount] = [reached - head, neurons ? start - head : 0];
  recordDeliveries(queue, arrivalCount, ignoredCount);
  return last;
}

/**
 * Delivers arrivals of a queue before `horizon`; continues after spikes of the target. Returns the time of the last
 * delivery; -1, with no state changed, if the model must stop at spikes or could fire more than `maxSpikes` times.
 */
function deliverPastSpikes(
  queue: ArrivalQueue,
  horizon: number,
  spikeCollector: SpikeCollector,
  maxSpikes: number,
): number {
  const { projection, head, times } = queue;
  const { target, edges, devices } = projection;
  if (target.kind !== 'neurons' || devices?.hasSteadyWeights === false) return -1;
  const { groupInhibition: groups, winnerTakeAll } = target;
  const model: NeuronModelWithHooks = target.model;
  if (!model.receivePastSpikes || (winnerTakeAll && !groups)) return -1;
  if ((groups?.remainingSpikes ?? Infinity) > maxSpikes) return -1;
  spikeCollector.deliveredCount = 0;
  const end = queue.findEndBefore(horizon, Math.min(MAX_ARRIVALS_PER_CALL, computeMaxArrivals(edges)));
  let to = head + model.receivePastSpikes(queue, head, end, groups, spikeCollector);
  if (to === head) return -1;
  // Once `maxSpikes` spikes have occurred, all winner-take-all groups stay inhibited. Arrivals after the last spike
  // would have no effect, so they stay queued.
  if (spikeCollector.count === maxSpikes) while (times[to - 1]! > spikeCollector.getSpikeTime(maxSpikes - 1)) to--;
  readDevices(queue, head, to);
  recordDeliveries(queue, to - head, 0, groups ? spikeCollector.deliveredCount : undefined);
  return times[to - 1]!;
}

/**
 * Reads and delivers arrivals `from` … `to - 1` and tests thresholds at each tick. Returns the index after the last
 * delivery: `to`, or earlier if a neuron fires.
 */
function deliverRange(model: NeuronModelWithHooks, queue: ArrivalQueue, from: number, to: number): number {
  const { times, rows } = queue;
  const { edges, devices } = queue.projection;
  const isSteady = devices?.hasSteadyWeights !== false;
  for (let k = from; k < to; ) {
    const start = k;
    const end = isSteady ? to : findEndOfTick(times, k, to);
    const isSingle = end === k + 1;
    // With relaxation or read noise, each read of a device row gives new weights, which replace the stored weights of
    // the row. Each arrival therefore needs its own read.
    if (!isSteady && isSingle) devices!.readRow(rows[k]!, times[k]!);
    if (isSteady || isSingle) k += model.receiveUntilSpike?.(queue, k, end) ?? 0;
    if (k === start) {
      for (const until = findEndOfTick(times, k, to); k < until; k++) {
        if (!isSteady && !isSingle) devices!.readRow(rows[k]!, times[k]!);
        model.receiveArrival(edges, rows[k]!, 1, times[k]!);
      }
      model.testThresholds(times[start]!);
    }
    if (model.firedCount > 0 || (k < to && model.nextSpikeTime <= times[k]!)) to = k;
    if (isSteady) readDevices(queue, start, k);
  }
  return to;
}

function findEndOfTick(times: Float64Array, k: number, to: number): number {
  let end = k + 1;
  while (end < to && times[end] === times[k]) end++;
  return end;
}

/**
 * Delivers the next arrival of a queue, at t, and tests the target in one kernel call. Returns false, with no state
 * changed, if another arrival shares the tick or no kernel applies.
 */
function deliverSingle(queue: ArrivalQueue, t: number): boolean {
  const { projection, times, rows, head, tail } = queue;
  const { edges, target, shortTerm, recorder, isModulatory: modulatory, devices, rule } = projection;
  if (
    target.kind === 'stimulus' ||
    (head + 1 < tail && times[head + 1] === t) ||
    t < target.inhibition.allInhibitedUntil
  )
    return false;
  if (
    rule?.deliversFirst ||
    shortTerm !== null ||
    recorder?.recordsArrivals ||
    modulatory ||
    devices?.hasSteadyWeights === false
  )
    return false;
  const model: NeuronModelWithHooks = target.model;
  if (!model.receiveUntilSpike || edges.targets !== null) return false;
  rule?.onPre(rows[head]!, t);
  projection.arrivals++;
  devices?.readRow(rows[head]!, t);
  projection.synapticEvents +=
    target.groupInhibition === null
      ? edges.columns
      : target.groupInhibition.countUninhibitedSynapses(edges, rows[head]!, t);
  if (model.receiveUntilSpike(queue, head, head + 1) === 0) {
    model.receiveArrival(edges, rows[head]!, 1, t);
    model.testThresholds(t);
  }
  queue.removeFirst(1);
  return true;
}

/**
 * Delivers arrivals of a queue before `horizon` in one kernel call. Each arrival pulses and reads its row; the target's
 * thresholds are tested. Returns the time of the last delivery; -1, with no state changed, if no kernel applies.
 */
function deliverPlastic(queue: ArrivalQueue, horizon: number): number {
  const { projection, times, rows, head, tail } = queue;
  const { edges, target, shortTerm, recorder, isModulatory: modulatory, rule, devices } = projection;
  if (
    !rule?.getArrivalPulses ||
    !devices?.readBatch ||
    target.kind === 'stimulus' ||
    times[head]! < target.inhibition.allInhibitedUntil
  )
    return -1;
  if (shortTerm !== null || recorder !== null || modulatory || target.groupInhibition !== null) return -1;
  const model: NeuronModelWithHooks = target.model;
  const pulses = model.receivePlastic ? rule.getArrivalPulses(times[head]!) : null;
  const taken = pulses === null ? 0 : model.receivePlastic!(queue, pulses, head, tail, horizon);
  if (taken === 0) return -1;
  const last = times[head + taken - 1]!;
  projection.arrivals += taken;
  projection.synapticEvents += taken * edges.columns;
  devices.readBatch(times, rows, head, head + taken, pulses!.weightsRecord.sums);
  queue.removeFirst(taken);
  model.testThresholds(last);
  return last;
}
