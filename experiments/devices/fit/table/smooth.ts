/** What pulses do to a state: mean change by one pulse, its slope in the state, and its variance. Conductances in any one unit. */
export interface Drift {
  mean(x: number, reading: number): number;
  slope(x: number): number;
  variance(x: number): number;
}

/** What is known of the states behind the readings of one train. */
export interface Smoothed {
  readonly state: Float64Array;
  readonly variance: Float64Array;
  /** Covariance of each state with the one before it; 0 of the first. */
  readonly covariance: Float64Array;
  /** ln of the likelihood of the readings, up to a constant. */
  readonly likelihood: number;
}

/** A reading that is farther from what was expected than this many standard deviations counts as if it were not. */
const FARTHEST = 5;

/**
 * States behind readings that scatter, by a Kalman filter and the smoother of Rauch, Tung & Striebel 1965 (doi:10.2514/3.3166),
 * linearised at each state. `pulses[i]`: between readings i and i + 1; `scatter`: variance of a reading of state x.
 */
export function smooth(
  y: readonly number[],
  pulses: readonly number[],
  drift: Drift,
  scatter: (x: number) => number,
): Smoothed {
  const n = y.length;
  const list = () => new Float64Array(n);
  const [state, variance, expected, spread, keep, covariance] = [list(), list(), list(), list(), list(), list()];
  state[0] = y[0]!;
  variance[0] = scatter(y[0]!);
  let likelihood = 0;
  for (let i = 1; i < n; i++) {
    const [x, times] = [state[i - 1]!, pulses[i - 1]!];
    const kept = Math.min(Math.max(1 + times * drift.slope(x), 0), 1);
    keep[i - 1] = kept;
    expected[i] = x + times * drift.mean(x, i - 1);
    spread[i] = kept * kept * variance[i - 1]! + times * drift.variance(x);
    let own = scatter(expected[i]!);
    let total = spread[i]! + own;
    const off = y[i]! - expected[i]!;
    const far = total > 0 ? (off * off) / total : 0;
    likelihood -= (Math.log(Math.max(total, Number.MIN_VALUE)) + Math.min(far, FARTHEST ** 2)) / 2;
    if (far > FARTHEST ** 2) {
      // The state jumped where the next reading stays with this one; else this one is wrong.
      const stays = i + 1 < n && Math.abs(y[i + 1]! - y[i]!) < Math.abs(y[i + 1]! - expected[i]!);
      if (stays) spread[i]! += off * off - total;
      else own += off * off - total;
      total = off * off;
    }
    const gain = total > 0 ? spread[i]! / total : 1;
    state[i] = expected[i]! + gain * off;
    variance[i] = (1 - gain) * spread[i]!;
  }
  for (let i = n - 2; i >= 0; i--) {
    const back = spread[i + 1]! > 0 ? (variance[i]! * keep[i]!) / spread[i + 1]! : 0;
    state[i]! += back * (state[i + 1]! - expected[i + 1]!);
    variance[i]! += back * back * (variance[i + 1]! - spread[i + 1]!);
    covariance[i + 1] = back * variance[i + 1]!;
  }
  return { state, variance, covariance, likelihood };
}
