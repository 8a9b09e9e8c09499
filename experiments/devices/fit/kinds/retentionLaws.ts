import type { FitParameter } from '../statistics/optimum.ts';

/** Retention law: initial level per trace, asymptote (`rest`) per device; other parameters common to all traces. */
export interface RetentionLaw {
  readonly name: 'exponential' | 'powerLaw' | 'stretched';
  readonly hasRest: boolean;
  /** Names of the shared parameters. */
  readonly names: readonly string[];
  /** Fit parameters that all traces share; `longest` and `shortest`: range of the measured times, s. */
  readonly shared: (longest: number, shortest: number) => readonly FitParameter[];
  /** Level at time t, s, relative to the largest level of the trace. Temperature scales time by `rate`. */
  readonly at: (t: number, own: readonly number[], shared: readonly number[], rate: number) => number;
}

const timeConstant = (longest: number, shortest: number): FitParameter => ({
  low: shortest / 100,
  high: longest * 1e4,
  starts: [0.03, 0.1, 0.3, 1, 3].map((s) => s * longest),
  log: true,
});

export const RETENTION_LAWS: readonly RetentionLaw[] = [
  {
    name: 'exponential',
    hasRest: true,
    names: ['tau'],
    shared: (longest, shortest) => [timeConstant(longest, shortest)],
    at: (t, [from, rest], [tau], rate) => rest! + (from! - rest!) * Math.exp((-t * rate) / tau!),
  },
  {
    name: 'powerLaw',
    hasRest: false,
    names: ['nu'],
    shared: () => [{ low: -1, high: 2, starts: [-0.1, 0.01, 0.1, 0.3] }],
    at: (t, [from], [nu], rate) => from! * (Math.max(t, Number.MIN_VALUE) * rate) ** -nu!,
  },
  {
    name: 'stretched',
    hasRest: true,
    names: ['tau', 'beta'],
    shared: (longest, shortest) => [timeConstant(longest, shortest), { low: 0.1, high: 1, starts: [0.4, 0.8] }],
    at: (t, [from, rest], [tau, beta], rate) => rest! + (from! - rest!) * Math.exp(-(((t * rate) / tau!) ** beta!)),
  },
];
