import type { Arena } from '../../core/kernels/arena.ts';
import { BoundPlaces, VoltagePlaces } from '../../core/kernels/records.ts';
import { exp } from '../../core/math.ts';
import { snap, TICK } from '../../core/time.ts';
import type { Psp } from './psp.ts';

const CHORD_COUNT = 64;
const BISECTION_COUNT = 60;
const FIRST_VALUE_INDEX = 2;

/**
 * Upper bound of p e^(-t/tauM) + E phi(t) over all t >= 0: V - Vinf of a neuron with membrane term p and excitatory drive E >= 0; phi is
 * the PSP. If p >= E tauM, V - Vinf only falls. Otherwise its maximum is E F(p/E), where F(q) is the maximum of q e^(-t/tauM) + phi(t). F
 * is convex, so chords between tabulated values lie above F. F increases with q, so F(-tauM) is a bound for all smaller q.
 */
function createPeakBound(rateM: number, psp: Psp, arena: Arena) {
  const tauM = 1 / rateM;
  const perWidth = (CHORD_COUNT * rateM) / 2;
  // The table has one value beyond its last argument, tauM: rounding may give exactly tauM, and interpolation then reads that value.
  const values = Float64Array.from({ length: CHORD_COUNT + 2 }, (_, k) => {
    const q = k / perWidth - tauM;
    let low = 0;
    let high = 64 * Math.max(1 / rateM, 1 / psp.decayRate);
    const value = (t: number) => q * exp(-t * rateM) + psp.response(t, exp(-t * rateM), exp(-t * psp.decayRate));
    for (let n = 0; n < BISECTION_COUNT; n++) {
      const t = (low + high) / 2;
      const e = exp(-t * psp.decayRate);
      const m = exp(-t * rateM);
      if (psp.slope(psp.response(t, m, e), e) > q * rateM * m) low = t;
      else high = t;
    }
    return Math.max(value(low), 0);
  });
  const table = arena.f64(FIRST_VALUE_INDEX + values.length);
  table.set([tauM, perWidth, ...values]);
  return {
    /**
     * Table of the maximum of q e^(-t/tauM) + PSP(t) over t, piecewise linear in q: tauM (ms), number of pieces per
     * ms, values at the ends of the pieces.
     */
    table,
    /** Upper bound of p e^(-t/tauM) + `drive` × PSP(t) for all t >= 0, mV, up to rounding. */
    boundAt(p: number, drive: number): number {
      if (p >= drive * tauM) return Math.max(p, 0);
      const q = p / drive;
      if (!(q > -tauM)) return drive * table[FIRST_VALUE_INDEX]!;
      const x = (q + tauM) * perWidth;
      const k = Math.floor(x);
      const a = table[FIRST_VALUE_INDEX + k]!;
      return drive * (a + (x - k) * (table[FIRST_VALUE_INDEX + k + 1]! - a));
    },
  };
}

/** Ends of the time segments of a voltage bound, in 1/32 of the shortest time constant. */
const SEGMENT_ENDS = [0, 1, 3, 8, 16, 32, 48, 64, 96, 128, 192, 256];
/** Safety distance below threshold that bounds must keep, mV; far above accumulated rounding errors. */
const SAFETY_DISTANCE = 1e-9;
/** Fraction of the present distance from threshold that must remain while a bound is valid. */
const KEPT_DISTANCE_FRACTION = 0.35;

const STRIDE = BoundPlaces.LENGTH;
const { m: M, phiE: PHI_E, phiI: PHI_I, a: A, tailE: TAIL_E } = BoundPlaces;
const { mFromA: M_FROM_A, mFromB: M_FROM_B, riseE: RISE_E, riseI: RISE_I } = BoundPlaces;
const { aFromA: A_FROM_A, aFromB: A_FROM_B } = BoundPlaces;

/**
 * Lower bound of the time until a neuron can reach its threshold. The distance from threshold, negative below it, is
 * g(t) = c + p e^(-t/tauM) + E phiE + I phiI - a e^(-t/tauA); see `Trajectory`. On a time segment, g is at most its
 * initial value plus length × largest slope (both tabulated). After the start of a segment, g is at most the sum of its
 * positive terms. `createPeakBound` may show that g always stays below 0.
 */
export class VoltageBound {
  /** Result of `computeBound`: time for which the distance from threshold exceeds `thresholdMargin`, ms. */
  timeBelow = 0;
  /** Result of `computeBound`: minimum distance from threshold during `timeBelow`, mV. */
  thresholdMargin = 0;
  /** Length of the first of the time segments on which V is bounded, ms: the smallest possible `timeBelow`. */
  readonly minTimeBelow: number;
  readonly #segmentStarts;
  readonly #segmentTable;
  readonly #peakBound;
  /** Arrays for kernels: decay factors and PSPs at the present time, segment table, segment starts (ms), peak bound. */
  readonly tables;

