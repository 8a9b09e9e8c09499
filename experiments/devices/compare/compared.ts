import { mean } from 'simple-statistics';
import type { AssumedPulse } from '../../../core/usage.ts';

/** What the job came to with one recipe, a value each seed. */
export interface Measured {
  /** Percent of the test images, log-probability vote. */
  readonly accuracy: readonly number[];
  /** Reads and writes of training, J a training image; null where the device has no conductance. */
  readonly energyPerImage: readonly (number | null)[];
  /** Share of the devices that wore out in training. */
  readonly wornOut: readonly number[];
}

/** What one device came to, over the seeds: with the common recipe and, where one was tuned, with its own. */
export interface Compared extends Measured {
  readonly name: string;
  readonly structure: string | null;
  readonly onOffRatio: number | null;
  readonly endurance: number | null;
  /** What of the write pulse nobody told: such energies are not those of a measurement. Absent where all was given. */
  readonly assumed?: AssumedPulse;
  readonly tuned?: Measured;
}

/** Accuracies by which devices are told apart: those with the recipe of their own, where they have one. */
export const bestOf = ({ accuracy, tuned }: Compared): readonly number[] => tuned?.accuracy ?? accuracy;

/** Mean over the seeds; null where there is nothing to average. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((v) => v !== null);
  return known.length > 0 ? mean(known) : null;
}
