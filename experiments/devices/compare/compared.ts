import { mean } from 'simple-statistics';
import type { AssumedPulse } from '../../../core/accounts.ts';

/** What one device came to, over the seeds. */
export interface Compared {
  readonly name: string;
  readonly structure: string | null;
  readonly onOffRatio: number | null;
  readonly endurance: number | null;
  /** Percent of the test images, log-probability vote; one a seed. */
  readonly accuracy: readonly number[];
  /** Reads and writes of training, J a training image; null where the device has no conductance. */
  readonly energyPerImage: readonly (number | null)[];
  /** What of the write pulse nobody told: such energies are not those of a measurement. Absent where all was given. */
  readonly assumed?: AssumedPulse;
  /** Share of the devices that wore out in training. */
  readonly wornOut: readonly number[];
}

/** Mean over the seeds; null where there is nothing to average. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((v) => v !== null);
  return known.length > 0 ? mean(known) : null;
}
