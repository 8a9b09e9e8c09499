import { loadMnist } from '../../data/mnist.ts';
import type { Mapping } from '../../network/config/override.ts';
import { imagesOf } from '../../training/unsupervised/images.ts';
import { mnistConfig, testLayer, trainLayer } from '../../training/unsupervised/steps.ts';
import { compareVariants, listVariants, type VariantResult } from '../nonIdealities.ts';
import { type DeviceChoice, loadChosenDevice } from './device.ts';
import type { Session } from './session.ts';

export interface NonIdealitiesRequest {
  readonly choice: DeviceChoice;
  /** Settings in the format of a file for `memspike mnist --config`. */
  readonly settings: Mapping;
  readonly seeds: readonly number[];
}

export interface ComparedVariant extends VariantResult {
  readonly variantCount: number;
}

/** Trains the device with each non-ideality removed and doubled; sends the paired differences over the seeds. */
export async function compareNonIdealities(
  { choice, settings, seeds }: NonIdealitiesRequest,
  session: Session,
): Promise<void> {
  const { signal } = session;
  const variants = listVariants(loadChosenDevice(choice).device);
  const mnist = loadMnist('/mnist');
  const train = async (set: Mapping, seed: number) => {
    const device = loadChosenDevice({ ...choice, set: { ...choice.set, ...set } });
    const config = mnistConfig({ ...settings, seed }, device);
    const sets = imagesOf(mnist, config);
    const trained = await trainLayer(config, sets.train, { signal });
    const tested = trained && (await testLayer(config, trained.learned, sets, { signal }));
    return tested === null ? null : tested.accuracy.logProbability;
  };
  await compareVariants(variants, seeds, train, (result) =>
    session.send({ ...result, variantCount: variants.length } satisfies ComparedVariant),
  );
}
