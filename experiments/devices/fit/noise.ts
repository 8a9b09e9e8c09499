import jstat from 'jstat';
import type { Curves, Passage } from './curves.ts';

/** How readings scatter about the curve: each reading, and each step. */
export interface Noise {
  /** Whether the scatter of a reading is the same everywhere or goes with the conductance. */
  readonly kind: 'absolute' | 'relative';
  /** Sd of a reading, in units of `unit` or as a share of the conductance. */
  readonly reading: number;
  /** Sd of a step as a share of the step. */
  readonly step: number;
}

/** A linear filter that turns residuals into independent ones of variance 1, and the logarithm of its determinant. */
interface Whitening {
  readonly apply: (residuals: Float64Array) => Float64Array;
  /** Sum of the logarithms of the innovations' variances. */
  readonly logVariance: number;
}

/** Relative noise is taken no smaller than that of this share of the largest conductance. */
const SMALLEST = 1e-3;

function variances(kind: Noise['kind'], curves: Float64Array): Float64Array {
  return kind === 'absolute' ? new Float64Array(curves.length).fill(1) : curves.map((g) => Math.max(g, SMALLEST) ** 2);
}

/** One Kalman filter a train: a step's deviation stays in the state and fades along the curve, that of a reading does not. */
export function whitening(
  c: Curves,
  passages: readonly Passage[],
  curves: Float64Array,
  { kind, reading, step }: Noise,
): Whitening {
  const v = variances(kind, curves);
  const [gains, roots] = [new Float64Array(v.length), new Float64Array(v.length)];
  let logVariance = 0;
  passages.forEach(({ keep, gain }, t) => {
    let state = 0;
    for (let i = 0; i < keep.length; i++) {
      const k = c.begin(t) + i;
      state = keep[i]! ** 2 * state + step ** 2 * gain[i]!;
      const measured = reading ** 2 * v[k]!;
      gains[k] = state / (state + measured);
      roots[k] = 1 / Math.sqrt(state + measured);
      logVariance += Math.log(state + measured);
      state *= 1 - gains[k]!;
    }
  });
  const apply = (residuals: Float64Array) => {
    const out = new Float64Array(residuals.length);
    passages.forEach(({ keep }, t) => {
      let expected = 0;
      for (let i = 0; i < keep.length; i++) {
        const k = c.begin(t) + i;
        expected *= keep[i]!;
        const surprise = residuals[k]! - expected;
        out[k] = surprise * roots[k]!;
        expected += gains[k]! * surprise;
      }
    });
    return out;
  };
  return { apply, logVariance };
}

/** Readings are taken to scatter by this share of the largest at least: files hold rounded numbers. */
const LEAST_NOISE = 1e-6;
/** A spread of the steps counts only where -2 ln L falls by more than this: 1 %, one-sided, at the edge of the range. */
const LIKELIHOOD_RATIO = jstat.jStat.chisquare.inv(0.98, 1);
const GRID = 33;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The least of a function of one variable: the best of a grid, then golden section around it. */
function minimise(f: (x: number) => number, low: number, high: number): { x: number; value: number } {
  const width = (high - low) / (GRID - 1);
  const grid = Array.from({ length: GRID }, (_, i) => ({ x: low + i * width, value: f(low + i * width) }));
  const start = grid.reduce((a, b) => (b.value < a.value ? b : a));
  let [a, b] = [Math.max(low, start.x - width), Math.min(high, start.x + width)];
  for (let k = 0; k < 24; k++) {
    const [x1, x2] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
    if (f(x1) < f(x2)) b = x2;
    else a = x1;
  }
  const x = (a + b) / 2;
  return { x, value: f(x) };
}

/**
 * Noise by maximum likelihood. The scale is concentrated out, so that only the ratio of the two kinds of scatter is
 * searched; a reading's scatter is taken as absolute or relative, whichever is the likelier.
 */
export function estimateNoise(
  c: Curves,
  passages: readonly Passage[],
  curves: Float64Array,
  residuals: Float64Array,
): Noise {
  const n = residuals.length;
  const found = (['absolute', 'relative'] as const).map((kind) => {
    const judge = (step: number) => {
      const { apply, logVariance } = whitening(c, passages, curves, { kind, reading: 1, step });
      const scale = Math.max(apply(residuals).reduce((sum, e) => sum + e * e, 0) / n, LEAST_NOISE ** 2);
      return { kind, step, scale, value: n * Math.log(scale) + logVariance };
    };
    const none = judge(0);
    const some = judge(Math.exp(minimise((log) => judge(Math.exp(log)).value, Math.log(1e-2), Math.log(1e3)).x));
    return some.value < none.value - LIKELIHOOD_RATIO ? some : none;
  });
  const { kind, step, scale } = found[1]!.value < found[0]!.value ? found[1]! : found[0]!;
  return { kind, reading: Math.sqrt(scale), step: step * Math.sqrt(scale) };
}
