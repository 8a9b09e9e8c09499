import { clip } from '../lists.ts';

/** Change of the device state x by one pulse: mean, derivative of the mean, and variance. */
interface Drift {
  /** Mean change of state x by a pulse. @param readingIndex index of the reading before the pulse */
  readonly getMeanStep: (x: number, readingIndex: number) => number;
  readonly getStepSlope: (x: number) => number;
  readonly getStepVariance: (x: number) => number;
}

export type SmoothedTrain = ReturnType<typeof smoothTrain>;

/** A reading that deviates from its prediction by more than this number of standard deviations is a jump or an outlier. */
const MAX_DEVIATIONS = 5;

/**
 * States of a train by a Kalman filter and the smoother of Rauch, Tung & Striebel 1965 (doi:10.2514/3.3166).
 * `covariance`: covariance of each state with the previous one; `logLikelihood`: of all readings, up to a constant.
 * @param pulses number of pulses between readings i and i + 1
 * @param scatter variance of the read noise at state x
 */
export function smoothTrain(
  y: readonly number[],
  pulses: readonly number[],
  drift: Drift,
  scatter: (x: number) => number,
) {
  const n = y.length;
  const list = () => new Float64Array(n);
  const [state, variance, expected, spread, slopes, covariance] = [list(), list(), list(), list(), list(), list()];
  state[0] = y[0]!;
  variance[0] = scatter(y[0]!);
  let logLikelihood = 0;
  for (let i = 1; i < n; i++) {
    const [x, times] = [state[i - 1]!, pulses[i - 1]!];
    const slope = clip(1 + times * drift.getStepSlope(x));
    slopes[i - 1] = slope;
    expected[i] = x + times * drift.getMeanStep(x, i - 1);
    spread[i] = slope * slope * variance[i - 1]! + times * drift.getStepVariance(x);
    let own = scatter(expected[i]!);
    let total = spread[i]! + own;
    const off = y[i]! - expected[i]!;
    const far = total > 0 ? (off * off) / total : 0;
    if (far > MAX_DEVIATIONS ** 2) {
      // A reading far from the model's prediction is a jump of the state if the next reading agrees with it; otherwise
      // it is an outlier.
      const stays = i + 1 < n && Math.abs(y[i + 1]! - y[i]!) < Math.abs(y[i + 1]! - expected[i]!);
      if (stays) spread[i]! += off * off - total;
      else own += off * off - total;
      total = off * off;
    }
    if (total > 0) logLikelihood -= (Math.log(total) + (off * off) / total) / 2;
    const gain = total > 0 ? spread[i]! / total : 1;
    state[i] = expected[i]! + gain * off;
    variance[i] = (1 - gain) * spread[i]!;
  }
  for (let i = n - 2; i >= 0; i--) {
    const back = spread[i + 1]! > 0 ? (variance[i]! * slopes[i]!) / spread[i + 1]! : 0;
    state[i]! += back * (state[i + 1]! - expected[i + 1]!);
    variance[i]! += back * back * (variance[i + 1]! - spread[i + 1]!);
    covariance[i + 1] = back * variance[i + 1]!;
  }
  return { state, variance, covariance, logLikelihood };
}
