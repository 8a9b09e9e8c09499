import { ElementParameter } from '../../core/declare/elementParameter.ts';
import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { lowerThresholdsScalar } from '../../core/kernels/scalarRows.ts';
import { exp } from '../../core/math.ts';
import { CounterRandom, RandomStream } from '../../core/random/random.ts';
import type { LifParams } from '../lif/params.ts';
import { findFirstCrossing } from './crossing.ts';

type ThresholdParams = Pick<LifParams, 'size' | 'precision' | 'adaptive' | 'homeostasis'>;

/** Minimum decay factor of threshold offsets since their reference time, which is moved before 1/factor overflows. */
const MIN_DECAY = 2 ** -60;

/**
 * Thresholds theta_j(t) = theta0_j + h_j + a_j(t) with da_j/dt = -a_j/tau. A spike of neuron j adds `increment` to a_j. Homeostasis with
 * gain g also adds g (1 - 1/N) to h_j and -g/N to h_i of all other neurons i, down to theta0_i + h_i = `minimum`: the threshold of frequent
 * winners rises until all neurons fire equally often. h does not decay. N is the size of the population or of its group. Stored as b with
 * theta_j = origin_j + b_j e^(-(t - t0)/tau). Without decay the origin is Vinf, so that kernels compare with b alone, and b contains h and
 * a. With decay the origin is theta0_j + h_j, and b contains a. Sources: Diehl & Cook 2015, doi:10.3389/fncom.2015.00099 (increment);
 * Querlioz et al. 2013, doi:10.1109/TNANO.2013.2250995 (homeostasis).
 */
export class AdaptiveThreshold {
  /** Threshold minus `origin` at the reference time, mV, one per neuron. */
  readonly offsets;
  readonly decayRate: number;
  readonly origin: ElementParameter;
  /** Lower bound of all threshold offsets, mV; lower potentials need no threshold test. */
  minOffset: number;
  readonly #increment;
  readonly #groupSize;
  /** Lower limit of thresholds under homeostasis, mV; -Infinity without homeostasis. */
  readonly minThreshold: number;
  /** Array [reference time in ms, homeostasis gain in mV]. */
  readonly #timeAndGain;
  /** The `origin` of each neuron if homeostasis changes it; null if homeostasis changes the offsets. */
  readonly #homeostaticOrigin: ElementParameter | null;
  readonly #lowerKernel;
  readonly state;

