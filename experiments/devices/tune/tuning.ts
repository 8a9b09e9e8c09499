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
  /** Mean difference and its standard error, points. */
  readonly gain: { readonly mean: number; readonly standardError: number };
}
