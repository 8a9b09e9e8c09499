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
import { attractorAt, attractorTable } from './attractor.ts';
import { type ConductanceState, isLastStep, LISTED, linearTimeBelow, MIN_STEP } from './conductanceState.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

/** Numbers a neuron: C, sum, reversal, the time until when it stays below threshold if nothing arrives. */
const FIELDS = 4;
const SUM = 1;
const REVERSAL = 2;
const UNTIL = 3;
const REFRACTORY = -Infinity;

/** The reference time may lie back so many time constants, of the shorter one: the error of an exponential grows with its argument. */
const MAX_REFERENCE_AGE = 40;

/** Up to here e^-b is a normal number; under larger conductances a neuron is where they pull it, which takes it less than ts/b. */
const MAX_EXPONENT = 708;

/**
 * Membranes under conductances that decay with one ts, in closed form (Brette 2006, doi:10.1162/neco.2006.18.8.2004). Times are in
 * tau, since the reference time; potentials count from that without input. With b = ts g, U' = -U + g (E - U) has the
 * solutions U = C e^(b - t) + E P(b), P being the attractor of `towards` (shunt.ts): a function of b alone, in a table. A neuron is
 * [C, sum, reversal, until], b = sum e^(-t/ts) and b E = reversal e^(-t/ts), so that between arrivals nothing changes at all: an arrival
 * changes sum and reversal, and C so that U stays what it is. A refractory neuron has C = -Infinity.
 */
export class OneTauConductances implements ConductanceState {
  readonly fieldCount = FIELDS;
  readonly u: Float64Array;
  readonly table: Float64Array;
  /** See `Kernels.addConductances`. */
  readonly steps: Float64Array;
  /** [reference time, two of the owner's] */
  readonly clock: Float64Array;
  readonly state;
  readonly minTau: number;
  /** For a kernel. */
  readonly record;
  /** The instant of which e^(-t/ts) was asked for last; NaN when it has to be taken anew. */
  #decayTime = Number.NaN;
  #lastDecay = 0;
  /** The neuron whose potential was found last, when, and that. */
  #cachedNeuron = -1;
  #cachedTime = 0;
  #cachedPotential = 0;
  readonly #tau: number;
  readonly #ratio: number;
  readonly #span: number;
  readonly #perUnit: number;
  readonly #reversals: readonly [number, number];
  readonly #rest: Uint32Array;
  readonly #addKernel: Kernels['addConductances'];

