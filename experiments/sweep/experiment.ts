import type * as z from 'zod';
import type { Mapping } from '../network/config/override.ts';
import type { SweepFile } from './schema.ts';

/** A value for a place in a configuration, and who asks for it. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly where: string;
}

interface PointContext {
  /** The run directory to write; what an interrupted run left there is gone on with where the experiment can. */
  readonly out: string;
  /** Aborted when the run shall come to an orderly end, with a checkpoint if it can. */
  readonly signal: AbortSignal;
  /** Images (mnist) or simulated ms (run) between checkpoints. */
  readonly checkpointEvery: number | undefined;
}

/** What a sweep can vary. */
export interface Experiment {
  /** What its configuration takes, for units; null if that is not known. */
  readonly schema: z.core.$ZodType | null;
  /** Whether it can go on from a checkpoint. */
  readonly resumes: boolean;
  /** If a metric of a run is measured on a test set: how to have it measured on another. */
  testSet(config: Mapping, metric: string): string | undefined;
  /** The whole configuration of a point: settings over the base over its defaults. @throws UserError naming the setting */
  resolve(settings: readonly Setting[]): Mapping;
  /** Runs a resolved configuration to `run.json` in `out`; false if it was interrupted. */
  run(config: Mapping, context: PointContext): Promise<boolean>;
}

/** A sweep file with its paths absolute, and SHA-256 of the data set that its points are bound to. */
export type Sweep = SweepFile & { readonly dataSha256?: string };
