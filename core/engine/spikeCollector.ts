import type { Neurons } from '../graph/population.ts';
import type { WtaGroups } from '../graph/wtaGroups.ts';
import type { Scheduler } from './scheduler.ts';
import type { TargetState } from './targetState.ts';

/** An instant of more neurons is sorted by the engine of JavaScript, which takes no square of their number. */
const FEW = 16;

/** The neurons of the population at hand that have fired, and what follows from it: record, send off, rules. */
export class SpikeCollector {
  count = 0;
  /** The first so many are on their way to their own population already. */
  sentCount = 0;
  /** Synapses that were heard, where a model has counted them. */
  deliveredCount = 0;
  /** Ascending. */
  #times = new Float64Array(64);
  #neurons = new Uint32Array(64);
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** When the i-th has fired. */
  time(i: number): number {
    return this.#times[i]!;
  }

  add(neuron: number, t: number): void {
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

  /** Takes over the neurons that the model says have fired; under winner-take-all the one furthest above threshold. */
  collectSpikes(population: Neurons, t: number): void {
    const { model, winnerTakeAll, groups } = population;
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
    population.inhibitedUntil = t + winnerTakeAll.hold;
    model.inhibit(t, population.inhibitedUntil);
  }

  /** The same where each group has a winner of its own. */
  #collectGroupWinners(population: Neurons, groups: WtaGroups, t: number): void {
    const { model } = population;
    const { fired, firedCount } = model;
    model.firedCount = 0;
    for (let from = 0; from < firedCount; ) {
      let winner = fired[from]!;
      const end = (groups.groupOf(winner) + 1) * groups.size;
      for (from++; from < firedCount && fired[from]! < end; from++)
        if (model.overshoot(fired[from]!, t) > model.overshoot(winner, t)) winner = fired[from]!;
      this.add(winner, t);
      model.postSpikeReset(winner, t);
      model.inhibitGroup!(groups.groupOf(winner), t, groups.recordSpike(winner, t));
    }
    population.inhibitedUntil = groups.allInhibitedUntil;
  }

  /** Finishes a population that has come to t; returns how many of its neurons had fired. */
  commitSpikes(place: TargetState, t: number): number {
    const { population, incoming } = place;
    const { count } = this;
    const [times, neurons] = [this.#times, this.#neurons];
    if (count > 0) {
      sortInstants(times, neurons, count);
      if (population.kind === 'neurons') {
        population.spikes += count;
        population.lastSpike = neurons[count - 1]!;
        for (let k = 0; k < count; k++) population.recorder?.append(population.id, times[k]!, neurons[k]!);
      }
      if (place.mustCommitEachSpike)
        for (let from = place.isSelfContained ? this.sentCount : 0, to = from + 1; from < count; from = to++) {
          while (to < count && times[to] === times[from]) to++;
          this.#commitTick(place, from, to);
        }
    }
    for (const { recorder, dendrite } of incoming) {
      if (count === 0) recorder?.endOfInstant(t);
      else if (dendrite !== null) this.#scheduler.update(dendrite);
    }
    if (population.kind === 'neurons') {
      population.next = population.model.next;
      this.#scheduler.update(population);
    }
    this.count = this.sentCount = 0;
    return count;
  }

  /** Sends off spikes `from` … `to - 1`, of one instant, then lets the rules of incoming projections see them. */
  #commitTick({ population, incoming, outgoing }: TargetState, from: number, to: number): void {
    const neurons = this.#neurons;
    const t = this.#times[from]!;
    if (population.kind === 'neurons')
      for (const { queues, delays, sources, sharedQueue, target } of outgoing) {
        if (to <= this.sentCount && target === population) continue;
        const count = sharedQueue === null ? queues.length : 1; // a queue takes a spike from the first, for all
        for (let l = 0; l < count; l++) {
          for (let k = from; k < to; k++) {
            const i = sources.terminal(neurons[k]!);
            if (i >= 0) queues[l]!.push(t + delays[l]!, l * sources.count + i);
          }
          this.#scheduler.update(queues[l]!);
        }
      }
    for (const projection of incoming) for (let k = from; k < to; k++) projection.sendPostSpike(neurons[k]!, t);
    for (const { recorder } of incoming) recorder?.endOfInstant(t);
    for (const observer of population.observers) {
      for (let k = from; k < to; k++) observer.fired(neurons[k]!);
      observer.endOfInstant(t);
    }
  }
}

/** Lets neurons ascend within each instant. Few are sorted here: a view of them, to sort, would be an allocation an instant. */
function sortInstants(times: Float64Array, neurons: Uint32Array, count: number): void {
  for (let from = 0, to = 1; from < count; from = to++) {
    while (to < count && times[to] === times[from]) to++;
    if (to - from > FEW) neurons.subarray(from, to).sort();
    else
      for (let k = from + 1; k < to; k++) {
        const neuron = neurons[k]!;
        let place = k;
        for (; place > from && neurons[place - 1]! > neuron; place--) neurons[place] = neurons[place - 1]!;
        neurons[place] = neuron;
      }
  }
}