  constructor(p: LifParams, tauSyn: number, membranes: MembraneParameters, arena: Arena) {
    const tau = membranes.tau.at(0);
    const vInf = membranes.vInf.at(0);
    this.#tau = tau;
    this.#ratio = tauSyn / tau;
    this.minTau = Math.min(tau, tauSyn);
    this.#span = MAX_REFERENCE_AGE * this.minTau;
    this.#rest = arena.u32(p.size + 1);
    this.#addKernel = arena.kernels.addConductances;
    this.#perUnit = this.#ratio / (p.leakConductance ?? membranes.capacitance.at(0) / tau);
    this.#reversals = [p.reversalExc - vInf, p.reversalInh - vInf];
    const table = attractorTable(this.#ratio);
    this.table = arena.f64(table.length);
    this.table.set(table);
    this.u = arena.f64(FIELDS * p.size);
    this.clock = arena.f64(3);
    this.steps = arena.f64(11);
    this.steps[0] = 1;
    this.steps[3] = this.#ratio;
    this.steps[9] = tau;
    this.state = { u: this.u, clock: this.clock };
    this.record = {
      ...{ u: this.u, clock: this.clock, table: this.table, steps: this.steps, uncovered: this.#rest },
      ...{ tau, ratio: this.#ratio, span: this.#span, perUnit: this.#perUnit },
      ...{ excReversal: this.#reversals[0], inhReversal: this.#reversals[1] },
    };
  }

  /** Moves the reference time if it lies too far back; what all neurons share at t is found when somebody asks. */
  advanceTo(t: number): void {
    this.steps[8] = t;
    if (t - this.clock[0]! > this.#span) this.#rebase(t);
  }

  restored(): void {
    this.steps[0] = 1;
    this.#decayTime = Number.NaN;
    this.#cachedNeuron = -1;
  }

  setJumps(factor: number, inhibitory: boolean | null): void {
    const now = this.steps[8]!;
    this.steps[0] = this.#decayAt(now);
    this.steps[1] = exp((this.clock[0]! - now) / this.#tau);
    this.steps[2] = 1 / this.steps[1]!;
    const unit = (this.#perUnit * factor) / this.steps[0]!;
    for (const k of [0, 1] as const) {
      this.steps[4 + 2 * k] = unit;
      this.steps[5 + 2 * k] = unit * this.#reversals[inhibitory === null ? k : (Number(inhibitory) as 0 | 1)];
    }
  }

  isRefractory(j: number): boolean {
    return this.u[FIELDS * j] === REFRACTORY;
  }

  setRefractory(j: number): void {
    this.u[FIELDS * j] = REFRACTORY;
  }

  clear(): void {
    this.u.fill(0);
  }

  initialise(j: number, exc: number, inh: number, mV: number): void {
    const now = this.steps[8]!;
    const unit = this.#perUnit / this.#decayAt(now);
    this.u[FIELDS * j + SUM] = unit * (exc + inh);
    this.u[FIELDS * j + REVERSAL] = unit * (exc * this.#reversals[0] + inh * this.#reversals[1]);
    this.setPotential(j, mV, now);
  }

  setPotential(j: number, mV: number, t: number): void {
    this.#cachedNeuron = -1;
    this.u[FIELDS * j] = this.#constantFor(j, mV, t);
  }

  potential(j: number, t: number): number {
    return this.#potential(this.u[FIELDS * j]!, j, t);
  }

  /** The excitatory or the inhibitory conductance at t, nS: of their sum and that of their reversals (NaN if both reversals are the same). */
  conductance(j: number, t: number, inhibitory: 0 | 1): number {
    const [own, other] = [this.#reversals[inhibitory], this.#reversals[1 - inhibitory]!];
    const o = FIELDS * j;
    const sum = (this.u[o + REVERSAL]! - this.u[o + SUM]! * other) / (own - other);
    return (Math.max(sum, 0) * this.#decayAt(t)) / this.#perUnit;
  }

  from(j: number, mV: number, start: number, t: number): number {
    return this.#potential(this.#constantFor(j, mV, start), j, t);
  }

  receive(
    bar: Float64Array,
    edges: CurrentRow,
    from: number,
    to: number,
    suspects: Uint32Array,
    values: Float64Array,
    found: number,
  ): number {
    const count = this.#addKernel(
      this.u,
      bar,
      this.table,
      edges,
      from,
      to,
      this.steps,
      suspects,
      values,
      found,
      this.#rest,
    );
    return this.#rest[0] === 0 ? count : this.receiveRest(edges, from, suspects, values, count);
  }

  /** Those of the arrivals along a row, or its part from `from` on, that a kernel has left. */
  receiveRest(edges: CurrentRow, from: number, suspects: Uint32Array, values: Float64Array, found: number): number {
    const rest = this.#rest;
    let count = found;
    for (let k = 1; k <= rest[0]!; k++) {
      const edge = rest[k]!;
      const j = edges.targets === null ? edge - from : edges.targets[edge]!;
      const mV = this.#receiveOne(j, edges.weights === null ? edges.weight : edges.weights[edge]!);
      if (mV === REFRACTORY || !this.#markCandidate(j)) continue;
      values[count] = mV;
      suspects[count++] = j;
    }
    return count;
  }

  /** One arrival at the instant that was set, wherever the table may end; returns the potential. */
  #receiveOne(j: number, w: number): number {
    const o = FIELDS * j;
    const now = this.steps[8]!;
    const mV = this.isRefractory(j) ? REFRACTORY : this.potential(j, now);
    this.u[o + SUM]! += w >= 0 ? w * this.steps[4]! : -w * this.steps[6]!;
    this.u[o + REVERSAL]! += w >= 0 ? w * this.steps[5]! : -w * this.steps[7]!;
    if (mV !== REFRACTORY) this.setPotential(j, mV, now);
    return mV;
  }

  /** Marks a neuron as listed; false if it was. */
  #markCandidate(j: number): boolean {
    if (this.u[FIELDS * j + UNTIL] === LISTED) return false;
    this.u[FIELDS * j + UNTIL] = LISTED;
    return true;
  }

  /** See `boundTimeToThreshold`; `bar` is mV without input. */
  timeBelow(j: number, t: number, bar: number, mV = this.potential(j, t)): number {
    this.#cachedNeuron = j;
    this.#cachedTime = t;
    this.#cachedPotential = mV;
    const fade = this.#decayAt(t);
    const o = FIELDS * j;
    return (
      boundTimeToThreshold(this.u[o + SUM]! * fade, this.u[o + REVERSAL]! * fade, mV, bar, this.#ratio) * this.#ratio
    );
  }

  timeBelowAfterRelease(j: number, mV: number, bar: number): number {
    const o = FIELDS * j;
    const fade = this.steps[0]! / this.#ratio; // of the last arrival, no less than now
    const pull = Math.max(this.u[o + REVERSAL]! - mV * this.u[o + SUM]!, 0) * fade;
    return linearTimeBelow(mV, bar, pull) * this.#tau;
  }

  /**
   * When a neuron reaches `bar` if nothing arrives; Infinity for never. Where conductances pull towards the bar or beyond, the slope only
   * falls while the drive there is upwards: Newton's method comes from the left and never passes the first crossing; when the drive
   * is not upwards any more, there is none. Once the slope falls by less than a quarter till there it is Halley's method, which may pass the crossing by little.
   * Where they hold U back from a bar that a constant current alone leads to, there is one crossing once the drive has turned.
   */
  crossing(j: number, t: number, bar: number): number {
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
      const next = at + (this.#tau * ts * newton) / (bend < 0.125 ? 1 - bend : 1);
      const step = next - at;
      if (mV >= bar && !(Math.abs(step) < Math.abs(last) / 8)) return at;
      const upwards = reversal - bar * b;
      if (upwards < 0 && bar < 0)
        return this.#solveSingleCrossing(j, at + this.#tau * ts * Math.max(0, log(upwards / (bar * ts))), bar);
      if (!(upwards > bar * ts)) return Infinity;
      if (isLastStep(step, last, step / last)) return next;
      last = step;
      at = next;
      mV = this.potential(j, at);
    }
  }

  /** The one crossing of `bar` from `from` on, by Newton's method within a bracket. */
  #solveSingleCrossing(j: number, from: number, bar: number): number {
    const o = FIELDS * j;
    let [low, high, last] = [from, Infinity, 0];
    let width = this.#tau * this.#ratio;
    for (let at = from; ; ) {
      const fade = this.#decayAt(at);
      const mV = this.potential(j, at);
      if (mV < bar) low = at;
      else high = at;
      if (!(high - low > MIN_STEP)) return high;
      const b = this.u[o + SUM]! * fade;
      const slope = this.u[o + REVERSAL]! * fade - mV * (b + this.#ratio);
      const step = (this.#tau * this.#ratio * (bar - mV)) / slope;
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
    if (t !== this.#decayTime)
      this.#lastDecay = exp((this.clock[0]! - (this.#decayTime = t)) / this.#tau / this.#ratio);
    return this.#lastDecay;
  }

  #potential(c: number, j: number, t: number): number {
    const fade = this.#decayAt(t);
    const b = this.u[FIELDS * j + SUM]! * fade;
    const drive = this.u[FIELDS * j + REVERSAL]! * fade;
    const m = exp((this.clock[0]! - t) / this.#tau);
    if (b >= MIN_TABULATED && b < MAX_TABULATED)
      return (c * m + drive * lookUpAttractor(this.table, b)) * expOfLookup(this.table);
    return (b > MAX_EXPONENT ? 0 : c * m * exp(b)) + this.#attractorPotential(drive, b);
  }

  #constantFor(j: number, mV: number, t: number): number {
    const fade = this.#decayAt(t);
    const b = this.u[FIELDS * j + SUM]! * fade;
    const drive = this.u[FIELDS * j + REVERSAL]! * fade;
    const perM = exp((t - this.clock[0]!) / this.#tau);
    if (b >= MIN_TABULATED && b < MAX_TABULATED) {
      const share = drive * lookUpAttractor(this.table, b);
      return (mV / expOfLookup(this.table) - share) * perM;
    }
    return b > MAX_EXPONENT ? 0 : (mV - this.#attractorPotential(drive, b)) * perM * exp(-b);
  }

  /** E P(b) where the table does not cover b. */
  #attractorPotential(drive: number, b: number): number {
    return b === 0 ? 0 : (drive * attractorAt(this.#ratio, b)) / b;
  }

  #rebase(t: number): void {
    const { u } = this;
    const m = exp((this.clock[0]! - t) / this.#tau);
    const fade = exp((this.clock[0]! - t) / this.#tau / this.#ratio);
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
