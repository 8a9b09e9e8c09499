import { mean } from 'simple-statistics';
import type { AssumedPulse } from '../../core/usage.ts';
import { type Estimate, estimateDifference } from '../statistics/estimate.ts';

/** Results of one device, one value per seed. */
export interface DeviceResult {
  /** Accuracy on the test images, percent, log-probability vote. */
  readonly accuracy: readonly number[];
  /** Energy of reads and writes per training image, J; null if the device has no conductance. */
  readonly energyPerImage: readonly (number | null)[];
  /** Share of worn-out cells at the end of training, 0 to 1. */
  readonly wornOut: readonly number[];
}

/** Results of one device in the comparison. */
export interface ComparisonResult extends DeviceResult {
  readonly name: string;
  readonly structure: string | null;
  readonly onOffRatio: number | null;
  readonly endurance: number | null;
  /** Assumed write pulse; absent if the device file gives voltage and time. */
  readonly assumed?: AssumedPulse;
  /** Paired difference of accuracy from the most accurate device, percentage points. */
  readonly belowBest: Estimate;
}

/** Devices by descending accuracy, with paired differences over the seeds. */
export function rankDevices<Device extends Pick<ComparisonResult, 'accuracy'>>(
  devices: readonly Device[],
): (Device & Pick<ComparisonResult, 'belowBest'>)[] {
  const sorted = devices.toSorted((a, b) => mean([...b.accuracy]) - mean([...a.accuracy]));
  return sorted.map((device) => ({
    ...device,
    belowBest: estimateDifference(device.accuracy, sorted[0]!.accuracy),
  }));
}

/** Mean of the known values; null if there are none. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((v) => v !== null);
  return known.length > 0 ? mean(known) : null;
}