  constructor(p: ThresholdParams, threshold: ElementParameter, vInf: ElementParameter, arena: Arena, groups = 1) {
    this.#groupSize = p.size / groups;
    this.#increment = p.adaptive?.increment ?? 0;
    this.decayRate = 1 / (p.adaptive?.tau ?? Infinity);
    this.minThreshold = p.homeostasis?.minimum ?? -Infinity;
    const shifted = this.decayRate > 0 && p.homeostasis !== undefined;
    this.#homeostaticOrigin = shifted
      ? new ElementParameter(arena.f64(p.size)).setAll((j) => threshold.getValue(j))
      : null;
    this.origin = this.#homeostaticOrigin ?? (this.decayRate === 0 ? vInf : threshold);
    this.#lowerKernel = this.origin.isShared ? arena.kernels.lowerThresholds : lowerThresholdsScalar; // scalar if origins differ: one call per neuron
    this.offsets = arena.floats(p.precision, p.size);
    for (let j = 0; j < p.size; j++) this.offsets[j] = threshold.getValue(j) - this.origin.getValue(j);
    this.minOffset = 0;
    this.onCheckpointLoaded();
    this.#timeAndGain = arena.f64(2);
    this.#timeAndGain[1] = p.homeostasis?.gain ?? 0;
    this.state = {
      thresholds: this.offsets,
      thresholdClock: this.#timeAndGain,
      ...(this.#homeostaticOrigin && { thresholdOrigins: this.#homeostaticOrigin.values }),
    };
  }

  /** Homeostasis gain, mV; may change at run time; 0 switches homeostasis off. */
  get gain() {
    return this.#timeAndGain[1]!;
  }
  set gain(mV: number) {
    if (this.decayRate > 0 && this.#homeostaticOrigin === null && mV !== 0)
      throw new UserError(
        `thresholds.gain is ${mV}, but a gain with a finite adaptive.tau requires a population with homeostasis.`,
      );
    this.#timeAndGain[1] = mV;
  }

  /** Threshold of a neuron minus its `origin` at t, mV; decays with the adaptation time constant. */
  offsetAt(neuron: number, t: number): number {
    return this.offsets[neuron]! * this.decayFactor(t);
  }

  thresholdAt(neuron: number, t: number): number {
    return this.origin.getValue(neuron) + this.offsetAt(neuron, t);
  }

  /** Time from t until a neuron relaxing from v to vInf (mV) with tau (ms) reaches threshold, ms; Infinity if never. */
  timeToCrossing(neuron: number, t: number, v: number, vInf: number, tau: number): number {
    const above = this.offsetAt(neuron, t);
    const origin = this.origin.getValue(neuron);
    return this.decayRate === 0
      ? findFirstCrossing(vInf - origin - above, v - vInf, tau, 0, 1)
      : findFirstCrossing(vInf - origin, v - vInf, tau, -above, 1 / this.decayRate);
  }

  get isFixed() {
    return this.decayRate === 0 && this.gain === 0 && this.#increment === 0;
  }

  setThreshold(neuron: number, t: number, mV: number) {
    if (this.decayFactor(t) < MIN_DECAY) this.moveReferenceTime(t);
    this.offsets[neuron] = (mV - this.origin.getValue(neuron)) / this.decayFactor(t);
    this.minOffset = Math.min(this.minOffset, this.offsets[neuron]!);
  }

  /** Decay factor of offsets since their reference time t0: e^(-(t - t0)/tau). */
  decayFactor(t: number): number {
    return this.decayRate === 0 ? 1 : exp((this.#timeAndGain[0]! - t) * this.decayRate);
  }

  adaptToSpike(winner: number, t: number) {
    if (this.decayFactor(t) < MIN_DECAY) this.moveReferenceTime(t);
    const { offsets: b } = this;
    if (this.#increment > 0) b[winner]! += this.#increment * (1 / this.decayFactor(t));
    if (this.gain === 0) return;
    const group = this.#groupSize;
    const first = winner - (winner % group);
    const share = this.gain / group;
    if (this.#homeostaticOrigin !== null) {
      this.#homeostaticOrigin.values[winner]! += this.gain;
      this.#lowerKernel(this.#homeostaticOrigin.values, first, group, share, this.minThreshold);
      return;
    }
    b[winner]! += this.gain;
    let least = group === b.length ? Infinity : this.minOffset; // lower bound of the thresholds of other groups
    const one = this.origin.isShared ? group : 1; // neurons per call: all have the same lower limit if the origin is shared
    for (let j = first; j < first + group; j += one)
      least = Math.min(least, this.#lowerKernel(b, j, one, share, this.minThreshold - this.origin.getValue(j)));
    this.minOffset = least;
  }

  /** Raises all threshold offsets by the latest decrease of Vinf (mV), if they are relative to Vinf. */
  shiftOffsets(vInfDrop: ElementParameter) {
    if (this.decayRate > 0) return;
    for (let j = 0; j < this.offsets.length; j++) this.offsets[j]! += vInfDrop.getValue(j);
    this.onCheckpointLoaded();
  }

  moveReferenceTime(t: number) {
    if (this.decayRate > 0) {
      const decay = this.decayFactor(t);
      for (let j = 0; j < this.offsets.length; j++) this.offsets[j]! *= decay;
      this.onCheckpointLoaded();
    }
    this.#timeAndGain[0] = t;
  }

  onCheckpointLoaded() {
    this.minOffset = Infinity;
    for (let j = 0; j < this.offsets.length; j++)
      if (this.offsets[j]! < this.minOffset) this.minOffset = this.offsets[j]!;
  }
}

/**
 * Cycle-to-cycle variability of thresholds, as in threshold switches. Each reset of a potential (own spike,
 * winner-take-all inhibition, rest) draws a new threshold theta = reset + (mean - reset)(1 + sd z). z is standard
 * normal and > -1/sd, so that theta > reset. Adaptation and homeostasis change the mean.
 */
export function createThresholdNoise(
  sd: number,
  resetOffset: ElementParameter,
  thresholds: AdaptiveThreshold,
  { arena, seed, name }: ModelContext,
) {
  const { offsets: b } = thresholds;
  const meanOffsets = arena.floats(b instanceof Float32Array ? 'f32' : 'f64', b.length);
  meanOffsets.set(b);
  const z = arena.f64(b.length);
  const random = new RandomStream(seed, `${name}/threshold`, arena.u32(4));
  const blocks = new CounterRandom(seed, `${name}/threshold/blocks`);
  const draw = (j: number) => {
    do z[j] = random.normal();
    while (!(1 + sd * z[j]! > 0));
  };
  const applyNoise = () => {
    for (let j = 0; j < b.length; j++) {
      const floor = resetOffset.getValue(j);
      b[j] = floor + (meanOffsets[j]! - floor) * (1 + sd * z[j]!);
    }
    thresholds.onCheckpointLoaded();
  };
  const changeMeans = (change: () => void) => {
    b.set(meanOffsets);
    change();
    meanOffsets.set(b);
    applyNoise();
  };
  const redraw = (from: number, to: number) => {
    for (let j = from; j < to; j++) draw(j);
    applyNoise();
  };
  const redrawAll = () => redraw(0, b.length);
  redrawAll();
  return {
    state: { thresholdMeans: meanOffsets, thresholdDraws: z, thresholdRandom: random.state },
    useBlock(index: number) {
      blocks.seed(random.state, index);
      random.state[2]! |= 1; // the state of the generator must not be all zero
    },
    /** Applies `AdaptiveThreshold.adaptToSpike` to the mean thresholds; draws new noise for the neuron. */
    adaptToSpike(neuron: number, t: number) {
      draw(neuron);
      changeMeans(() => thresholds.adaptToSpike(neuron, t));
    },
    setThreshold: (neuron: number, t: number, mV: number) => changeMeans(() => thresholds.setThreshold(neuron, t, mV)),
    shiftOffsets: (vInfDrop: ElementParameter) => changeMeans(() => thresholds.shiftOffsets(vInfDrop)),
    redrawAll,
    redraw,
  };
}

export type ThresholdNoise = ReturnType<typeof createThresholdNoise>;
