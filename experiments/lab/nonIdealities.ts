import { mean } from 'simple-statistics';
import { UserError } from '../../core/declare/errors.ts';
import type { Mapping } from '../network/config/override.ts';
import { describeDifference, type Estimate, estimateDifference } from '../statistics/estimate.ts';

/** Non-ideality of a device file, with the changes that remove it and that double it. */
interface NonIdeality {
  readonly name: string;
  /** Changed values by path, null removes a section; undefined if the device does not have the non-ideality. */
  readonly without: (device: Mapping) => Mapping | undefined;
  readonly doubled: (device: Mapping) => Mapping | undefined;
}

/** Non-ideality whose size is one or several numbers of a device. */
const numberKeys = (name: string, ...keys: readonly string[]): NonIdeality => {
  const presentKeys = (device: Mapping) => keys.filter((key) => typeof device[key] === 'number' && device[key] !== 0);
  const set = (device: Mapping, to: (value: number) => number) => {
    const found = presentKeys(device);
    return found.length === 0
      ? undefined
      : Object.fromEntries(found.map((key) => [`device.${key}`, to(device[key] as number)]));
  };
  return { name, without: (device) => set(device, () => 0), doubled: (device) => set(device, (value) => 2 * value) };
};

/** Non-ideality described by a section; `factor` scales `numbers` to double it. */
const section = (name: string, key: string, numbers: readonly string[], factor: number): NonIdeality => {
  const of = (device: Mapping) => device[key] as Mapping | undefined;
  return {
    name,
    without: (device) => (of(device) ? { [`device.${key}`]: null } : undefined),
    doubled: (device) => {
      const found = numbers.filter((part) => typeof of(device)?.[part] === 'number' && of(device)![part] !== 0);
      if (found.length === 0) return undefined;
      const to = (part: string) => {
        const value = factor * (of(device)![part] as number);
        return part === 'count' ? Math.max(2, Math.round(value)) : value;
      };
      return Object.fromEntries(found.map((part) => [`device.${key}.${part}`, to(part)]));
    },
  };
};

/** Non-idealities; doubled means twice the noise, half the levels or half the lifetime. */
const NON_IDEALITIES: readonly NonIdeality[] = [
  numberKeys(
    'device-to-device variability',
    'deviceToDevice',
    'rangeSpread',
    'gMinSpread',
    'stepSpread',
    'stepSpreadDown',
  ),
  numberKeys('cycle-to-cycle variability', 'cycleToCycle', 'cycleToCycleDown'),
  numberKeys('write noise', 'writeNoise', 'apparentNoise'),
  section('number of levels', 'levels', ['count'], 0.5),
  section('retention', 'retention', ['tau', 't0'], 0.5),
  section('endurance', 'endurance', ['cycles'], 0.5),
  section('stuck devices', 'stuck', ['low', 'high'], 2),
  section('read noise', 'readNoise', ['sd'], 2),
  section('telegraph noise', 'telegraph', ['amplitude'], 2),
  section('read errors', 'readErrors', ['rate'], 2),
];

/** Variant of a device: changed values by path. */
export interface Variant {
  readonly name: string;
  readonly set: Mapping;
}

/**
 * Lists the unchanged device, and for each non-ideality the device without it and with twice of it.
 * @throws UserError for a device without non-idealities
 */
export function listVariants(device: Mapping): Variant[] {
  const found = NON_IDEALITIES.flatMap(({ name, without, doubled }): Variant[] => {
    const [removed, twice] = [without(device), doubled(device)];
    return [
      ...(removed ? [{ name: `${name}: removed`, set: removed }] : []),
      ...(twice ? [{ name: `${name}: doubled`, set: twice }] : []),
    ];
  });
  if (found.length === 0)
    throw new UserError(
      'This device has no non-idealities to remove. Turn one on in the view Device, or choose a preset.',
    );
  return [{ name: 'unchanged', set: {} }, ...found];
}

export interface VariantResult {
  readonly name: string;
  /** Mean accuracy over the seeds, percent; absent if the variant cannot be trained. */
  readonly accuracy?: number;
  /** Paired difference of accuracy from the first variant, points; absent for the first variant. */
  readonly difference?: Estimate;
  /** Difference or, if the variant cannot be trained, the reason. */
  readonly text: string;
}

/**
 * Trains variants with the same seeds and reports each one's paired difference from the first variant.
 * @param train returns the accuracy in percent, or null if it was stopped
 */
export async function compareVariants(
  variants: readonly Variant[],
  seeds: readonly number[],
  train: (set: Mapping, seed: number) => Promise<number | null>,
  report: (result: VariantResult) => void,
): Promise<void> {
  let reference: readonly number[] | undefined;
  for (const { name, set } of variants) {
    try {
      const accuracies: number[] = [];
      for (const seed of seeds) {
        const accuracy = await train(set, seed);
        if (accuracy === null) return;
        accuracies.push(accuracy);
      }
      const difference = reference && estimateDifference(accuracies, reference);
      reference ??= accuracies;
      const text = difference === undefined ? '' : describeDifference(difference, 'points', 'no significant effect');
      report({ name, accuracy: mean(accuracies), ...(difference && { difference }), text });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      report({ name, text: error.message });
      if (reference === undefined) return;
    }
  }
}
