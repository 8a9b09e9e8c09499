import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { UserError } from '../../../core/declare/errors.ts';
import type { ShortTermFactory } from '../../../core/factories.ts';
import { responses } from './response.ts';

/** PPF(dt) = 1 + c1 e^(-dt/t1) + c2 e^(-dt/t2), t1 < t2, in ms: ratio of the second response to the first. */
export interface PairedPulseFit {
  readonly c1: number;
  readonly t1: number;
  readonly c2: number;
  readonly t2: number;
  /** Root mean square of the residuals. */
  readonly rmse: number;
}

export const pairedPulseRatio = ({ c1, t1, c2, t2 }: Omit<PairedPulseFit, 'rmse'>, dt: number): number =>
  1 + c1 * Math.exp(-dt / t1) + c2 * Math.exp(-dt / t2);

/** Fits the double exponential to ratios at intervals (ms); least squares from several starts, the best of them. */
export function fitPairedPulse(intervals: readonly number[], ratios: readonly number[]): PairedPulseFit {
  if (intervals.length < 5 || intervals.length !== ratios.length) {
    throw new UserError(
      `paired pulses: ${intervals.length} intervals and ${ratios.length} ratios, but at least 5 pairs are needed.`,
    );
  }
  const model =
    ([c1, l1, c2, l2]: number[]) =>
    (dt: number) =>
      1 + c1! * Math.exp(-dt / Math.exp(l1!)) + c2! * Math.exp(-dt / Math.exp(l2!));
  const longest = Math.max(...intervals);
  // Facilitation or depression, whichever is larger.
  const height = ratios.reduce((most, r) => (Math.abs(r - 1) > Math.abs(most) ? r - 1 : most), 0);
  let best: PairedPulseFit | null = null;
  for (const [fast, slow] of [
    [0.02, 0.2],
    [0.05, 0.5],
    [0.005, 0.1],
    [0.1, 1],
    [0.0005, 0.005],
  ] as const) {
    const { parameterValues, parameterError } = levenbergMarquardt({ x: [...intervals], y: [...ratios] }, model, {
      initialValues: [height / 2, Math.log(fast * longest), height / 2, Math.log(slow * longest)],
      damping: 1e-3,
      gradientDifference: 1e-6,
      centralDifference: true,
      maxIterations: 1000,
      errorTolerance: 1e-24,
    });
    const [a, la, b, lb] = parameterValues as [number, number, number, number];
    const rmse = Math.sqrt(parameterError / intervals.length);
    if (best !== null && !(rmse < best.rmse)) continue;
    const parts = [
      { c: a, t: Math.exp(la) },
      { c: b, t: Math.exp(lb) },
    ].sort((p, q) => p.t - q.t);
    best = { c1: parts[0]!.c, t1: parts[0]!.t, c2: parts[1]!.c, t2: parts[1]!.t, rmse };
  }
  return best!;
}

/** Measures A2/A1 of a short-term model: the second of two spikes dt apart against the first, as a target receives them. */
export function measurePairedPulse(shortTerm: ShortTermFactory, intervals: readonly number[]): number[] {
  return intervals.map((dt) => {
    const [[first], [second]] = responses(shortTerm, [0, dt]) as [[number], [number]];
    return second / first;
  });
}
