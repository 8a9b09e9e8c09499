import { defineNeuron, type Params } from '../core/declare/define.ts';
import { nonNegative, number, object, optional, positive } from '../core/declare/params.ts';
import { hzToPerMs } from '../core/declare/units.ts';
import type { ModelContext } from '../core/factories.ts';
import { type Edges, getRowEnd, getRowStart } from '../core/graph/edges.ts';
import type { NeuronHooks } from '../core/hooks.ts';
import type { StateArrays } from '../core/kernels/arena.ts';
import { exp, log } from '../core/math.ts';
import type { NeuronModel } from '../core/model.ts';
import { CounterRandom } from '../core/random/random.ts';
import { sizeParam } from './parts/params.ts';

/** Maximum number of random draws per neuron in one block of random numbers. */
const DRAWS_PER_BLOCK = 4096;
/** Mark of a sum whose random initial value has not been drawn yet. */
const UNDRAWN = Infinity;

const params = {
  size: sizeParam,
  normalise: optional(
    object(
      {
        rate: number({
          min: 0,
          exclusiveMin: true,
          unit: 'Hz',
          help: 'target spike rate of the whole population; the common gain g maintains it',
        }),
        step: positive(0.02, '1', 'decrease of ln g (g: common gain) per spike of the population'),
        most: positive(8, '1', 'upper limit of the gain g'),
      },
      'common gain g of all neurons that keeps the population rate constant',
    ),
  ),
  sum: optional(
    object(
      {
        adaptation: nonNegative(0, '1', 'increase of the threshold of a neuron after its spike'),
        tau: positive(100, 'ms', 'decay time constant of the threshold increase'),
      },
      'integrate arrivals up to a threshold instead of drawing spikes at random',
    ),
  ),
};

export class Relay implements NeuronModel {
  readonly size: number;
  readonly fired;
  firedCount = 0;
  readonly nextSpikeTime = Infinity;
  readonly state: StateArrays;
  readonly #rateControl;
  readonly #sumParams;
  /** Threshold minus 1 of each neuron at time `#shiftTime` (ms), for parameter `sum`. */
  readonly #thresholdShift;
  readonly #shiftTime;
  readonly #random;
  readonly #inputWeights;
  readonly #inputSums;
  readonly #drawCounts;
  readonly #gainState; // [time in ms, ln g at that time]
  readonly #maxLogGain; // upper limit of ln g
  readonly #receivingNeurons;
  readonly #hasArrivals;
  #receivingCount = 0;
  readonly #groupSize;
  readonly #inhibitedUntil: Float64Array | null;

