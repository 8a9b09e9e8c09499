import type { Mapping } from '../../../network/config/override.ts';
import type { Column, KindOptions, Rows } from './columns.ts';
import type { Intervals } from './intervals.ts';
import type { KindPlot } from './plotted.ts';

/** A model of one kind of measurement, as it was fitted. */
export interface KindModel {
  readonly name: string;
  /** Root mean square of what it leaves, in the unit of the readings, and as a share of what they span. */
  readonly rmse: number;
  readonly share: number;
  /** What was fitted, by name. */
  readonly params: Readonly<Record<string, number>>;
  readonly ci: Intervals;
}

/** What a measurement adds to a device file. */
export interface Added {
  readonly device?: Mapping;
  readonly shortTerm?: Mapping;
  readonly rule?: Mapping;
}

/** A device that nothing is known of but what is added. */
export const BARE: Mapping = { model: 'linear' };

/** A measurement, fitted. */
export interface KindFit {
  readonly models: readonly KindModel[];
  /** Name of the one that is written. */
  readonly best: string;
  readonly added: Added;
  /** Values of `added` that no reading tells, by path, with the reason for each. */
  readonly assumed: Readonly<Record<string, string>>;
  /** What else is to be said, a sentence each. */
  readonly notes: readonly string[];
  /** What is drawn of it. */
  readonly plot: KindPlot;
  /** Unit of rmse. */
  readonly unit: string;
}

/** What a kind is given beside its rows. */
export interface Given {
  /** Name of the measurement. */
  readonly source: string;
  /** That of the device file that it is added to; of a new one: `BARE`. */
  readonly device: Mapping;
  /** Whether its range is only what other readings came to. */
  readonly isRangeAssumed?: boolean;
  readonly options: KindOptions;
  /** The only model to fit, where one is asked for. */
  readonly model?: string;
}

/** A kind of measurement: its columns, and the models that its readings are fitted with. */
export interface Kind {
  readonly help: string;
  readonly columns: readonly Column[];
  /** Whether the columns that were found tell that it is this kind. */
  readonly isTold: (roles: ReadonlySet<string>) => boolean;
  readonly models: readonly string[];
  readonly fit: (rows: Rows, given: Given) => KindFit;
}
