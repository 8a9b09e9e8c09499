import type { Inhibition } from '../graph/inhibition.ts';
import type { Neurons } from '../graph/population.ts';
import type { Scheduler } from './scheduler.ts';
import type { TargetState } from './targetState.ts';

/** Maximum number of spikes per tick that are sorted by insertion sort, which takes quadratic time. */
const MAX_INSERTION_SORT = 16;

/** Records and enqueues a population's spikes and passes them to learning rules. */
export class SpikeCollector {
  count = 0;
  /** Number of collected spikes (the first ones) that a kernel has already enqueued in the recurrent projections. */
  enqueuedCount = 0;
  /** Number of synaptic events counted by the neuron model during a call. */
  deliveredCount = 0;
  #times = new Float64Array(64);
  #neurons = new Uint32Array(64);
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  getSpikeTime(i: number): number {
    return this.#times[i]!;
  }

  add(neuron: number, t: number) {
    if (this.count === this.#times.length) {
      const [times, neurons] = [this.#times, this.#neurons];
      this.#times = new Float64Array(2 * this.count);
      this.#neurons = new Uint32Array(2 * this.count);
      this.#times.set(times);
      this.#neurons.set(neurons);
    }
    this.#times[this.count] = t;
    this.#neurons[this.count++] = neuron;
  }

  /**
   * Collects the neurons in the model's `fired` list and resets them. Under winner-take-all inhibition, collects only the
   * neuron furthest above threshold and inhibits the population.
   */
  collectSpikes(population: Neurons, t: number) {
    const { model, winnerTakeAll, groupInhibition: groups } = population;
    const { fired, firedCount } = model;
    if (firedCount === 0) return;
    if (groups !== null) {
      this.#collectGroupWinners(population, groups, t);
      return;
    }
    let [from, to] = [0, firedCount];
    if (winnerTakeAll !== null) {
      for (let k = 1; k < firedCount; k++)
        if (model.overshoot(fired[k]!, t) > model.overshoot(fired[from]!, t)) from = k;
      to = from + 1;
    }
    for (let k = from; k < to; k++) {
      this.add(fired[k]!, t);
      model.postSpikeReset(fired[k]!, t);
    }
    model.firedCount = 0;
    if (winnerTakeAll === null) return;
    model.inhibit(t, population.inhibition.inhibit(0, t + winnerTakeAll.hold));
  }

  #collectGroupWinners(population: Neurons, groups: Inhibition, t: number) {
    const { model } = population;
    const { fired, firedCount } = model;
    model.firedCount = 0;
    for (let from = 0; from < firedCount; ) {
      let winner = fired[from]!;
      const end = (groups.getGroup(winner) + 1) * groups.groupSize;
      for (from++; from < firedCount && fired[from]! < end; from++)
        if (model.overshoot(fired[from]!, t) > model.overshoot(winner, t)) winner = fired[from]!;
      this.add(winner, t);
      model.postSpikeReset(winner, t);
      model.inhibitGroup!(groups.getGroup(winner), t, groups.recordSpike(winner, t));
    }
  }

  /** Commits a population's spikes up to t, ms (records, enqueues, passes to learning rules); returns their number. */
  commitSpikes(state: TargetState, t: number): number {
    const { population, incoming } = state;
    const { count } = this;
    const [times, neurons] = [this.#times, this.#neurons];
    if (count > 0) {
      sortTicks(times, neurons, count);
      if (population.kind === 'neurons') {
        population.spikes += count;
        population.lastFiredNeuron = neurons[count - 1]!;
        for (let k = 0; k < count; k++) population.recorder?.append(population.id, times[k]!, neurons[k]!);
      }
      if (state.mustCommitEachSpike)
        for (let from = state.isSelfContained ? this.enqueuedCount : 0, to = from + 1; from < count; from = to++) {
          while (to < count && times[to] === times[from]) to++;
          this.#commitTick(state, from, to);
        }
    }
    for (const { recorder, dendrite } of incoming) {
      if (count === 0) recorder?.finishTick(t);
      else if (dendrite !== null) this.#scheduler.update(dendrite);
    }
    if (population.kind === 'neurons') {
      population.next = population.model.nextSpikeTime;
      this.#scheduler.update(population);
    }
    this.count = this.enqueuedCount = 0;
    return count;
  }

  /** Enqueues spikes `from` … `to - 1`, all of one tick; then calls rules of incoming synapses and spike observers. */
  #commitTick({ population, incoming, outgoing }: TargetState, from: number, to: number) {
    const neurons = this.#neurons;
    const t = this.#times[from]!;
    if (population.kind === 'neurons')
      for (const { queues, delays, sources, sharedQueue, target } of outgoing) {
        if (to <= this.enqueuedCount && target === population) continue;
        const count = sharedQueue === null ? queues.length : 1; // a shared queue takes the spike once
        for (let l = 0; l < count; l++) {
          for (let k = from; k < to; k++) {
            const i = sources.getTerminal(neurons[k]!);
            if (i >= 0) queues[l]!.push(t + delays[l]!, l * sources.neuronCount + i);
          }
          this.#scheduler.update(queues[l]!);
        }
      }
    for (const projection of incoming) for (let k = from; k < to; k++) projection.sendPostSpike(neurons[k]!, t);
    for (const { recorder } of incoming) recorder?.finishTick(t);
    for (const observer of population.observers) {
      for (let k = from; k < to; k++) observer.onSpike(neurons[k]!);
      observer.finishTick(t);
    }
  }
}

/**
 * Sorts spikes by neuron within each tick. Short ticks use insertion sort, because a typed-array sort would allocate a
 * view per tick.
 */
function sortTicks(times: Float64Array, neurons: Uint32Array, count: number) {
  for (let from = 0, to = 1; from < count; from = to++) {
    while (to < count && times[to] === times[from]) to++;
    if (to - from > MAX_INSERTION_SORT) neurons.subarray(from, to).sort();
    else
      for (let k = from + 1; k < to; k++) {
        const neuron = neurons[k]!;
        let index = k;
        for (; index > from && neurons[index - 1]! > neuron; index--) neurons[index] = neurons[index - 1]!;
        neurons[index] = neuron;
      }
  }
}
