import { mean } from 'simple-statistics';
import { UserError } from '../../core/declare/errors.ts';
import type { Mapping } from '../network/config/override.ts';
import { describeDifference, type Estimate, estimateDifference } from '../statistics/estimate.ts';

/** A flaw of all devices, as a device file has it: what takes it away, and what doubles it. */
interface Flaw {
  readonly name: string;
  /** Values by path; null takes a part away. Undefined where the flaw is not there. */
  readonly without: (device: Mapping) => Mapping | undefined;
  readonly doubled: (device: Mapping) => Mapping | undefined;
}

/** A plain number. */
const amount = (name: string, ...keys: readonly string[]): Flaw => {
  const there = (device: Mapping) => keys.filter((key) => typeof device[key] === 'number' && device[key] !== 0);
  const set = (device: Mapping, to: (value: number) => number) => {
    const found = there(device);
    return found.length === 0
      ? undefined
      : Object.fromEntries(found.map((key) => [`device.${key}`, to(device[key] as number)]));
  };
  return { name, without: (device) => set(device, () => 0), doubled: (device) => set(device, (value) => 2 * value) };
};

/** A section, whose severity goes with some of its numbers. */
const section = (name: string, key: string, numbers: readonly string[], factor: number): Flaw => {
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

/** Twice as bad is twice the noise, half the levels, half the lifetime. */
const FLAWS: readonly Flaw[] = [
  amount('spread between devices', 'deviceToDevice', 'rangeSpread', 'gMinSpread', 'stepSpread', 'stepSpreadDown'),
  amount('noise of steps', 'cycleToCycle', 'cycleToCycleDown'),
  amount('noise of writing', 'writeNoise', 'apparentNoise'),
  section('few levels', 'levels', ['count'], 0.5),
  section('retention', 'retention', ['tau', 't0'], 0.5),
  section('wear', 'endurance', ['cycles'], 0.5),
  section('stuck cells', 'stuck', ['low', 'high'], 2),
  section('noise of reading', 'readNoise', ['sd'], 2),
  section('telegraph noise', 'telegraph', ['amplitude'], 2),
  section('read errors', 'readErrors', ['rate'], 2),
];

/** One device to train: how it is called, and what is changed of the one it comes from. */
export interface Variant {
  readonly name: string;
  readonly set: Mapping;
}

/**
 * The device as it is, and for each of its flaws without it and with twice as much of it.
 * @throws UserError for a device without flaws
 */
export function variantsOf(device: Mapping): Variant[] {
  const found = FLAWS.flatMap(({ name, without, doubled }): Variant[] => {
    const [gone, twice] = [without(device), doubled(device)];
    return [
      ...(gone ? [{ name: `${name}: taken away`, set: gone }] : []),
      ...(twice ? [{ name: `${name}: doubled`, set: twice }] : []),
    ];
  });
  if (found.length === 0)
    throw new UserError(
      'This device has no flaws: nothing can be taken away. Turn one on in the room Device, or take a preset.',
    );
  return [{ name: 'as it is', set: {} }, ...found];
}

/** Result of one variant of a device. */
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
