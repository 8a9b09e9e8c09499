import { UserError } from '../../core/declare/errors.ts';
import type { SetSizes } from '../data/dataSet.ts';
import type { LoadedDevice } from '../devices/load.ts';
import type { ModelChoice } from '../network/models.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { createMnistConfig } from '../training/unsupervised/steps.ts';
import { findNonIdealities, removeNonIdealities } from './listNonIdealities.ts';

/** Default size of a training for a device passport and in the lab: numbers of neurons, images and epochs. */
export const PASSPORT_TRAINING = { neurons: 100, train: 10_000, test: 10_000, epochs: 1 } as const;
export const DEFAULT_SEED_COUNT = 3;

/** Sizes of a training, as in `memspike mnist`; `cost`: preset of the circuits around the devices. */
export type PassportSettings = Readonly<Record<keyof typeof PASSPORT_TRAINING, number>> & {
  readonly label?: number | undefined;
  readonly split?: string | undefined;
  readonly cost?: string | undefined;
};

export interface VariantOptions {
  readonly device: LoadedDevice;
  /** Number of seeds: 1, 2, …; seed i simulates the i-th bootstrap draw of the fitted device parameters. */
  readonly seeds: number;
  /** False to train only the ideal device and the device with all non-idealities. */
  readonly withFlaws: boolean;
  /** True to train the device with each non-ideality doubled, too. */
  readonly withDoubled: boolean;
  readonly settings: PassportSettings;
}

/** Device variant: its fitted parameters (no bootstrap draw), and the training configuration of each seed. */
export interface DeviceVariant {
  readonly name: string;
  readonly device: ModelChoice;
  readonly configs: readonly MnistConfig[];
}

export const nameWithout = (flaw: string): string => `without ${flaw}`;
export const nameDoubled = (flaw: string): string => `${flaw} doubled`;

/** Lists the variants, `ideal` first and `all` last, with functions that create each from drawn device parameters. */
function listVariantMakers({ device: { device }, withFlaws, withDoubled }: VariantOptions) {
  const flaws = findNonIdealities(device);
  const names = flaws.map(({ name }) => name);
  const remove = (removed: readonly string[]) => (drawn: ModelChoice) => removeNonIdealities(drawn, removed);
  const double = (flaw: string) => (drawn: ModelChoice) =>
    findNonIdealities(drawn).find(({ name }) => name === flaw)!.doubled!;
  const single = [
    ...names.map((name) => ({ name, createDevice: remove(names.filter((other) => other !== name)) })),
    ...names.map((name) => ({ name: nameWithout(name), createDevice: remove([name]) })),
    ...flaws.flatMap(({ name, doubled }) =>
      withDoubled && doubled ? [{ name: nameDoubled(name), createDevice: double(name) }] : [],
    ),
  ];
  return [
    { name: 'ideal', createDevice: remove(names) },
    ...(withFlaws ? single : []),
    { name: 'all', createDevice: remove([]) },
  ];
}

/**
 * Plans the trainings of a device: ideal, with each non-ideality alone, with all but one, with all, and with one doubled.
 * `failures`: doubled variants with invalid parameters, such as a rate above 1, with the reason.
 * @param draws device parameters drawn per seed, repeated if there are more seeds; empty: no drawn parameters
 * @throws UserError if another variant cannot be trained
 */
export function planVariants(
  o: VariantOptions,
  draws: readonly Readonly<Record<string, number>>[],
  sizes?: SetSizes,
): { readonly variants: DeviceVariant[]; readonly failures: string[] } {
  const { device, seeds, settings } = o;
  const failures: string[] = [];
  const variants = listVariantMakers(o).flatMap(({ name, createDevice }): DeviceVariant[] => {
    const createConfig = (_: unknown, i: number) => {
      const drawn = createDevice({ ...device.device, ...draws[i % Math.max(1, draws.length)] });
      return createMnistConfig({ ...settings, seed: i + 1 }, { ...device, device: drawn }, sizes);
    };
    try {
      return [{ name, device: createDevice(device.device), configs: Array.from({ length: seeds }, createConfig) }];
    } catch (error) {
      if (
        !(error instanceof UserError) ||
        !findNonIdealities(device.device).some((flaw) => name === nameDoubled(flaw.name))
      )
        throw error;
      failures.push(`${name}: cannot be trained: ${error.message}`);
      return [];
    }
  });
  return { variants, failures };
}
