import { mean } from 'simple-statistics';
import type { AssumedPulse } from '../../core/usage.ts';
import { type Estimate, estimateDifference } from '../statistics/estimate.ts';

/** Results with one recipe, one value per seed. */
export interface RecipeResult {
  /** Accuracy on the test images, percent, log-probability vote. */
  readonly accuracy: readonly number[];
  /** Energy of reads and writes per training image, J; null if the device has no conductance. */
  readonly energyPerImage: readonly (number | null)[];
  /** Share of worn-out cells at the end of training, 0 to 1. */
  readonly wornOut: readonly number[];
}

/** Results of one device with the common recipe and, if one was tuned, with its own recipe. */
export interface ComparisonResult extends RecipeResult {
  readonly name: string;
  readonly structure: string | null;
  readonly onOffRatio: number | null;
  readonly endurance: number | null;
  /** Assumed write pulse; absent if the device file gives voltage and time. */
  readonly assumed?: AssumedPulse;
  readonly tuned?: RecipeResult;
  /** Paired difference of accuracy, tuned - common recipe, percentage points; absent without a tuned recipe. */
  readonly gain?: Estimate;
  /** Paired difference of accuracy from the most accurate device, percentage points. */
  readonly belowBest: Estimate;
}

type Accuracies = Pick<ComparisonResult, 'accuracy' | 'tuned'>;

/** Accuracies for the ranking: with the tuned recipe if there is one, else with the common recipe. */
export const selectAccuracies = ({ accuracy, tuned }: Accuracies): readonly number[] => tuned?.accuracy ?? accuracy;

/** Devices by descending accuracy, with paired differences over the seeds. */
export function rankDevices<Device extends Accuracies>(
  devices: readonly Device[],
): (Device & Pick<ComparisonResult, 'gain' | 'belowBest'>)[] {
  const sorted = devices.toSorted((a, b) => meanOfKnown(selectAccuracies(b))! - meanOfKnown(selectAccuracies(a))!);
  return sorted.map((device) => ({
    ...device,
    ...(device.tuned && { gain: estimateDifference(device.tuned.accuracy, device.accuracy) }),
    belowBest: estimateDifference(selectAccuracies(device), selectAccuracies(sorted[0]!)),
  }));
}

/** Mean of the known values; null if there are none. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((v) => v !== null);
  return known.length > 0 ? mean(known) : null;
}
