import { mean } from 'simple-statistics';
import type { AssumedPulse } from '../../core/usage.ts';
import { type Estimate, estimateDifference } from '../statistics/estimate.ts';

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
  /** Paired difference of accuracy, own recipe - common recipe, points; absent without a recipe of its own. */
  readonly gain?: Estimate;
  /** Paired difference of accuracy from the most accurate device, points. */
  readonly belowBest: Estimate;
}

/** Accuracies by which devices are told apart: those with the recipe of their own, where they have one. */
export const bestOf = ({ accuracy, tuned }: Pick<Compared, 'accuracy' | 'tuned'>): readonly number[] =>
  tuned?.accuracy ?? accuracy;

/** Devices, the most accurate first, with the paired differences between their accuracies over the seeds. */
export function withDifferences<Device extends Pick<Compared, 'accuracy' | 'tuned'>>(
  devices: readonly Device[],
): (Device & Pick<Compared, 'gain' | 'belowBest'>)[] {
  const sorted = devices.toSorted((a, b) => meanOf(bestOf(b))! - meanOf(bestOf(a))!);
  return sorted.map((device) => ({
    ...device,
    ...(device.tuned && { gain: estimateDifference(device.tuned.accuracy, device.accuracy) }),
    belowBest: estimateDifference(bestOf(device), bestOf(sorted[0]!)),
  }));
}

/** Mean over the seeds; null where there is nothing to average. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((v) => v !== null);
  return known.length > 0 ? mean(known) : null;
}
