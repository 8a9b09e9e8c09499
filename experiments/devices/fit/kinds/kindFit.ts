import type { CurvePoint } from '../../../look/plots/chart.ts';
import { logSpaced } from '../lists.ts';
import { SIMULATION_COUNTS } from '../statistics/bootstrap.ts';
import type { Intervals } from '../statistics/intervals.ts';
import type { KindFit, KindModel, KindPlot } from './kind.ts';

/** ms. */
export const SECOND = 1000;

/** Fitted model, its curve, and a function for the confidence intervals of its parameters. */
export interface FittedModel extends Omit<KindModel, 'ci'> {
  readonly intervals: (simulations: number) => Intervals;
  readonly label: string;
  readonly points: readonly CurvePoint[];
}

/** Result of a fit. @param fitted models, the best first; only the best gets precise intervals */
export const createKindFit = (
  fitted: readonly FittedModel[],
  { plot, ...rest }: Omit<KindFit, 'models' | 'best' | 'plot'> & { readonly plot: Omit<KindPlot, 'curves'> },
): KindFit => ({
  ...rest,
  models: fitted.map(({ intervals, label, points, ...model }, i) => ({
    ...model,
    ci: intervals(i === 0 ? SIMULATION_COUNTS.best : SIMULATION_COUNTS.other),
  })),
  best: fitted[0]!.name,
  plot: { ...plot, curves: fitted.map(({ label, points }) => ({ name: label, points })) },
});

/** Root mean square residual over the span of the readings or, if all are equal, over their magnitude. */
export const relativeRmse = (rmse: number, span: number, size: number): number =>
  rmse === 0 ? 0 : rmse / (span || size);

const POINTS = 200;

export function createCurve(
  from: number,
  to: number,
  yOf: (x: number) => number,
  { isLog = false, ...more }: { readonly isLog?: boolean; readonly group?: string } = {},
): CurvePoint[] {
  const linear = (_: unknown, i: number) => from + (to - from) * (i / (POINTS - 1));
  const xs = isLog ? logSpaced(from, to, POINTS) : Array.from({ length: POINTS }, linear);
  return xs.map((x) => ({ x, y: yOf(x), ...more }));
}