  constructor(rate: number, exc: Psp, inh: Psp, rateA: number, arena: Arena) {
    this.#peakBound = createPeakBound(rate, exc, arena);
    const unit = 1 / (32 * Math.max(rate, exc.decayRate, inh.decayRate, rateA));
    this.#segmentStarts = arena.f64(SEGMENT_ENDS.length);
    this.#segmentStarts.set(SEGMENT_ENDS.map((k) => Math.max(snap(k * unit), k * TICK)));
    this.minTimeBelow = this.#segmentStarts[1]!;
    this.#segmentTable = arena.f64(STRIDE * SEGMENT_ENDS.length);
    const now = arena.f64(VoltagePlaces.LENGTH);
    now[VoltagePlaces.guard] = SAFETY_DISTANCE;
    now[VoltagePlaces.marginShare] = KEPT_DISTANCE_FRACTION;
    this.tables = { now, table: this.#segmentTable, starts: this.#segmentStarts, ceiling: this.#peakBound.table };
    const phi = (psp: Psp, t: number) => psp.response(t, exp(-t * rate), exp(-t * psp.decayRate));
    const slope = (psp: Psp, t: number) => psp.slope(phi(psp, t), exp(-t * psp.decayRate));
    for (let k = 0; k < SEGMENT_ENDS.length; k++) {
      const a = this.#segmentStarts[k]!;
      const b = this.#segmentStarts[k + 1] ?? a;
      const width = b - a;
      const bend = Math.min(Math.max(2 * inh.peakTime, a), b); // the slope of phi is lowest at twice its peak time
      const row = this.#segmentTable.subarray(STRIDE * k, STRIDE * (k + 1));
      row[M] = exp(-a * rate);
      row[PHI_E] = phi(exc, a);
      row[PHI_I] = phi(inh, a);
      row[A] = exp(-a * rateA);
      row[M_FROM_A] = -width * rate * exp(-a * rate);
      row[M_FROM_B] = -width * rate * exp(-b * rate);
      row[RISE_E] = width * Math.max(slope(exc, a), slope(exc, b));
      row[RISE_I] = width * slope(inh, bend);
      row[A_FROM_A] = width * rateA * exp(-a * rateA);
      row[A_FROM_B] = width * rateA * exp(-b * rateA);
      row[TAIL_E] = a < exc.peakTime ? exc.peak : row[PHI_E];
    }
  }

  /**
   * Computes how long a neuron stays below threshold (`timeBelow`) and by which distance (`thresholdMargin`). Returns false if it may reach
   * threshold within the first segment. If no crossing can occur within `within` ms, `timeBelow` is Infinity.
   */
  computeBound(c: number, p: number, drive: number, inhibition: number, above: number, within: number): boolean {
    if (c < 0) {
      // The peak bound ignores inhibitory current. Without inhibition, no other bound is tighter; with inhibition, the peak bound is used
      // only if it lies far below threshold.
      const highest = c + this.#peakBound.boundAt(p, drive) - Math.min(above, 0);
      if (highest < -SAFETY_DISTANCE && (inhibition === 0 || highest < KEPT_DISTANCE_FRACTION * (c + p - above))) {
        return this.#setBound(Infinity, -highest);
      }
    }
    const table = this.#segmentTable;
    const mSlope = p > 0 ? M_FROM_B : M_FROM_A;
    const aSlope = above > 0 ? A_FROM_A : A_FROM_B;
    const lasting = Math.max(p, 0);
    const below = Math.min(above, 0);
    const last = STRIDE * (SEGMENT_ENDS.length - 1);
    let worst = -Infinity;
    let limit = 0;
    let kept = 0;
    let slack = 0;
    for (let k = 0, o = 0; ; k++, o += STRIDE) {
      if (c < 0) {
        const tail = c + lasting * table[o + M]! + drive * table[o + TAIL_E]! - below * table[o + A]!;
        if (tail <= worst || (o === last && tail < -SAFETY_DISTANCE)) {
          return this.#setBound(Infinity, -Math.max(worst, tail));
        }
      }
      if (kept === 0 && this.#segmentStarts[k]! >= within) {
        return this.#setBound(Infinity, -worst);
      }
      const start =
        c + p * table[o + M]! + drive * table[o + PHI_E]! + inhibition * table[o + PHI_I]! - above * table[o + A]!;
      const rise =
        p * table[o + mSlope]! +
        drive * table[o + RISE_E]! +
        inhibition * table[o + RISE_I]! +
        above * table[o + aSlope]!;
      const bound = rise > 0 ? start + rise : start;
      if (k === 0) limit = Math.min(bound * KEPT_DISTANCE_FRACTION, -SAFETY_DISTANCE);
      else if (kept === 0 && (bound > limit || o === last)) {
        kept = k;
        slack = worst;
      }
      if (bound > -SAFETY_DISTANCE || o === last || (kept > 0 && c >= 0)) {
        return k > 0 && this.#setBound(this.#segmentStarts[kept]!, -slack);
      }
      if (bound > worst) worst = bound;
    }
  }

  #setBound(timeBelow: number, thresholdMargin: number): true {
    this.timeBelow = timeBelow;
    this.thresholdMargin = thresholdMargin;
    return true;
  }
}
