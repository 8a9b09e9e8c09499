/** Change of the state between two successive readings. */
export interface Change {
  /** State before the change. */
  readonly from: number;
  /** Estimated change of the state by all pulses between the readings. */
  readonly by: number;
  /** Variance of the estimated change. */
  readonly unseen: number;
  /** Difference of the two readings, including the read noise of both. */
  readonly read: number;
  /** Number of pulses between the readings. */
  readonly pulses: number;
}

/** Changes from similar states: mean and variance of the change by one pulse. */
export interface StateBin {
  readonly from: number;
  readonly mean: number;
  readonly variance: number;
  readonly changes: readonly Change[];
}

/** Limits of a bin, either of which ends it: number of changes, and width as a fraction of the range. */
const [FULL_COUNT, FULL_WIDTH] = [30, 1 / 32];
/** Largest gap between neighbouring states within a bin, as a share of the range. */
const MAX_GAP = 1 / 20;
const MAX_BINS = 64;
/** Required distance of a bin's mean change from 0, in standard errors. */
const MIN_STANDARD_ERRORS = 3;

const average = (list: readonly Change[], of: (c: Change) => number): number =>
  list.reduce((sum, c) => sum + of(c), 0) / list.length;

/** Groups changes, sorted by state, into groups of at least `least` changes. */
function groupChanges(changes: readonly Change[], range: number, least: number): Change[][] {
  const groups: Change[][] = [];
  for (const c of changes.toSorted((a, b) => a.from - b.from)) {
    const last = groups.at(-1);
    const isFull = (own: Change[]) =>
      own.length >= least && (own.length >= FULL_COUNT || c.from - own[0]!.from > FULL_WIDTH * range);
    if (last === undefined || c.from - last.at(-1)!.from > MAX_GAP * range || isFull(last)) groups.push([c]);
    else last.push(c);
  }
  return groups;
}

const from = (own: readonly Change[]): number => average(own, (c) => c.from);

/**
 * Groups changes into bins by ascending state, so wide that each mean change differs significantly from 0.
 * @param range range of all states
 * @param variance approximate variance of the change by one pulse
 */
export function createBins(changes: readonly Change[], range: number, variance: number): StateBin[] {
  const mean = average(changes, (c) => c.by / c.pulses);
  const clear = (MIN_STANDARD_ERRORS * MIN_STANDARD_ERRORS * variance) / (mean * mean) || 1;
  const least = Math.min(Math.max(clear, changes.length / MAX_BINS), changes.length / 4);
  const bins = groupChanges(changes, range, least).map((own): StateBin => {
    const weight = own.reduce((sum, c) => sum + c.pulses, 0);
    return { from: from(own), mean: own.reduce((sum, c) => sum + c.by, 0) / weight, variance: 0, changes: own };
  });
  return withVariance(bins, interpolateBins(bins));
}

const withVariance = (bins: readonly StateBin[], line: Drift): StateBin[] =>
  bins.map((bin) => ({
    ...bin,
    variance: average(bin.changes, (c) => ((c.by - c.pulses * line.mean(c.from, 0)) ** 2 + c.unseen) / c.pulses),
  }));

/** Interpolates the mean step and its variance linearly between bins; constant outside the outer bins. */
export function interpolateBins(bins: readonly StateBin[]): Drift {
  const place = (x: number): [StateBin, StateBin, number] => {
    const next = bins.findIndex(({ from }) => from > x);
    const [a, b] = [bins.at(next <= 0 ? next : next - 1)!, bins.at(next)!];
    return [a, b, a === b ? 0 : (x - a.from) / (b.from - a.from)];
  };
  return {
    mean(x) {
      const [a, b, share] = place(x);
      return a.mean + share * (b.mean - a.mean);
    },
    slope(x) {
      const [a, b] = place(x);
      return a === b ? 0 : (b.mean - a.mean) / (b.from - a.from);
    },
    variance(x) {
      const [a, b, share] = place(x);
      return a.variance + share * (b.variance - a.variance);
    },
  };
}

/** Change of state x by one pulse: mean, its derivative, and variance. All conductances have the same unit. */
export interface Drift {
  mean(x: number, reading: number): number;
  slope(x: number): number;
  variance(x: number): number;
}

/** Estimated states of one train, free of read noise. */
export interface SmoothedTrain {
  readonly state: Float64Array;
  readonly variance: Float64Array;
  /** Covariance of each state with the previous state; 0 for the first state. */
  readonly covariance: Float64Array;
}

/** Largest deviation of a reading from its prediction, standard deviations; a larger one is a jump or an outlier. */
const MAX_DEVIATIONS = 5;

/**
 * Estimates the states of a train by a Kalman filter and the smoother of Rauch, Tung & Striebel 1965 (doi:10.2514/3.3166), linearised at
 * each state.
 * @param y readings
 * @param pulses number of pulses between readings i and i + 1
 * @param scatter variance of the read noise at state x
 */
export function smoothTrain(
  y: readonly number[],
  pulses: readonly number[],
  drift: Drift,
  scatter: (x: number) => number,
): SmoothedTrain {
  const n = y.length;
  const list = () => new Float64Array(n);
  const [state, variance, expected, spread, keep, covariance] = [list(), list(), list(), list(), list(), list()];
  state[0] = y[0]!;
  variance[0] = scatter(y[0]!);
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
    if (far > MAX_DEVIATIONS ** 2) {
      // If the next reading agrees with this one, the state has jumped; otherwise this reading is an outlier.
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
  return { state, variance, covariance };
}
