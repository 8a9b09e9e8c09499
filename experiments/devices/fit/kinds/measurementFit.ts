import type { CurvePoint } from '../../../look/plots/chart.ts';
import { formatWithPrefix } from '../../../look/plots/prefix.ts';
import { logSpaced } from '../lists.ts';
import { SIMULATION_COUNTS } from '../statistics/bootstrap.ts';
import type { ConfidenceIntervals } from '../statistics/intervals.ts';
import { judgeRmseShare } from '../statistics/verdict.ts';
import type { DeviceSections, FitPlot, FittedModel, MeasurementFit } from './measurementType.ts';

export const MS_PER_SECOND = 1000;

export interface FittedCurve extends Omit<FittedModel, 'ci'> {
  readonly computeIntervals: (simulations: number) => ConfidenceIntervals;
  /** Lag-1 autocorrelation of the residuals; 0 if not significant. */
  readonly autocorrelation: number;
  /** Label of the fitted curve in the legend; default: name of the model and RMSE. */
  readonly legendLabel?: string;
  readonly curvePoints: readonly CurvePoint[];
}

interface FitDescription {
  readonly addedSections: DeviceSections;
  readonly assumptions?: MeasurementFit['assumptions'];
  readonly lostProperties?: readonly string[];
  readonly notes: readonly (string | false | undefined)[];
  readonly plot: Omit<FitPlot, 'curves'>;
  /** Unit of the RMSE; empty if the readings have no unit. */
  readonly rmseUnit?: 'A' | 'S' | '';
}

/** Creates a measurement fit. @param fitted models, best first; only the best gets precise confidence intervals */
export function createMeasurementFit(
  fitted: readonly FittedCurve[],
  { plot, notes, assumptions = {}, rmseUnit = '', ...rest }: FitDescription,
): MeasurementFit {
  const formatRmse = (rmse: number) => (rmseUnit === '' ? rmse.toPrecision(3) : formatWithPrefix(rmse, rmseUnit));
  return {
    ...rest,
    assumptions,
    rmseUnit,
    notes: notes.filter((note) => typeof note === 'string'),
    quality: judgeRmseShare(fitted[0]!.share, fitted[0]!.autocorrelation),
    models: fitted.map(({ name, rmse, share, params, criterion, computeIntervals }, i) => ({
      name,
      rmse,
      share,
      params,
      ...(criterion !== undefined && { criterion }),
      ci: computeIntervals(i === 0 ? SIMULATION_COUNTS.best : SIMULATION_COUNTS.other),
    })),
    bestModel: fitted[0]!.name,
    plot: {
      ...plot,
      curves: fitted.map(({ name, rmse, legendLabel = `${name}, rmse ${formatRmse(rmse)}`, curvePoints }) => ({
        name: legendLabel,
        points: curvePoints,
      })),
    },
  };
}

/** Root mean square residual divided by the span of the readings or, if all are equal, by their magnitude. */
export const computeRelativeRmse = (rmse: number, span: number, size: number): number =>
  rmse === 0 ? 0 : rmse / (span || size);

const POINTS = 200;

export function sampleCurve(from: number, to: number, yOf: (x: number) => number, group?: string): CurvePoint[] {
  const xs = Array.from({ length: POINTS }, (_, i) => from + (to - from) * (i / (POINTS - 1)));
  return xs.map((x) => ({ x, y: yOf(x), ...(group && { group }) }));
}

/** Samples the curve y(x) from the first x above 0 to the last one, with logarithmic spacing. */
export const sampleCurveLogSpaced = (xs: readonly number[], yOf: (x: number) => number, group: number): CurvePoint[] =>
  logSpaced(xs.find((x) => x > 0)!, xs.at(-1)!, POINTS).map((x) => ({ x, y: yOf(x), group: String(group) }));
