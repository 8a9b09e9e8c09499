import type { Arena } from '../../core/kernels/arena.ts';
import { exp } from '../../core/math.ts';
import { snap, TICK } from '../../core/time.ts';
import type { Psp } from './psp.ts';

/** A round lasts unit × 2^level, the unit being 1/32 of the shortest time constant. */
const LEVEL_COUNT = 16;
const INITIAL_LEVEL = 3;
/** What rounds and looks cost, in units of a neuron's share in a round. */
const INTERVAL_COST = 150;
const CHECK_COST = 20;

const [END, LEVEL, LOOKS] = [0, 1, 2] as const;
const STRIDE = 4;

/**
 * Rounds: at the start of each, all neurons are tested in one sweep whether they can reach threshold before its end, and only
 * those that can are looked at by themselves. What an arrival may do until then is little: at most the time that is left,
 * as phi' <= 1. Long rounds make many looks, short ones many sweeps; each takes its length from what the last one cost. That
 * decides when neurons are looked at, never when they fire.
 */
export class CheckInterval {
  /** [end of this round, level, looks in it]; without rounds the end is Infinity. */
  readonly clock: Float64Array;
  /** Rise within a round of each level per unit of p > 0, p <= 0, excitatory and inhibitory drive: no slope is larger. */
  readonly table: Float64Array;
  readonly #unit: number;
  readonly #updateCost: number;
  readonly #peak: number;

  constructor(size: number, rate: number, exc: Psp, inh: Psp, rateA: number, arena: Arena) {
    this.#unit = Math.max(snap(1 / (32 * Math.max(rate, exc.rate, inh.rate))), TICK);
    this.#updateCost = size + INTERVAL_COST;
    this.#peak = exc.peak;
    this.clock = arena.f64(3);
    this.clock[LEVEL] = INITIAL_LEVEL;
    if (rateA > 0) this.clock[END] = Infinity; // thresholds that decay are not swept
    this.table = arena.f64(LEVEL_COUNT * STRIDE);
    for (let level = 0; level < LEVEL_COUNT; level++) {
      const width = this.#unit * 2 ** level;
      const bend = Math.min(2 * inh.peakTime, width); // phi is steepest downwards at twice its peak time
      const e = exp(-bend * inh.rate);
      const steepest = inh.slope(inh.response(bend, exp(-bend * rate), e), e);
      this.table.set([-width * rate * exp(-width * rate), -width * rate, width, width * steepest], STRIDE * level);
    }
  }

  get end(): number {
    return this.clock[END]!;
  }

  /** The row of the present level. */
  get row(): Float64Array {
    const from = STRIDE * this.clock[LEVEL]!;
    return this.table.subarray(from, from + STRIDE);
  }

  /** How much a drive of 1 mV/ms that begins at t raises V at most until the round ends. */
  maxResponse(t: number): number {
    return Math.min(this.clock[END]! - t, this.#peak);
  }

  /** Books looks. */
  countChecks(count: number): void {
    this.clock[LOOKS]! += count;
  }

  /** Begins the next round at t; false when there are none. */
  start(t: number): boolean {
    const { clock } = this;
    if (clock[END] === Infinity) return false;
    const spent = CHECK_COST * clock[LOOKS]!;
    if (spent > 1.5 * this.#updateCost) clock[LEVEL] = Math.max(clock[LEVEL]! - 1, 0);
    else if (spent < 0.5 * this.#updateCost) clock[LEVEL] = Math.min(clock[LEVEL]! + 1, LEVEL_COUNT - 1);
    clock[LOOKS] = 0;
    clock[END] = t + this.#unit * 2 ** clock[LEVEL]!;
    return true;
  }
}
