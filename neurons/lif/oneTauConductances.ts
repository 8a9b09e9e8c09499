import type { Arena } from '../../core/kernels/arena.ts';
import {
  boundTimeToThreshold,
  expOfLookup,
  lookUpAttractor,
  MAX_TABULATED,
  MIN_TABULATED,
} from '../../core/kernels/conductances.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import type { CurrentRow } from '../../core/kernels/scalarRows.ts';
import { exp, log } from '../../core/math.ts';
import { computeAnyAttractor, createAttractorTable } from './conductancePotential.ts';
import { boundTimeBelow, ConductanceState, isLastStep, LISTED, MIN_STEP, REFRACTORY } from './conductancePredictor.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

/** Number of state fields per neuron, [C, sum, reversal, until], and their offsets. */
const FIELDS = 4;
const SUM = 1;
const REVERSAL = 2;
const UNTIL = 3;

/** Maximum age of the reference time, in units of the shorter time constant; limits rounding errors. */
const MAX_REFERENCE_AGE = 40;

/** Largest b for which e^-b is a normal number; with larger conductances a neuron reaches the attractor within ts/b. */
const MAX_EXPONENT = 708;

/**
 * Neurons with conductances that decay with one time constant ts, in closed form (Brette 2006, doi:10.1162/neco.2006.18.8.2004). Times are
 * in tau since the reference time; potentials are relative to the steady potential without input. With b = ts g, U' = -U + g (E - U)
 * has the solutions U = C e^(b - t) + E P(b). P is the `attractor`, a tabulated function of b. A neuron is [C, sum, reversal, until] with
 * b = sum e^(-t/ts) and b E = reversal e^(-t/ts), constant between arrivals. An arrival changes sum and reversal, and C so that U stays
 * continuous. A refractory neuron has C = -Infinity.
 */
export class OneTauConductances extends ConductanceState {
  readonly table: Float64Array;
  /** Kernel record fields of the conductances. */
  readonly record;
  /** Time of the cached e^(-t/ts), ms; NaN if it must be recomputed. */
  #decayTime = Number.NaN;
  #lastDecay = 0;
  /** Cache of one potential: neuron, time (ms), value (mV). */
  #cachedNeuron = -1;
  #cachedTime = 0;
  #cachedPotential = 0;
  readonly #ratio: number;
  readonly #span: number;
  readonly #perUnit: number;
  readonly #uncovered: Uint32Array;
  readonly #addKernel: Kernels['addConductances'];

