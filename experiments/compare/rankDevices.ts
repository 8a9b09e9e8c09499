import { mean } from 'simple-statistics';
import type { AssumedPulse } from '../../core/usage.ts';
import { estimatePairedDifference, type MeanEstimate } from '../statistics/estimate.ts';

/** Results of a device; each list has one value per seed. */
export interface ComparisonResult {
  /** Accuracy of the log-probability readout on the test images, %. */
  readonly accuracy: readonly number[];
  /** Read and write energy per training image, J; null if the device has no conductance. */
  readonly energyPerImage: readonly (number | null)[];
  /** Share of the synaptic devices that are worn out at the end of training, 0 to 1. */
  readonly wornOut: readonly number[];
  readonly name: string;
  readonly structure: string | null;
  readonly onOffRatio: number | null;
  readonly endurance: number | null;
  /** Write pulse assumed for the energy; absent if the device file gives voltage and width of the pulse. */
  readonly assumed?: AssumedPulse;
  /** Accuracy of the device minus accuracy of the most accurate device, paired by seed, percentage points. */
  readonly belowBest: MeanEstimate;
}

/** Sorts devices by descending mean accuracy; adds the difference from the most accurate device. */
export function rankDevices<Device extends Pick<ComparisonResult, 'accuracy'>>(
  devices: readonly Device[],
): (Device & Pick<ComparisonResult, 'belowBest'>)[] {
  const sorted = devices.toSorted((a, b) => mean([...b.accuracy]) - mean([...a.accuracy]));
  return sorted.map((device) => ({
    ...device,
    belowBest: estimatePairedDifference(device.accuracy, sorted[0]!.accuracy),
  }));
}

export function averageNonNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((v) => v !== null);
  return known.length > 0 ? mean(known) : null;
}
