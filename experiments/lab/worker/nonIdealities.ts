import { mean } from 'simple-statistics';
import { UserError } from '../../../core/declare/errors.ts';
import { loadMnist } from '../../data/mnist.ts';
import type { Mapping } from '../../network/config/override.ts';
import { describeDifference, type Estimate, estimateDifference } from '../../statistics/estimate.ts';
import { prepareImages } from '../../training/unsupervised/images.ts';
import { createMnistConfig, testLayer, trainLayer } from '../../training/unsupervised/steps.ts';
import { type DeviceChoice, loadChosenDevice } from './device.ts';
import type { Session } from './session.ts';

/**
 * Non-idealities, with the factor of their parameters that doubles the effect: twice the noise, half the levels or
 * half the lifetime.
 */
const NON_IDEALITIES: readonly (readonly [
  name: string,
  section: string | undefined, // of the device parameters
  parameters: readonly string[],
  factor: number,
])[] = [
  [
    'device-to-device variability',
    undefined,
    ['deviceToDevice', 'rangeSpread', 'gMinSpread', 'stepSpread', 'stepSpreadDown'],
    2,
  ],
  ['cycle-to-cycle variability', undefined, ['cycleToCycle', 'cycleToCycleDown'], 2],
  ['write noise', undefined, ['writeNoise', 'apparentNoise'], 2],
  ['number of levels', 'levels', ['count'], 0.5],
  ['retention', 'retention', ['tau', 't0'], 0.5],
  ['endurance', 'endurance', ['cycles'], 0.5],
  ['stuck devices', 'stuck', ['low', 'high'], 2],
  ['read noise', 'readNoise', ['sd'], 2],
  ['telegraph noise', 'telegraph', ['amplitude'], 2],
  ['read errors', 'readErrors', ['rate'], 2],
];

export interface DeviceVariant {
  readonly name: string;
  readonly changedValues: Mapping;
}

/** Lists variants: the unchanged device and, for each non-ideality, the device without it and with it doubled. */
export function listVariants(device: Mapping): DeviceVariant[] {
  const found = NON_IDEALITIES.flatMap(([name, section, parameters, factor]): DeviceVariant[] => {
    const own = section === undefined ? device : ((device[section] ?? {}) as Mapping);
    const path = section === undefined ? 'device' : `device.${section}`;
    const present = parameters.filter((key) => typeof own[key] === 'number' && own[key] !== 0);
    const values = (to: (key: string) => number) =>
      Object.fromEntries(present.map((key) => [`${path}.${key}`, to(key)]));
    const scaled = (key: string) => factor * (own[key] as number);
    const doubled = values((key) => (key === 'count' ? Math.max(2, Math.round(scaled(key))) : scaled(key)));
    const isOn = section === undefined ? present.length > 0 : Boolean(device[section]);
    return [
      ...(isOn
        ? [{ name: `${name}: removed`, changedValues: section === undefined ? values(() => 0) : { [path]: null } }]
        : []),
      ...(present.length > 0 ? [{ name: `${name}: doubled`, changedValues: doubled }] : []),
    ];
  });
  if (found.length === 0)
    throw new UserError(
      'This device has no non-idealities to remove. Turn one on in the view Device, or choose a preset.',
    );
  return [{ name: 'unchanged', changedValues: {} }, ...found];
}

export interface VariantResult extends Pick<DeviceVariant, 'name'> {
  /** Mean accuracy over seeds, %; absent if the variant cannot be trained. */
  readonly accuracy?: number;
  /** Paired difference from the first variant, percentage points; absent for the first variant. */
  readonly accuracyDifference?: Estimate;
  /** Accuracy difference in words, or the reason why the variant cannot be trained. */
  readonly resultText: string;
}

/**
 * Trains all variants with the same seeds; reports the paired difference of each from the first.
 * @param train returns the accuracy, %, or null if it was stopped
 */
export async function compareVariants(
  variants: readonly DeviceVariant[],
  seeds: readonly number[],
  train: (set: Mapping, seed: number) => Promise<number | null>,
  report: (result: VariantResult) => void,
) {
  let reference: readonly number[] | undefined;
  for (const { name, changedValues: set } of variants) {
    try {
      const accuracies: number[] = [];
      for (const seed of seeds) {
        const accuracy = await train(set, seed);
        if (accuracy === null) return;
        accuracies.push(accuracy);
      }
      const accuracyDifference = reference && estimateDifference(accuracies, reference);
      reference ??= accuracies;
      const text =
        accuracyDifference === undefined
          ? ''
          : describeDifference(accuracyDifference, 'points', 'no significant effect');
      report({ name, accuracy: mean(accuracies), ...(accuracyDifference && { accuracyDifference }), resultText: text });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      report({ name, resultText: error.message });
      if (reference === undefined) return;
    }
  }
}

/** Compares accuracies of a device with each non-ideality removed or doubled; sends the differences, paired by seed. */
export async function compareNonIdealities(
  { choice, trainingSettings, seeds }: { choice: DeviceChoice; trainingSettings: Mapping; seeds: readonly number[] },
  session: Session,
) {
  const { signal } = session;
  const variants = listVariants(loadChosenDevice(choice).device);
  const mnist = loadMnist('/mnist');
  const train = async (set: Mapping, seed: number) => {
    const device = loadChosenDevice({ ...choice, set: { ...choice.set, ...set } });
    const config = createMnistConfig({ ...trainingSettings, seed }, device);
    const sets = prepareImages(mnist, config);
    const trained = await trainLayer(config, sets.train, { signal });
    const tested = trained && (await testLayer(config, trained.learned, sets, { signal }));
    return tested === null ? null : tested.accuracy.logProbability;
  };
  await compareVariants(variants, seeds, train, (result) => session.send({ ...result, variantCount: variants.length }));
}
