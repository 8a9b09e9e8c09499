import type { Arena } from '../../core/kernels/arena.ts';
import { exp } from '../../core/math.ts';
import { snap, TICK } from '../../core/time.ts';
import type { Psp } from './psp.ts';

/** Number of interval lengths (levels): level l lasts unit × 2^l, with unit = 1/32 of the shortest time constant. */
const LEVEL_COUNT = 16;
const INITIAL_LEVEL = 3;
/** Computing time to start a check interval, relative to the time per neuron of a scan of all neurons. */
const INTERVAL_COST = 150;
/** Computing time to check one neuron alone, relative to the time per neuron of a scan of all neurons. */
const CHECK_COST = 20;

const [END, LEVEL, CHECK_COUNT] = [0, 1, 2] as const;
const STRIDE = 4;

/**
 * Check interval of adaptive length. At its start, a scan of all neurons finds candidates, which may reach threshold before its end; only
 * candidates are checked individually. An arrival raises V by at most drive × remaining time, because a PSP's slope is at most its drive.
 * Long intervals need many checks, short intervals many scans; the costs of the last interval determine the next length. The length never
 * affects spike times.
 */
export class CheckInterval {
  /** Array [end of the interval in ms, length as an exponent of 2 (level), number of checks]; end Infinity: intervals are not used. */
  readonly intervalState;
  /**
   * Factors of the maximum rise of V in an interval, four per interval length. They multiply V - Vinf > 0, V - Vinf <
   * 0, the excitatory drive and the inhibitory drive.
   */
  readonly riseTable;
  readonly #timeUnit;
  readonly #updateCost;
  readonly #excPeak;

  constructor(size: number, rate: number, exc: Psp, inh: Psp, rateA: number, arena: Arena) {
    this.#timeUnit = Math.max(snap(1 / (32 * Math.max(rate, exc.decayRate, inh.decayRate))), TICK);
    this.#updateCost = size + INTERVAL_COST;
    this.#excPeak = exc.peak;
    this.intervalState = arena.f64(3);
    this.intervalState[LEVEL] = INITIAL_LEVEL;
    if (rateA > 0) this.intervalState[END] = Infinity; // decaying thresholds are not tested in one pass
    this.riseTable = arena.f64(LEVEL_COUNT * STRIDE);
    for (let level = 0; level < LEVEL_COUNT; level++) {
      const width = this.#timeUnit * 2 ** level;
      const bend = Math.min(2 * inh.peakTime, width); // the slope of phi is lowest at twice its peak time
      const e = exp(-bend * inh.decayRate);
      const steepest = inh.slope(inh.response(bend, exp(-bend * rate), e), e);
      this.riseTable.set([-width * rate * exp(-width * rate), -width * rate, width, width * steepest], STRIDE * level);
    }
  }

  get end() {
    return this.intervalState[END]!;
  }

  get currentRises() {
    const from = STRIDE * this.intervalState[LEVEL]!;
    return this.riseTable.subarray(from, from + STRIDE);
  }

  /** Maximum rise of V from time t to the end of the interval, per unit of excitatory drive at t, ms. */
  maxRisePerDrive(t: number): number {
    return Math.min(this.intervalState[END]! - t, this.#excPeak);
  }

  addCheckCount(count: number) {
    this.intervalState[CHECK_COUNT]! += count;
  }

  startInterval(t: number): boolean {
    const { intervalState } = this;
    if (intervalState[END] === Infinity) return false;
    const spent = CHECK_COST * intervalState[CHECK_COUNT]!;
    if (spent > 1.5 * this.#updateCost) intervalState[LEVEL] = Math.max(intervalState[LEVEL]! - 1, 0);
    else if (spent < 0.5 * this.#updateCost)
      intervalState[LEVEL] = Math.min(intervalState[LEVEL]! + 1, LEVEL_COUNT - 1);
    intervalState[CHECK_COUNT] = 0;
    intervalState[END] = t + this.#timeUnit * 2 ** intervalState[LEVEL]!;
    return true;
  }
}
