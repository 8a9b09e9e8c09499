import type { CurveAxis, CurvePoint, CurveSeries } from '../../../look/plots/chart.ts';
import type { Mapping } from '../../../network/config/override.ts';
import type { Column, KindOptions, Rows } from '../import/columns.ts';
import type { Intervals } from '../statistics/intervals.ts';

export const KIND_NAMES = ['pulses', 'iv', 'retention', 'endurance', 'ppf', 'train', 'stdp'] as const;
export type KindName = (typeof KIND_NAMES)[number];

export interface KindModel {
  readonly name: string;
  readonly rmse: number;
  readonly share: number;
  readonly params: Readonly<Record<string, number>>;
  readonly ci: Intervals;
}

export interface DeviceParts {
  readonly device?: Mapping;
  readonly shortTerm?: Mapping;
  readonly rule?: Mapping;
}

export const EMPTY_DEVICE: Mapping = { model: 'linear' };

export interface KindFit {
  readonly models: readonly KindModel[];
  readonly best: string;
  readonly added: DeviceParts;
  /** Values in `added` that no reading determines: path and reason for each. */
  readonly assumed: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  readonly plot: KindPlot;
  /** Unit of `rmse`; empty if the readings have no unit. */
  readonly unit: string;
}

export interface KindInput {
  readonly source: string;
  /** Device section of the device file to which the fit is added; `EMPTY_DEVICE` for a new file. */
  readonly device: Mapping;
  /** True if the conductance range of the device is only estimated, from other readings. */
  readonly isRangeAssumed?: boolean;
  readonly options: KindOptions;
  readonly model?: string;
}

export interface Kind {
  readonly help: string;
  readonly columns: readonly Column[];
  readonly matches: (roles: ReadonlySet<string>) => boolean;
  readonly models: readonly string[];
  /** Fits the models. @throws UserError without the name of the file, which the caller adds */
  readonly fit: (rows: Rows, input: KindInput) => KindFit;
}

/** Data for the plot of a fit, drawn by `renderKindPicture`. Fits do not need the plotting library. */
export interface KindPlot {
  readonly title: string;
  readonly subtitle: string;
  readonly axes: readonly [x: CurveAxis, y: CurveAxis];
  readonly dots: readonly CurvePoint[];
  readonly curves: readonly Pick<CurveSeries, 'name' | 'points'>[];
}
