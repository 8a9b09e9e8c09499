import type { CurveAxis, CurvePoint, CurveSeries } from '../../../look/plots/chart.ts';
import type { Mapping } from '../../../network/config/override.ts';
import type { ColumnSpec, ImportOptions, MeasuredRows } from '../import/columns.ts';
import type { ConfidenceIntervals } from '../statistics/intervals.ts';
import type { FitQuality } from '../statistics/verdict.ts';

export const MEASUREMENT_KINDS = ['pulses', 'iv', 'retention', 'endurance', 'ppf', 'train', 'stdp'] as const;
export type MeasurementKind = (typeof MEASUREMENT_KINDS)[number];

export interface FittedModel {
  readonly name: string;
  readonly rmse: number;
  readonly share: number;
  readonly params: Readonly<Record<string, number>>;
  /** Information criterion of the fit; smaller is better. */
  readonly criterion?: number;
  readonly ci: ConfidenceIntervals;
}

export interface DeviceSections {
  readonly device?: Mapping;
  readonly shortTerm?: Mapping;
  /** Learning rule, from measured spike timing. */
  readonly rule?: Mapping;
}

export const DEFAULT_DEVICE_SECTION: Mapping = { model: 'linear' };

export interface MeasurementFit {
  readonly models: readonly FittedModel[];
  readonly bestModel: string;
  readonly addedSections: DeviceSections;
  /** Reasons for the values in `addedSections` that no reading determines, by parameter path. */
  readonly assumptions: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  readonly quality: Pick<FitQuality, 'verdict' | 'reasons'>;
  /** One sentence for each measured property that has no place in a device file. */
  readonly lostProperties?: readonly string[];
  readonly plot: FitPlot;
  readonly rmseUnit: string;
}

export interface FitInput {
  readonly sourceFiles: string;
  /** Device section of the device file to which the fit is added; `DEFAULT_DEVICE_SECTION` for a new file. */
  readonly deviceSection: Mapping;
  /** True if the conductance range in the device file is only an estimate from another measurement. */
  readonly isRangeAssumed?: boolean;
  readonly options: ImportOptions;
  readonly requestedModel?: string;
}

export interface MeasurementType {
  readonly helpText: string;
  readonly columns: readonly ColumnSpec[];
  readonly matchesColumnRoles: (roles: ReadonlySet<string>) => boolean;
  readonly modelNames: readonly string[];
  /** Fits all models of this kind of measurement. @throws UserError without the file name, which the caller adds */
  readonly fit: (rows: MeasuredRows, input: FitInput) => MeasurementFit;
}

/** Data of a fit's picture, for `renderMeasurementFitPicture`; fits do not need the plotting library. */
export interface FitPlot {
  readonly title: string;
  readonly subtitle: string;
  readonly axes: readonly [x: CurveAxis, y: CurveAxis];
  readonly dots: readonly CurvePoint[];
  readonly curves: readonly Pick<CurveSeries, 'name' | 'points'>[];
}
