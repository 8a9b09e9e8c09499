import type { PlannedRun } from '../plan.ts';

/** What is known of a run: its metric, lower always being better; `Infinity` if it failed, undefined if it is not done. */
export type Known = (run: PlannedRun) => number | undefined;

/** Runs that are to be computed next, and what they are; those that are known are passed over. */
export interface Step {
  readonly runs: readonly PlannedRun[];
  readonly told: string;
}

/**
 * A search chooses runs of a plan by what is known of others; null when it is over. It depends on nothing else, so that
 * one that was interrupted goes on, and any number of workers computes the same runs.
 */
export type Search = (known: Known) => Step | null;

export interface SearchSettings {
  /** Most points that are computed. */
  readonly points?: number | undefined;
  /** What grows from rung to rung of halving: a parameter, or `replicates`, which is the default. */
  readonly resource?: string | undefined;
}