  constructor(p: Params<typeof params>, { arena, seed, name, inhibition }: ModelContext) {
    arena.requireSpaceFor(p.size * 17, `${name} with ${p.size} neurons`);
    this.size = p.size;
    this.fired = new Uint32Array(p.size);
    this.#rateControl = p.normalise;
    this.#sumParams = p.sum;
    this.#thresholdShift = arena.f64(p.sum ? p.size : 0);
    this.#shiftTime = arena.f64(p.sum ? p.size : 0);
    this.#random = new CounterRandom(seed, `${name}/relay`);
    this.#inputWeights = arena.f64(p.size);
    this.#inputSums = arena.f64(p.sum ? p.size : 0);
    this.#drawCounts = arena.u32(p.size);
    this.#gainState = arena.f64(2);
    this.#maxLogGain = log(p.normalise?.most ?? 1);
    this.#receivingNeurons = new Uint32Array(p.size);
    this.#hasArrivals = new Uint8Array(p.size);
    const { groupCount = 1, until = null } = inhibition ?? {};
    this.#groupSize = p.size / groupCount;
    this.#inhibitedUntil = groupCount > 1 ? until : null;
    this.state = { input: this.#inputWeights, draws: this.#drawCounts, gain: this.#gainState };
    if (p.sum)
      this.state = { ...this.state, sums: this.#inputSums, raised: this.#thresholdShift, since: this.#shiftTime };
    this.#inputSums.fill(UNDRAWN);
  }

  useRandomBlock(index: number) {
    this.#inputSums.fill(UNDRAWN);
    this.#drawCounts.fill(index * DRAWS_PER_BLOCK);
    this.#thresholdShift.fill(0);
  }

  receiveArrival(edges: Edges, row: number, factor: number, t: number) {
    const { weights, targets, weight } = edges;
    const [start, end] = [getRowStart(edges, row), getRowEnd(edges, row)];
    const inhibitedUntil = this.#inhibitedUntil;
    const [input, isTouched, touched] = [this.#inputWeights, this.#hasArrivals, this.#receivingNeurons];
    let count = this.#receivingCount;
    for (let k = start; k < end; k++) {
      const neuron = targets === null ? k - start : targets[k]!;
      if (inhibitedUntil !== null && t < inhibitedUntil[Math.floor(neuron / this.#groupSize)]!) continue;
      input[neuron]! += (weights === null ? weight : weights[k]!) * factor;
      if (isTouched[neuron] === 1) continue;
      isTouched[neuron] = 1;
      touched[count++] = neuron;
    }
    this.#receivingCount = count;
  }

  /** Adds `amount` to a neuron's sum; if the sum reaches the threshold, subtracts the threshold and returns true. */
  #addToInputSum(neuron: number, amount: number, t: number): boolean {
    const sums = this.#inputSums;
    const before = sums[neuron]!;
    const sum = (before === UNDRAWN ? this.#random.uniform(neuron, this.#drawCounts[neuron]!++) : before) + amount;
    sums[neuron] = sum;
    if (sum < 1) return false;
    const { tau, adaptation } = this.#sumParams!;
    const over = this.#thresholdShift[neuron]!;
    const raised = over === 0 ? 0 : over * exp((this.#shiftTime[neuron]! - t) / tau);
    if (sum < 1 + raised) return false;
    sums[neuron] = sum - (1 + raised);
    this.#thresholdShift[neuron] = raised + adaptation;
    this.#shiftTime[neuron] = t;
    return true;
  }

  #testSpike(neuron: number, amount: number, t: number): boolean {
    return this.#sumParams
      ? this.#addToInputSum(neuron, amount, t)
      : this.#random.uniform(neuron, this.#drawCounts[neuron]!++) < amount;
  }

  testThresholds(t: number) {
    this.firedCount = 0;
    const count = this.#receivingCount;
    if (count === 0) return;
    const gain = exp(this.#computeLogGain(t));
    const input = this.#inputWeights;
    for (let k = 0; k < count; k++) {
      const neuron = this.#receivingNeurons[k]!;
      this.#hasArrivals[neuron] = 0;
      const amount = input[neuron]! * gain;
      input[neuron] = 0;
      if (this.#testSpike(neuron, amount, t)) this.fired[this.firedCount++] = neuron;
    }
    this.#receivingCount = 0;
    if (this.firedCount > 1) this.fired.subarray(0, this.firedCount).sort();
  }

  /** Combines `receiveArrival` and `testThresholds` for a row that is the only arrival of its tick. */
  #receiveAndTest(edges: Edges, row: number, t: number) {
    const { weights, targets, weight } = edges;
    const [start, end] = [getRowStart(edges, row), getRowEnd(edges, row)];
    const gain = exp(this.#computeLogGain(t));
    for (let k = start; k < end; k++) {
      const neuron = targets === null ? k - start : targets[k]!;
      if (this.#testSpike(neuron, (weights === null ? weight : weights[k]!) * gain, t))
        this.fired[this.firedCount++] = neuron;
    }
  }

  receivePastSpikes(
    ...[{ edges, times, rows }, from, to, groups, spikes]: Parameters<NeuronHooks['receivePastSpikes']>
  ): number {
    if (groups) return 0;
    for (let k = from; k < to; ) {
      const t = times[k]!;
      if (edges.hasDistinctTargets && times[k + 1] !== t) this.#receiveAndTest(edges, rows[k++]!, t);
      else {
        for (; k < to && times[k] === t; k++) this.receiveArrival(edges, rows[k]!, 1, t);
        this.testThresholds(t);
      }
      for (let i = 0; i < this.firedCount; i++) {
        spikes.add(this.fired[i]!, t);
        this.postSpikeReset(this.fired[i]!, t);
      }
      this.firedCount = 0;
    }
    return to - from;
  }

  collectCrossings() {
    this.firedCount = 0;
  }

  postSpikeReset(_j: number, t: number) {
    if (this.#rateControl === undefined) return;
    this.#gainState[1] = this.#computeLogGain(t) - this.#rateControl.step;
    this.#gainState[0] = t;
  }

  inhibit() {
    this.#discardInput(0, this.size);
  }

  /** Discards the input of neurons `from` … `to - 1` and sets their sums; `UNDRAWN`: drawn from [0, 1) at the next arrival. */
  #discardInput(from: number, to: number, sum = 0) {
    this.#inputWeights.fill(0, from, to);
    for (let neuron = from; this.#sumParams && neuron < to; neuron++) {
      if (this.#inputSums[neuron] === UNDRAWN) this.#drawCounts[neuron]!++;
      this.#inputSums[neuron] = sum;
    }
  }

  inhibitGroup(group: number) {
    this.#discardInput(group * this.#groupSize, (group + 1) * this.#groupSize);
  }

  resetDynamicState(t: number) {
    this.#discardInput(0, this.size, UNDRAWN);
    this.#thresholdShift.fill(0);
    this.#gainState[0] = t;
    this.#gainState[1] = 0;
  }

  potential(): number {
    return 0;
  }

  overshoot(): number {
    return 0;
  }

  #computeLogGain(t: number): number {
    const normalise = this.#rateControl;
    if (normalise === undefined) return 0;
    const { rate, step } = normalise;
    return Math.min(this.#maxLogGain, this.#gainState[1]! + step * hzToPerMs(rate) * (t - this.#gainState[0]!));
  }
}

/**
 * Relay neuron: passes spikes on at random, with a probability proportional to the total weight of the arrivals at a tick. With `sum`,
 * weights instead accumulate up to a threshold, which rises at each spike and decays back to 1, so that output grows less than
 * proportionally with strong input. With `normalise`, a common gain keeps the rate of the population at `rate`, unless `most` limits the
 * gain.
 */
export const relay = defineNeuron({
  name: 'relay',
  help: 'relay neuron: spikes with a probability proportional to the input weight; optionally at a constant population rate',
  equation:
    'p = min(1, w g); with sum: s <- s + w g, spike at s >= 1 + a, then s <- s - 1 - a, a <- a + adaptation, da/dt = -a/tau; with normalise d ln g/dt = step rate, g <- g e^(-step) at each spike of the population, g <= most',
  source: 'thinning of point processes: Daley & Vere-Jones 2003, doi:10.1007/b97277; gain: integral control',
  params,
  create: (p, context) => new Relay(p, context),
});
