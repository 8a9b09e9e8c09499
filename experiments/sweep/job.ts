import type { Holder } from '../output/holder.ts';
import type { Sweep } from './experiment.ts';
import type { PlannedRun } from './plan.ts';

/** What a worker is asked to compute. */
export interface Job {
  readonly directory: string;
  readonly sweep: Sweep;
  /** What errors call the sweep. */
  readonly file: string;
  readonly run: PlannedRun;
  readonly checkpointEvery: number | undefined;
  /** Whether a claim of another machine is void. */
  readonly takeOver: boolean;
}

export type Outcome =
  | { readonly outcome: 'done'; readonly warnings: readonly string[] }
  /** Another process computes it. */
  | { readonly outcome: 'held'; readonly holder: Holder }
  /** `code`: that of the system's error behind it, such as ENOSPC. */
  | { readonly outcome: 'failed'; readonly reason: string; readonly code: string | undefined }
  | { readonly outcome: 'interrupted' };

export interface Answer {
  readonly outcome: Outcome;
  /** Memory of the process, bytes. */
  readonly rss: number;
}

/** What the thread of a worker tells the thread that sees signals. */
export interface Computed {
  readonly answer: Answer;
  /** For the log of the point. */
  readonly said: string | undefined;
}

/** The disk, not the point, is at fault: nothing can be written, so nothing is marked. */
export const DISK_ERRORS: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG'];
