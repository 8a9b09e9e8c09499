import type { CurveAxis, CurvePoint, CurveSeries } from '../../../look/plots/chart.ts';
import type { Mapping } from '../../../network/config/override.ts';
import type { Column, KindOptions, Rows } from '../import/columns.ts';
import type { Intervals } from '../statistics/intervals.ts';

/** Kinds of measurement that `device fit` can read. */
export const KIND_NAMES = ['pulses', 'iv', 'retention', 'endurance', 'ppf', 'train', 'stdp'] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** Fitted model of one measurement. */
export interface KindModel {
  readonly name: string;
  /** Root mean square residual, in the unit of the readings. */
  readonly rmse: number;
  /** `rmse` divided by the span of the readings. */
  readonly share: number;
  /** Fitted parameters, by name. */
  readonly params: Readonly<Record<string, number>>;
  readonly ci: Intervals;
}

/** Sections of a device file to which a measurement contributes. */
export interface DeviceParts {
  readonly device?: Mapping;
  readonly shortTerm?: Mapping;
  readonly rule?: Mapping;
}

/** Device section of a new device file, before any measurement is fitted. */
export const EMPTY_DEVICE: Mapping = { model: 'linear' };

/** Result of fitting one measurement. */
export interface KindFit {
  readonly models: readonly KindModel[];
  /** Name of the best model; this model is written to the device file. */
  readonly best: string;
  /** Sections that the fit adds to the device file. */
  readonly added: DeviceParts;
  /** Values in `added` that no reading determines: path and reason for each. */
  readonly assumed: Readonly<Record<string, string>>;
  /** Remarks on the fit, one sentence each. */
  readonly notes: readonly string[];
  readonly plot: KindPlot;
  /** Unit of `rmse`; empty if the readings have no unit. */
  readonly unit: string;
}

/** Input of a fit, except the rows of the measurement. */
export interface KindInput {
  /** Name of the measurement. */
  readonly source: string;
  /** Device section of the device file to which the fit is added; `EMPTY_DEVICE` for a new file. */
  readonly device: Mapping;
  /** True if the conductance range of the device is only estimated, from readings of another kind. */
  readonly isRangeAssumed?: boolean;
  readonly options: KindOptions;
  /** Name of the only model to fit; absent: all models. */
  readonly model?: string;
}

/** Root mean square residual divided by the span of the readings or, if all readings are equal, by their magnitude. */
export const relativeRmse = (rmse: number, span: number, size: number): number =>
  rmse === 0 ? 0 : rmse / (span || size);

/** Kind of measurement: its columns, and the models that are fitted to its readings. */
export interface Kind {
  readonly help: string;
  readonly columns: readonly Column[];
  /** True if columns of these roles identify the kind of measurement. */
  readonly matches: (roles: ReadonlySet<string>) => boolean;
  readonly models: readonly string[];
  readonly fit: (rows: Rows, input: KindInput) => KindFit;
}

/** Data for the plot of a fit, drawn by `renderKindPicture`. Fits do not need the plotting library. */
export interface KindPlot {
  readonly title: string;
  readonly subtitle: string;
  readonly axes: readonly [x: CurveAxis, y: CurveAxis];
  /** Readings. */
  readonly dots: readonly CurvePoint[];
  /** Curves of the models, best model first. */
  readonly curves: readonly Pick<CurveSeries, 'name' | 'points'>[];
}

/** Linearly spaced numbers from `low` to `high`, or logarithmically spaced ones if `isLog`. */
export const createSpacedValues = (low: number, high: number, count = 200, isLog = false): number[] =>
  Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1);
    return isLog ? low * (high / low) ** share : low + (high - low) * share;
  });