  constructor(p: LifParams, tauSyn: number, membranes: MembraneParameters, bar: Float64Array, arena: Arena) {
    super(p, membranes, [tauSyn], bar, FIELDS, arena);
    this.#ratio = tauSyn / this.tau;
    this.#span = MAX_REFERENCE_AGE * this.minTau;
    this.#uncovered = arena.u32(p.size + 1);
    this.#addKernel = arena.kernels.addConductances;
    this.#perUnit = this.#ratio / this.leakConductance;
    const table = createAttractorTable(this.#ratio);
    this.table = arena.f64(table.length);
    this.table.set(table);
    this.steps[0] = 1;
    this.steps[3] = this.#ratio;
    this.record = {
      u: this.u,
      clock: this.clock,
      table: this.table,
      steps: this.steps,
      uncovered: this.#uncovered,
      tau: this.tau,
      ratio: this.#ratio,
      span: this.#span,
      perUnit: this.#perUnit,
      excReversal: this.reversals[0],
      inhReversal: this.reversals[1],
    };
  }

  /** Advances to t; moves the reference time if it is too old. */
  advanceTo(t: number): void {
    this.steps[8] = t;
    if (t - this.clock[0]! > this.#span) this.#moveReference(t);
  }

  onRestore(): void {
    this.steps[0] = 1;
    this.#decayTime = Number.NaN;
    this.#cachedNeuron = -1;
  }

  setJumps(factor: number, inhibitory: boolean | null): void {
    const now = this.steps[8]!;
    this.steps[0] = this.#decayAt(now);
    this.steps[1] = exp((this.clock[0]! - now) / this.tau);
    this.steps[2] = 1 / this.steps[1]!;
    const unit = (this.#perUnit * factor) / this.steps[0]!;
    for (const k of [0, 1] as const) {
      this.steps[4 + 2 * k] = unit;
      this.steps[5 + 2 * k] = unit * this.reversals[inhibitory === null ? k : (Number(inhibitory) as 0 | 1)];
    }
  }

  setRefractory(j: number): void {
    this.u[FIELDS * j] = REFRACTORY;
  }

  setPotential(j: number, mV: number, t: number): void {
    this.#cachedNeuron = -1;
    this.u[FIELDS * j] = this.#constantFor(j, mV, t);
  }

  potential(j: number, t: number): number {
    return this.#potential(this.u[FIELDS * j]!, j, t);
  }

  /** Excitatory (0) or inhibitory (1) conductance at t, nS, from sum and reversal; NaN if both reversals are equal. */
  conductance(j: number, t: number, inhibitory: 0 | 1): number {
    const [own, other] = [this.reversals[inhibitory], this.reversals[1 - inhibitory]!];
    const o = FIELDS * j;
    const sum = (this.u[o + REVERSAL]! - this.u[o + SUM]! * other) / (own - other);
    return (Math.max(sum, 0) * this.#decayAt(t)) / this.#perUnit;
  }

  from(j: number, mV: number, start: number, t: number): number {
    return this.#potential(this.#constantFor(j, mV, start), j, t);
  }

  receive(edges: CurrentRow, from: number, to: number): void {
    const { u, bar, table, steps, candidates, candidatePotentials, candidateCount } = this;
    const add = this.#addKernel;
    this.candidateCount = add(
      u,
      bar,
      table,
      edges,
      from,
      to,
      steps,
      candidates,
      candidatePotentials,
      candidateCount,
      this.#uncovered,
    );
    if (this.#uncovered[0]! > 0) this.deliverRemaining(edges, from);
  }

  /** Delivers arrivals that the kernel has not delivered: their conductance is outside the table. */
  deliverRemaining(edges: CurrentRow, from: number): void {
    for (let k = 1; k <= this.#uncovered[0]!; k++) {
      const edge = this.#uncovered[k]!;
      const j = edges.targets === null ? edge - from : edges.targets[edge]!;
      const mV = this.#receiveOne(j, edges.weights === null ? edges.weight : edges.weights[edge]!);
      if (mV === REFRACTORY || this.u[FIELDS * j + UNTIL] === LISTED) continue;
      this.setUntil(j, LISTED);
      this.candidatePotentials[this.candidateCount] = mV;
      this.candidates[this.candidateCount++] = j;
    }
  }

  /** Delivers one arrival at the present time by closed form, without the table; returns the potential, mV. */
  #receiveOne(j: number, w: number): number {
    const o = FIELDS * j;
    const now = this.steps[8]!;
    const mV = this.isRefractory(j) ? REFRACTORY : this.potential(j, now);
    this.u[o + SUM]! += w >= 0 ? w * this.steps[4]! : -w * this.steps[6]!;
    this.u[o + REVERSAL]! += w >= 0 ? w * this.steps[5]! : -w * this.steps[7]!;
    if (mV !== REFRACTORY) this.setPotential(j, mV, now);
    return mV;
  }

  timeBelow(j: number, t: number, mV = this.potential(j, t)): number {
    this.#cachedNeuron = j;
    this.#cachedTime = t;
    this.#cachedPotential = mV;
    const fade = this.#decayAt(t);
    const o = FIELDS * j;
    const [b, reversal] = [this.u[o + SUM]! * fade, this.u[o + REVERSAL]! * fade];
    return boundTimeToThreshold(b, reversal, mV, this.bar[j]!, this.#ratio) * this.#ratio;
  }

  timeBelowAfterRelease(j: number, mV: number): number {
    const o = FIELDS * j;
    const fade = this.steps[0]! / this.#ratio; // factor at the last arrival, an upper bound of the present one
    const pull = Math.max(this.u[o + REVERSAL]! - mV * this.u[o + SUM]!, 0) * fade;
    return boundTimeBelow(mV, this.bar[j]!, pull) * this.tau;
  }

  /**
   * Time at which a neuron reaches `bar` without arrivals, ms; Infinity if never. If the synaptic drive at the bar is
   * upward, the slope of V decreases: Newton's method approaches the crossing from the left and never passes it. Once
   * the drive is not upward, no crossing follows. If the slope changes by less than a quarter up to the crossing,
   * Halley's method is used, which may pass the crossing slightly. If inhibition holds V below a bar that the constant
   * current alone would reach, there is a single crossing after the drive has changed sign.
   */
  crossingTime(j: number, t: number): number {
    const bar = this.bar[j]!;
    let mV = this.#cachedNeuron === j && this.#cachedTime === t ? this.#cachedPotential : this.potential(j, t);
    const o = FIELDS * j;
    const ts = this.#ratio;
    let last = 0;
    for (let at = t; ; ) {
      const fade = this.#decayAt(at);
      const b = this.u[o + SUM]! * fade;
      const reversal = this.u[o + REVERSAL]! * fade;
      const drive = reversal - mV * b;
      const slope = drive - mV * ts;
      const newton = (bar - mV) / slope;
      const bend = 0.5 * newton * (ts + b + drive / slope);
      const next = at + (this.tau * ts * newton) / (bend < 0.125 ? 1 - bend : 1);
      const step = next - at;
      if (mV >= bar && !(Math.abs(step) < Math.abs(last) / 8)) return at;
      const upwards = reversal - bar * b;
      if (upwards < 0 && bar < 0)
        return this.#solveSingleCrossing(j, at + this.tau * ts * Math.max(0, log(upwards / (bar * ts))), bar);
      if (!(upwards > bar * ts)) return Infinity;
      if (isLastStep(step, last, step / last)) return next;
      last = step;
      at = next;
      mV = this.potential(j, at);
    }
  }

  /** Computes the single crossing of `bar` after `from`, ms, by Newton's method within a bracket. */
  #solveSingleCrossing(j: number, from: number, bar: number): number {
    const o = FIELDS * j;
    let [low, high, last] = [from, Infinity, 0];
    let width = this.tau * this.#ratio;
    for (let at = from; ; ) {
      const fade = this.#decayAt(at);
      const mV = this.potential(j, at);
      if (mV < bar) low = at;
      else high = at;
      if (!(high - low > MIN_STEP)) return high;
      const b = this.u[o + SUM]! * fade;
      const slope = this.u[o + REVERSAL]! * fade - mV * (b + this.#ratio);
      const step = (this.tau * this.#ratio * (bar - mV)) / slope;
      if (isLastStep(step, last)) return at + step;
      at += step;
      last = step;
      if (at > low && at < high) continue;
      at = high < Infinity ? (low + high) / 2 : low + width;
      width *= 2;
      last = 0;
    }
  }

  #decayAt(t: number): number {
    if (t !== this.#decayTime) this.#lastDecay = exp((this.clock[0]! - (this.#decayTime = t)) / this.tau / this.#ratio);
    return this.#lastDecay;
  }

  #potential(c: number, j: number, t: number): number {
    const fade = this.#decayAt(t);
    const b = this.u[FIELDS * j + SUM]! * fade;
    const drive = this.u[FIELDS * j + REVERSAL]! * fade;
    const m = exp((this.clock[0]! - t) / this.tau);
    if (b >= MIN_TABULATED && b < MAX_TABULATED)
      return (c * m + drive * lookUpAttractor(this.table, b)) * expOfLookup(this.table);
    return (b > MAX_EXPONENT ? 0 : c * m * exp(b)) + this.#attractorPotential(drive, b);
  }

  #constantFor(j: number, mV: number, t: number): number {
    const fade = this.#decayAt(t);
    const b = this.u[FIELDS * j + SUM]! * fade;
    const drive = this.u[FIELDS * j + REVERSAL]! * fade;
    const perM = exp((t - this.clock[0]!) / this.tau);
    if (b >= MIN_TABULATED && b < MAX_TABULATED) {
      const share = drive * lookUpAttractor(this.table, b);
      return (mV / expOfLookup(this.table) - share) * perM;
    }
    return b > MAX_EXPONENT ? 0 : (mV - this.#attractorPotential(drive, b)) * perM * exp(-b);
  }

  /** Attractor potential E P(b), mV, for b (conductance × synaptic time constant) outside the table. */
  #attractorPotential(drive: number, b: number): number {
    return b === 0 ? 0 : (drive * computeAnyAttractor(this.#ratio, b)) / b;
  }

  #moveReference(t: number): void {
    const { u } = this;
    const m = exp((this.clock[0]! - t) / this.tau);
    const fade = exp((this.clock[0]! - t) / this.tau / this.#ratio);
    for (let o = 0; o < u.length; o += FIELDS) {
      if (u[o] !== REFRACTORY) u[o]! *= m;
      u[o + SUM]! *= fade;
      u[o + REVERSAL]! *= fade;
    }
    this.clock[0] = t;
    this.#decayTime = Number.NaN;
    this.steps[0] = Math.min(this.steps[0]! / fade, 1e300);
  }
}
