import { mean } from 'simple-statistics';
import type { AssumedPulse } from '../../core/usage.ts';
import { type Estimate, estimateDifference } from '../statistics/estimate.ts';

/** Results with one recipe, one value per seed. */
export interface Measured {
  /** Accuracy on the test images, percent, log-probability vote. */
  readonly accuracy: readonly number[];
  /** Energy of reads and writes per training image, J; null if the device has no conductance. */
  readonly energyPerImage: readonly (number | null)[];
  /** Share of the devices that failed by wear during training. */
  readonly wornOut: readonly number[];
}

/** Results of one device with the common recipe and, if one was tuned, with its own recipe. */
export interface Compared extends Measured {
  readonly name: string;
  readonly structure: string | null;
  readonly onOffRatio: number | null;
  readonly endurance: number | null;
  /** Assumed voltage and time of the write pulse; absent if the device file gives both. */
  readonly assumed?: AssumedPulse;
  readonly tuned?: Measured;
  /** Paired difference of accuracy, tuned - common recipe, percentage points; absent without a tuned recipe. */
  readonly gain?: Estimate;
  /** Paired difference of accuracy from the most accurate device, percentage points. */
  readonly belowBest: Estimate;
}

/** Accuracies for the ranking: those with the tuned recipe, if there is one. */
export const bestOf = ({ accuracy, tuned }: Pick<Compared, 'accuracy' | 'tuned'>): readonly number[] =>
  tuned?.accuracy ?? accuracy;

/** Devices by descending accuracy, with paired differences over the seeds. */
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

/** Mean of the known values; null if there are none. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((v) => v !== null);
  return known.length > 0 ? mean(known) : null;
}
