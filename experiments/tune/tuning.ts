import type { Estimate } from '../statistics/estimate.ts';

/** Accuracies on the validation split, percent, one a seed. */
export interface Checked {
  readonly common: readonly number[];
  readonly best: readonly number[];
}

export interface Tuning {
  readonly device: string;
  readonly rule: string;
  readonly neurons: number;
  readonly epochs: number;
  readonly train: number;
  readonly trials: number;
  readonly changed: readonly {
    readonly name: string;
    readonly path: string;
    readonly common: number;
    readonly best: number;
  }[];
  readonly accuracy: Checked;
  /** Paired difference, best - common recipe, points. */
  readonly gain: Estimate;
}
