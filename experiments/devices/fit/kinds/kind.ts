import type { CurveAxis, CurvePoint, CurveSeries } from '../../../look/plots/chart.ts';
import type { Mapping } from '../../../network/config/override.ts';
import type { Column, KindOptions, Rows } from '../import/columns.ts';
import type { Intervals } from '../statistics/intervals.ts';

/** Kinds of measurement that `device fit` reads. */
export const KIND_NAMES = ['pulses', 'iv', 'retention', 'endurance', 'ppf', 'train', 'stdp'] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** Fitted model of one measurement. */
export interface KindModel {
  readonly name: string;
  /** Root mean square residual, in the unit of the readings. */
  readonly rmse: number;
  /** `rmse` as a share of the span of the readings. */
  readonly share: number;
  /** Fitted parameters, by name. */
  readonly params: Readonly<Record<string, number>>;
  readonly ci: Intervals;
}

/** Sections of a device file that a measurement contributes to. */
export interface DeviceParts {
  readonly device?: Mapping;
  readonly shortTerm?: Mapping;
  readonly rule?: Mapping;
}

/** Device section of a new file, before anything is fitted. */
export const BARE: Mapping = { model: 'linear' };

/** Result of fitting one measurement. */
export interface KindFit {
  readonly models: readonly KindModel[];
  /** Name of the best model, the one written to the device file. */
  readonly best: string;
  /** Sections added to the device file. */
  readonly added: DeviceParts;
  /** Values of `added` that no reading determines, by path, with the reason for each. */
  readonly assumed: Readonly<Record<string, string>>;
  /** Remarks, one sentence each. */
  readonly notes: readonly string[];
  readonly plot: KindPlot;
  /** Unit of `rmse`; empty if the readings have no unit. */
  readonly unit: string;
}

/** Input of a fit beside the rows of the measurement. */
export interface KindInput {
  /** Name of the measurement. */
  readonly source: string;
  /** Device section of the file that the fit is added to; `BARE` for a new file. */
  readonly device: Mapping;
  /** True if the range of the device was only estimated from other readings. */
  readonly isRangeAssumed?: boolean;
  readonly options: KindOptions;
  /** Name of the only model to fit; absent: all models. */
  readonly model?: string;
}

/** Root mean square of residuals as a share of the span of the readings; of equal readings, of their size. */
export const shareOf = (rmse: number, span: number, size: number): number => (rmse === 0 ? 0 : rmse / (span || size));

/** Kind of measurement: its columns, and the models fitted to its readings. */
export interface Kind {
  readonly help: string;
  readonly columns: readonly Column[];
  /** True if these columns identify the kind. */
  readonly matches: (roles: ReadonlySet<string>) => boolean;
  readonly models: readonly string[];
  readonly fit: (rows: Rows, input: KindInput) => KindFit;
}

/** Content of the picture of a fit, which `kindPicture` draws; data only, because a fit may run without a drawing library. */
export interface KindPlot {
  readonly title: string;
  readonly subtitle: string;
  readonly axes: readonly [x: CurveAxis, y: CurveAxis];
  /** Readings. */
  readonly dots: readonly CurvePoint[];
  /** Curves of the models, best model first. */
  readonly curves: readonly Pick<CurveSeries, 'name' | 'points'>[];
}

/** Numbers from `low` to `high` in equal steps, or in equal ratios if `isLog`. */
export const spacedValues = (low: number, high: number, count = 200, isLog = false): number[] =>
  Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1);
    return isLog ? low * (high / low) ** share : low + (high - low) * share;
  });
